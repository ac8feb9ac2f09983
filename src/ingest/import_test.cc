#include "ingest/import.h"

#include <gtest/gtest.h>

#include "ingest/import_test_support.h"

namespace clewline::ingest {
namespace {

constexpr const char* kHeader =
    "source,record_id,record_version,event_type,occurred_at,session_key,identifiers\n";

TEST(Import, CanonicalCsvBecomesEvents) {
  TestWorkspace workspace;
  const std::string file = workspace.write(
      "a.csv", std::string(kHeader) +
                   "ivr,r1,1,ivr.entered,2026-01-05T10:00:00Z,s1,\"[{\"\"kind\"\":\"\"phone\"\","
                   "\"\"value\"\":\"\"030 1234567\"\",\"\"assurance\"\":\"\"network\"\"}]\"\n"
                   "ivr,r2,1,ivr.step,2026-01-05T10:00:05.5+01:00,s1,\n"
                   "ivr,r3,1,no.such,2026-01-05T10:00:07Z,#N/B,\n"
                   "ivr,r4,1,ivr.exited,2026-01-3T10:00:07Z,s2,\n");
  const ImportSummary summary = workspace.imported("canonical", {file});
  EXPECT_EQ(summary.records, 4U);
  EXPECT_EQ(summary.accepted, 3U);
  EXPECT_EQ(summary.rejected, 1U);
  EXPECT_EQ(summary.events, 3U);
  EXPECT_EQ(workspace.text("SELECT identifiers[1].value FROM store.events WHERE record_id = 'r1'"),
            "+49301234567");
  EXPECT_EQ(
      workspace.text("SELECT identifiers[1].assurance FROM store.events WHERE record_id = 'r1'"),
      "network");
  EXPECT_EQ(workspace.text("SELECT occurred_at::VARCHAR || ' ' || occurred_quality FROM "
                           "store.events WHERE record_id = 'r2'"),
            "2026-01-05 09:00:05.5+00 source_offset");
  EXPECT_EQ(workspace.text("SELECT event_type || array_to_string(issues, ',') FROM store.events "
                           "WHERE record_id = 'r3'"),
            "other.unmappedplaceholder_key,unknown_event_type");
  EXPECT_EQ(workspace.text("SELECT chain_key || system || actor || channel FROM store.events WHERE "
                           "record_id = 'r1'"),
            "s1ivrcustomerother");
  EXPECT_EQ(workspace.text("SELECT field FROM store.rejected"), "occurred_at");
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.receipts"), 4);
  EXPECT_EQ(workspace.number("SELECT records - accepted - updated - duplicates - skipped - "
                             "rejected FROM store.imports"),
            0);
}

TEST(Import, VersionsReplaceDuplicatesAreCounted) {
  TestWorkspace workspace;
  const std::string first =
      workspace.write("1.csv", std::string(kHeader) +
                                   "ivr,r1,5,ivr.entered,2026-01-05T10:00:00Z,s1,\nivr,r2,5,ivr."
                                   "step,2026-01-05T10:00:00Z,s1,\n");
  const std::string second = workspace.write(
      "2.csv", std::string(kHeader) +
                   "ivr,r1,6,ivr.step,2026-01-05T10:00:01Z,s1,\nivr,r2,4,ivr.exited,2026-01-05T10:"
                   "00:00Z,s1,\nivr,r1,7,ivr.exited,2026-01-05T10:00:02Z,s1,\n");
  workspace.imported("canonical", {first});
  const ImportSummary again = workspace.imported("canonical", {first});
  EXPECT_EQ(again.duplicates, 2U);
  EXPECT_TRUE(again.files[0].seen_before);
  const ImportSummary newer = workspace.imported("canonical", {second});
  EXPECT_EQ(newer.updated, 2U);
  EXPECT_EQ(newer.duplicates, 1U);
  EXPECT_EQ(newer.events, 1U);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.events"), 2);
  EXPECT_EQ(workspace.text("SELECT event_type FROM store.events WHERE record_id = 'r1'"),
            "ivr.exited");
  EXPECT_EQ(workspace.text("SELECT event_type FROM store.events WHERE record_id = 'r2'"),
            "ivr.step");
  EXPECT_EQ(workspace.number("SELECT record_version FROM store.records WHERE record_id = 'r1'"), 7);
  TestWorkspace reversed;
  reversed.imported("canonical", {second});
  reversed.imported("canonical", {first});
  EXPECT_EQ(workspace.fingerprint(), reversed.fingerprint());
}

TEST(Import, KeylessTwinsAreAsManyAsTheFullestFileHolds) {
  TestWorkspace workspace;
  const std::string row = "ivr,,,ivr.entered,2026-01-05T10:00:00Z,s1,\n";
  const std::string two = workspace.write("two.csv", kHeader + row + row);
  const std::string three = workspace.write("three.csv", kHeader + row + row + row);
  EXPECT_EQ(workspace.imported("canonical", {two}).accepted, 2U);
  const ImportSummary more = workspace.imported("canonical", {three});
  EXPECT_EQ(more.accepted, 1U);
  EXPECT_EQ(more.duplicates, 2U);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.events"), 3);
  EXPECT_EQ(workspace.number("SELECT count(DISTINCT event_id) FROM store.events"), 3);
}

TEST(Import, DryRunLeavesNothing) {
  TestWorkspace workspace;
  const std::string file = workspace.write(
      "a.csv", std::string(kHeader) + "ivr,r1,5,ivr.entered,2026-01-05T10:00:00Z,s1,\n");
  auto summary = workspace.import("canonical", {file}, true);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->accepted, 1U);
  EXPECT_EQ(summary->import_id, 0);
  EXPECT_EQ(workspace.number("SELECT (SELECT count(*) FROM store.events) + (SELECT count(*) FROM "
                             "store.receipts) + (SELECT count(*) FROM store.imports)"),
            0);
  EXPECT_TRUE(std::filesystem::is_empty(workspace.folder() + "/raw"));
}

}  // namespace
}  // namespace clewline::ingest
