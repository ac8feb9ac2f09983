#include "ingest/import_ledger.h"

#include <gtest/gtest.h>

#include "ingest/import_test_support.h"

namespace clewline::ingest {
namespace {

constexpr const char* kHeader =
    "source,record_id,record_version,event_type,occurred_at,session_key\n";

std::string row(const std::string& id, const std::string& version, const std::string& type) {
  return "ivr," + id + "," + version + "," + type + ",2026-01-05T10:00:0" +
         (version.empty() ? "0" : version) + "Z,s1\n";
}

std::int64_t forget(TestWorkspace& workspace, std::int64_t import_id) {
  auto summary = forget_import(workspace.environment(), import_id);
  EXPECT_TRUE(summary.ok()) << describe(summary.error());
  return summary.ok() ? static_cast<std::int64_t>(summary->accepted) : -1;
}

TEST(Forget, EqualsNeverImported) {
  TestWorkspace workspace;
  const std::string one =
      workspace.write("1.csv", kHeader + row("a", "1", "ivr.entered") +
                                   row("b", "2", "ivr.entered") + row("", "", "ivr.step"));
  const std::string two = workspace.write(
      "2.csv", kHeader + row("a", "3", "ivr.exited") + row("b", "1", "ivr.exited") +
                   row("c", "1", "ivr.step") + row("", "", "ivr.step") + row("", "", "ivr.step"));
  workspace.imported("canonical", {one});
  workspace.imported("canonical", {two});
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.events"), 5);
  EXPECT_EQ(forget(workspace, 2), 1);  // a comes back from the first import
  TestWorkspace never;
  never.imported("canonical", {one});
  EXPECT_EQ(workspace.fingerprint(), never.fingerprint());
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.receipts"), 3);
  EXPECT_EQ(workspace.text("SELECT state FROM store.imports WHERE import_id = 2"), "forgotten");
  EXPECT_FALSE(forget_import(workspace.environment(), 2).ok());
  EXPECT_EQ(forget_import(workspace.environment(), 99).error().code, ErrorCode::not_found);
  TestWorkspace other_way;
  other_way.imported("canonical", {one});
  other_way.imported("canonical", {two});
  forget(other_way, 1);
  TestWorkspace only_two;
  only_two.imported("canonical", {two});
  EXPECT_EQ(other_way.fingerprint(), only_two.fingerprint());
}

TEST(Replay, EqualsAFirstImportWithTheMendedMapping) {
  const auto mapping = [](const std::string& format, const std::string& rules) {
    return "mapping: calls\nversion: 1.0.0\nsource: {vendor: v, channel: voice, zone: "
           "UTC}\nreader: {format: csv}\n"
           "record: {key: id}\ncommon: {occurred_at: \"ts(t, '" +
           format + "')\"}\nemit:\n" + rules;
  };
  TestWorkspace workspace;
  const std::string file =
      workspace.write("c.csv",
                      "id,t,verb\n1,2026-01-05 10:00:00,in\n2,2026-01-05 "
                      "10:00:01,out\n3,05.01.2026 10:00,in\n,2026-01-05 10:00:01,out\n");
  const std::string path = workspace.write(
      "calls.yaml", mapping("iso", "  - {when: \"verb = 'in'\", event_type: ivr.entered}\n"));
  const ImportSummary first = workspace.imported(path, {file});
  EXPECT_EQ(first.accepted, 1U);
  EXPECT_EQ(first.rejected, 3U);
  auto nothing = replay_imports(workspace.environment(), {});
  ASSERT_TRUE(nothing.ok()) << describe(nothing.error());
  EXPECT_EQ(nothing->rejected, 3U);
  workspace.write("calls.yaml", mapping("iso",
                                        "  - {when: \"verb = 'in'\", event_type: ivr.step}\n  - "
                                        "{when: \"verb = 'out'\", event_type: ivr.exited}\n"));
  auto replayed = replay_imports(workspace.environment(), {});
  ASSERT_TRUE(replayed.ok()) << describe(replayed.error());
  EXPECT_EQ(replayed->accepted, 2U);
  EXPECT_EQ(replayed->rejected, 2U);
  TestWorkspace fresh;
  fresh.imported(path, {file});
  EXPECT_EQ(workspace.fingerprint(), fresh.fingerprint());
  EXPECT_EQ(
      workspace.number("SELECT accepted * 10 + rejected FROM store.imports WHERE import_id = 1"),
      22);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.rejected"), 2);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.receipts"), 4);
}

TEST(Tables, ReferenceRowsAndBlockList) {
  TestWorkspace workspace;
  const auto import_table = [&](const std::string& table, const std::string& text) {
    ImportOptions options;
    options.table = table;
    options.files = {workspace.write(table + ".csv", text)};
    auto summary = import_files(workspace.environment(), options);
    ASSERT_TRUE(summary.ok()) << describe(summary.error());
    EXPECT_EQ(summary->rejected, 0U);
  };
  import_table("agents",
               "id,valid_from,valid_to,name,team\n7,2026-01-01,2026-02-01,Ada,blue\n7,2026-02-01,,"
               "Ada,red\n8,,,Bob,red\n");
  EXPECT_EQ(
      workspace.number("SELECT count(*) FROM store.reference_rows WHERE table_name = 'agents'"), 3);
  EXPECT_EQ(workspace.text("SELECT \"columns\"->>'$.team' FROM store.reference_rows WHERE key = "
                           "'7' AND valid_to IS NULL"),
            "red");
  import_table("block_list",
               "kind,value,reason\nphone,030 1234567,our own\nemail,Test@Example.org,test\n");
  EXPECT_EQ(workspace.text(
                "SELECT string_agg(kind || ' ' || value, ',' ORDER BY kind) FROM store.block_list"),
            "email test@example.org,phone +49301234567");
  forget(workspace, 2);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.block_list"), 0);
}

TEST(Profiles, RowsKeepTheirVersions) {
  TestWorkspace workspace;
  const std::string mapping = workspace.write(
      "crm.yaml",
      "mapping: crm\nversion: 1.0.0\nsource: {vendor: crm, stream: customers, zone: UTC, region: "
      "DE}\nreader: {format: json}\n"
      "record: {key: [nr, updated_at], version: \"ts(updated_at, 'iso')\", kind: profile}\n"
      "identifiers:\n  - {kind: crm_id, value: nr}\n  - {kind: email, value: mail}\nprofile: "
      "{profile_id: nr, tier: tier, born: integer(born)}\n");
  const std::string file = workspace.write(
      "crm.json",
      R"([{"nr":"17","mail":"Ada@Example.com","tier":"gold","born":"1815","updated_at":"2026-01-01T00:00:00Z"},
{"nr":"17","mail":"ada@example.com","tier":"silver","born":"x","updated_at":"2026-02-01T00:00:00Z"}])");
  const ImportSummary summary = workspace.imported(mapping, {file});
  EXPECT_EQ(summary.accepted, 2U);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.profiles WHERE profile_id = '17'"), 2);
  EXPECT_EQ(
      workspace.text("SELECT identifiers[2].value || ' ' || (attributes->>'$.tier') || ' ' || "
                     "valid_from::DATE::VARCHAR FROM store.profiles ORDER BY valid_from LIMIT 1"),
      "ada@example.com gold 2026-01-01");
  EXPECT_EQ(workspace.text("SELECT array_to_string(issues, ',') FROM store.profiles ORDER BY "
                           "valid_from DESC LIMIT 1"),
            "number_malformed");
}

}  // namespace
}  // namespace clewline::ingest
