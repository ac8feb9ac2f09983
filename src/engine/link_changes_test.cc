// Linking whom the changes touch against linking everything: after any deliveries, new versions and
// assertions every table must hold the same rows.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/testing/cases.h"
#include "engine/link_test_support.h"
#include "engine/link_workspace.h"
#include "store/database.h"
#include "store/migrations.h"

namespace clewline::engine {
namespace {

using namespace testing_support;

/// A workspace into which records of a prepared set are delivered bit by bit.
class Growing {
 public:
  Growing(std::int64_t seed, bool agents)
      : database_(store::Database::open(":memory:", {}).value()),
        connection_(database_.connect().value()),
        settings_(settings_of(agents)) {
    EXPECT_TRUE(store::migrate(connection_).ok());
    EXPECT_TRUE(connection_.execute(kEvents, {seed}).ok());
    run(kBeside);
    run("CREATE TABLE waiting AS FROM store.events; DELETE FROM store.events; "
        "CREATE TABLE people AS FROM store.profiles; DELETE FROM store.profiles; "
        "CREATE TABLE sayings AS FROM store.assertions; DELETE FROM store.assertions");
  }

  void run(std::string_view sql) {
    const auto done = connection_.execute(sql);
    ASSERT_TRUE(done.ok()) << describe(done.error()) << "\n" << sql;
  }

  /// Delivers every record, profile and assertion for which the condition holds of `h`, a random
  /// number below 1000 that belongs to it.
  void deliver(const std::string& condition) {
    ++import_;
    run(fmt::format("INSERT INTO store.imports BY NAME SELECT {} AS import_id, 'import' AS command",
                    import_));
    for (const auto& [from, to] :
         {std::pair("waiting", "events"), std::pair("people", "profiles")}) {
      const std::string chosen =
          fmt::format("(SELECT * FROM {} WHERE hash(record_id) % 1000 {})", from, condition);
      run(fmt::format("INSERT INTO store.{} FROM {}", to, chosen));
      run(fmt::format(
          "INSERT INTO store.records BY NAME SELECT DISTINCT source, stream, record_id, "
          "{} AS import_id FROM {}",
          import_, chosen));
    }
    run(
        fmt::format("INSERT INTO store.assertions FROM (SELECT * FROM sayings WHERE "
                    "hash(assertion_id) % 1000 {})",
                    condition));
  }

  /// Newer versions of some records: other people on other phones, or no events at all.
  void replace(const std::string& condition) {
    ++import_;
    run(fmt::format("INSERT INTO store.imports BY NAME SELECT {} AS import_id, 'import' AS command",
                    import_));
    const std::string chosen = "hash(record_id, 5) % 1000 " + condition;
    run("INSERT INTO store.superseded_events BY NAME SELECT event_id, source, stream, record_id, "
        "event_type, occurred_at, ended_at, session_key, chain_key, case_key, agent_id, "
        "identifiers FROM store.events WHERE " +
        chosen);
    run("INSERT INTO store.superseded_events BY NAME SELECT source, stream, record_id, "
        "'identity.linked' AS event_type, valid_from AS occurred_at, identifiers FROM "
        "store.profiles WHERE " +
        chosen);
    run("DELETE FROM store.events WHERE " + chosen + " AND hash(record_id, 6) % 3 = 0");
    run("UPDATE store.events SET identifiers = list_transform(identifiers, lambda x: "
        "struct_insert({kind: x.kind}, value := 'C' || hash(record_id) % 90, raw := x.raw, role := "
        "x.role, assurance := x.assurance, issue := x.issue)) WHERE " +
        chosen);
    run("DELETE FROM store.profiles WHERE " + chosen);
    run(fmt::format("UPDATE store.records SET import_id = {} WHERE {}", import_, chosen));
  }

  LinkSummary expect_like_full(std::string_view when) {
    settings_.full = false;
    const Linked touched = link_all(database_, settings_);
    LinkSettings full = settings_;
    full.full = true;
    const Linked whole = link_all(database_, full);
    EXPECT_EQ(touched.summary.events, whole.summary.events) << when;
    EXPECT_EQ(touched.summary.interactions, whole.summary.interactions) << when;
    EXPECT_EQ(touched.summary.events_not_a_customer, whole.summary.events_not_a_customer) << when;
    EXPECT_EQ(touched.summary.customers_anonymous, whole.summary.customers_anonymous) << when;
    for (const auto& [table, rows] : whole.tables)
      EXPECT_EQ(touched.tables.at(table), rows) << table << ", " << when;
    return touched.summary;
  }

  LinkSummary link_touched() {
    settings_.full = false;
    return link_all(database_, settings_).summary;
  }

 private:
  store::Database database_;
  store::Connection connection_;
  LinkSettings settings_;
  std::int64_t import_ = 0;
};

void grow(std::int64_t seed, bool agents) {
  const std::string name = fmt::format("seed {}", seed);
  Growing growing(seed, agents);
  growing.deliver("< 960");
  growing.link_touched();
  growing.deliver("BETWEEN 960 AND 963");
  const auto expect_few = [&name](const LinkSummary& summary) {
    const std::uint64_t all = summary.customers_identified + summary.customers_anonymous;
    EXPECT_LT(summary.relinked_customers, all) << name;
  };
  expect_few(growing.link_touched());
  growing.deliver("BETWEEN 964 AND 968");
  expect_few(growing.expect_like_full(name + " after three deliveries"));
  growing.replace("< 4");
  expect_few(growing.link_touched());
  growing.deliver("BETWEEN 969 AND 972");
  growing.run("DELETE FROM store.assertions WHERE hash(assertion_id) % 4 = 0");
  expect_few(growing.expect_like_full(name + " after new versions"));
  growing.deliver("> 972");
  growing.expect_like_full(name + " in the end");
}

TEST(LinkChanges, PropertyGrowingTablesAreThoseOfAFullLink) {
  for (std::int64_t seed = 1; seed <= clewline::testing::cases(4); ++seed) grow(seed * 1000, false);
}

TEST(LinkChanges, PropertyAgentsAndTimeTouchTheirCalls) {
  for (std::int64_t seed = 5; seed < 5 + clewline::testing::cases(4); ++seed)
    grow(seed * 1000, true);
}

TEST(LinkChanges, NothingNewTouchesNobody) {
  Growing growing(77, false);
  growing.deliver("< 1000");
  EXPECT_GT(growing.link_touched().relinked_customers, 100U);
  EXPECT_EQ(growing.link_touched().relinked_customers, 0U);
}

TEST(LinkChanges, AReplayOrAnotherBlockListLinksEverything) {
  Growing growing(78, false);
  growing.deliver("< 1000");
  const std::uint64_t all = growing.link_touched().relinked_customers;
  growing.run("INSERT INTO store.imports BY NAME SELECT 99 AS import_id, 'replay' AS command");
  EXPECT_EQ(growing.link_touched().relinked_customers, all);
  growing.run(
      "INSERT INTO store.block_list BY NAME SELECT 'phone' AS kind, '+490' AS value, 'staff' "
      "AS reason");
  EXPECT_GT(growing.expect_like_full("after a block").relinked_customers, 100U);
}

}  // namespace
}  // namespace clewline::engine
