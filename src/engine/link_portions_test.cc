// Linking in portions against linking as a whole: every table must hold the same rows, whatever
// people, keys, statements, profiles and assertions the input holds.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/testing/cases.h"
#include "engine/link_test_support.h"
#include "store/database.h"
#include "store/migrations.h"

namespace clewline::engine {
namespace {

using namespace testing_support;

void expect_portions_like_whole(std::int64_t seed, bool agents) {
  auto database = store::Database::open(":memory:", {});
  ASSERT_TRUE(database.ok());
  auto connection = database->connect();
  ASSERT_TRUE(store::migrate(*connection).ok());
  const auto inserted = connection->execute(kEvents, {seed});
  ASSERT_TRUE(inserted.ok()) << describe(inserted.error());
  const auto beside = connection->execute(kBeside);
  ASSERT_TRUE(beside.ok()) << describe(beside.error());
  LinkSettings settings = settings_of(agents);
  const Linked whole = link_all(*database, settings);
  EXPECT_EQ(whole.summary.portions, 1U);
  EXPECT_GT(whole.summary.customers_identified, 50U);
  for (const std::uint64_t most : {90U, 700U}) {
    settings.portion_events = most;
    const Linked divided = link_all(*database, settings);
    EXPECT_GT(divided.summary.portions, 2U);
    EXPECT_EQ(divided.summary.events, whole.summary.events);
    EXPECT_EQ(divided.summary.events_outside_tree, whole.summary.events_outside_tree);
    EXPECT_EQ(divided.summary.events_not_a_customer, whole.summary.events_not_a_customer);
    for (const std::string_view table : kTables)
      EXPECT_EQ(divided.tables.at(std::string(table)), whole.tables.at(std::string(table)))
          << table << ", seed " << seed << ", at most " << most << " events at once";
  }
}

TEST(LinkPortions, PropertyPortionsGiveTheTablesOfTheWhole) {
  for (std::int64_t seed = 1; seed <= clewline::testing::cases(4); ++seed)
    expect_portions_like_whole(seed * 100, false);
}

TEST(LinkPortions, PropertyAgentsAndTimeKeepTheirCallsTogether) {
  for (std::int64_t seed = 5; seed < 5 + clewline::testing::cases(4); ++seed)
    expect_portions_like_whole(seed * 100, true);
}

TEST(LinkPortions, NothingIsLeftOnDisk) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "portions";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  auto database = store::Database::open((folder / "w.duckdb").string(), {});
  ASSERT_TRUE(database.ok());
  auto connection = database->connect();
  ASSERT_TRUE(store::migrate(*connection).ok());
  ASSERT_TRUE(connection->execute(kEvents, {std::int64_t{7}}).ok());
  LinkSettings settings = settings_of(false);
  settings.portion_events = 100;
  EXPECT_GT(link_all(*database, settings).summary.portions, 2U);
  EXPECT_FALSE(std::filesystem::exists(folder / "w.duckdb.link"));
}

}  // namespace
}  // namespace clewline::engine
