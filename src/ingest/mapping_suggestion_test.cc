#include "ingest/mapping_suggestion.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "ingest/import_test_support.h"

namespace clewline::ingest {
namespace {

MappingSuggestion suggested(const std::string& file) {
  auto suggestion = suggest_mapping(file, "", {}, {"Europe/Berlin", "DE"});
  EXPECT_TRUE(suggestion.ok()) << describe(suggestion.error());
  return suggestion.ok() ? *suggestion : MappingSuggestion{};
}

std::string role_of(const MappingSuggestion& suggestion, const std::string& field) {
  std::string roles;
  for (const SuggestedRole& role : suggestion.roles) {
    if (role.field == field) roles += (roles.empty() ? "" : ",") + role.role;
  }
  return roles;
}

std::string real_data(const std::string& name) {
  const char* folder = std::getenv("CLEWLINE_REAL_DATA");
  return std::string(folder != nullptr ? folder : CLEWLINE_SOURCE_DIR "/../shared/data") + "/" +
         name;
}

TEST(MappingSuggestion, NamesRolesWithReasonsAndLoads) {
  TestWorkspace workspace;
  std::string text = "Call ID,started,phone,agent,queue,result,updated_at\n";
  for (int i = 0; i < 60; ++i) {
    text += "c" + std::to_string(i) + ",2026-01-05 10:0" + std::to_string(i % 10) +
            ":00,030 12345" + std::to_string(10 + i) + ",ag" + std::to_string(i % 4) + ",sales," +
            (i % 3 == 0 ? "abandoned" : "answered") + ",2026-01-06T10:00:00Z\n";
  }
  const std::string file = workspace.write("calls.csv", text);
  const MappingSuggestion suggestion = suggested(file);
  EXPECT_EQ(role_of(suggestion, "Call ID"), "record key,session");
  EXPECT_EQ(role_of(suggestion, "started"), "time");
  EXPECT_EQ(role_of(suggestion, "phone"), "customer phone");
  EXPECT_EQ(role_of(suggestion, "agent"), "agent");
  EXPECT_EQ(role_of(suggestion, "result"), "outcome");
  EXPECT_EQ(role_of(suggestion, "updated_at"), "version");
  const ImportSummary summary =
      workspace.imported(workspace.write("calls.yaml", suggestion.mapping), {file});
  EXPECT_EQ(summary.accepted, 60U);
  EXPECT_EQ(workspace.number("SELECT count(*) FROM store.events WHERE outcome = 'abandoned' AND "
                             "identifiers[1].value LIKE '+4930%'"),
            20);
}

struct RealFile {
  const char* file;
  std::int64_t records;
  const char* customer;
  const char* time;
};

class SuggestionOnRealLogs : public ::testing::TestWithParam<RealFile> {};

TEST_P(SuggestionOnRealLogs, IsUsable) {
  const std::string file = real_data(GetParam().file);
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no real data at " << file;
  const MappingSuggestion suggestion = suggested(file);
  EXPECT_NE(role_of(suggestion, GetParam().time).find("time"), std::string::npos);
  if (*GetParam().customer != '\0') {
    EXPECT_NE(role_of(suggestion, GetParam().customer).find("customer"), std::string::npos);
  }
  TestWorkspace workspace;
  const ImportSummary summary =
      workspace.imported(workspace.write("draft.yaml", suggestion.mapping), {file});
  EXPECT_EQ(static_cast<std::int64_t>(summary.records), GetParam().records);
  EXPECT_LE(summary.rejected * 200, summary.records) << suggestion.mapping;
  EXPECT_GT(workspace.number("SELECT count(*) FROM store.events WHERE len(identifiers) > 0 AND "
                             "session_key IS NOT NULL") *
                10,
            static_cast<std::int64_t>(summary.events) * 3);
  EXPECT_EQ(
      workspace.number("SELECT count(*) FROM store.events WHERE event_type = 'other.unmapped'"), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Files, SuggestionOnRealLogs,
    ::testing::Values(
        RealFile{"anonymous_bank/january_1999.txt.gz", 31599, "customer_id", "date"},
        RealFile{"helpdesk/helpdesk_full_italian.csv.gz", 21348, "customer", "time:timestamp"},
        RealFile{"bpic2012/bpic2012.csv.gz", 262200, "", "time:timestamp"},
        RealFile{"airbnb_sessions/airbnb-session-data.txt.gz", 7756, "id_visitor", "ts_min"}));

}  // namespace
}  // namespace clewline::ingest
