#include "store/migrations.h"

#include <gtest/gtest.h>

#include "store/store_test_support.h"

namespace clewline::store {
namespace {

TEST(Migrations, CreateEveryTableAndViewOfTheContracts) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  EXPECT_EQ(*schema_version(connection), 0);
  const Status created = migrate(connection);
  ASSERT_TRUE(created.ok()) << describe(created.error());
  EXPECT_EQ(*schema_version(connection), kSchemaVersion);
  ASSERT_TRUE(check_tables(connection).ok()) << describe(check_tables(connection).error());
  for (const TableContract& table : table_contracts())
    EXPECT_EQ(
        *connection.query_text(
            "SELECT comment FROM duckdb_tables() WHERE schema_name = 'store' AND table_name = $1",
            {table.name}),
        table.comment);
  for (const ViewContract& view : view_contracts()) {
    const auto rows = connection.query_rows("SELECT * FROM main." + quote_identifier(view.name));
    EXPECT_TRUE(rows.ok()) << view.name << ": " << describe(rows.error());
    EXPECT_EQ(*connection.query_text("SELECT comment FROM duckdb_views() WHERE view_name = $1",
                                     {view.name}),
              view.comment);
  }
  EXPECT_EQ(
      *connection.query_int64(
          "SELECT count(*) FROM duckdb_columns() WHERE schema_name = 'store' AND comment IS NULL"),
      0);
  EXPECT_TRUE(migrate(connection).ok());
}

constexpr ColumnContract kSettings[] = {{"key", "VARCHAR", "name"}, {"value", "VARCHAR", "value"}};
constexpr ColumnContract kCallsOne[] = {{"id", "UUID", "the call"}};
constexpr ColumnContract kCallsThree[] = {{"id", "UUID", "the call"},
                                          {"seconds", "BIGINT", "it's length"},
                                          {"queue", "VARCHAR", "where"}};
constexpr TableContract kTablesOne[] = {{"settings", "settings", kSettings},
                                        {"calls", "calls", kCallsOne}};
constexpr TableContract kTablesThree[] = {{"settings", "settings", kSettings},
                                          {"calls", "calls", kCallsThree}};
constexpr ViewContract kViewsOne[] = {{"calls", "calls", "SELECT id FROM store.calls"},
                                      {"retired", "gone later", "SELECT 1 AS one"}};
constexpr ViewContract kViewsThree[] = {
    {"calls", "calls", "SELECT id, seconds, queue FROM store.calls"}};
constexpr Migration kSteps[] = {
    {2, "CREATE OR REPLACE TABLE store.calls AS SELECT *, 60::BIGINT AS seconds FROM store.calls"},
    {3, "ALTER TABLE store.calls ADD COLUMN queue VARCHAR"}};
constexpr Migration kBrokenSteps[] = {kSteps[0],
                                      {3, "ALTER TABLE store.absent ADD COLUMN queue VARCHAR"}};

constexpr Schema kOne{1, kTablesOne, kViewsOne, {}};
constexpr Schema kThree{3, kTablesThree, kViewsThree, kSteps};

TEST(Migrations, UpgradeAnOlderWorkspaceWithItsRows) {
  const TemporaryFolder folder;
  {
    Database database = opened(folder.file("w.duckdb"));
    Connection connection = connected(database);
    ASSERT_TRUE(migrate(connection, kOne).ok());
    ASSERT_TRUE(connection.execute("INSERT INTO store.calls VALUES (uuid())").ok());
  }
  Database database = opened(folder.file("w.duckdb"));
  Connection connection = connected(database);
  EXPECT_EQ(require_version(connection, kThree).error().code, ErrorCode::not_allowed);
  const Status upgraded = migrate(connection, kThree);
  ASSERT_TRUE(upgraded.ok()) << describe(upgraded.error());
  EXPECT_EQ(*schema_version(connection), 3);
  EXPECT_TRUE(require_version(connection, kThree).ok());
  EXPECT_TRUE(check_tables(connection, kThree).ok());
  EXPECT_EQ(*connection.query_int64("SELECT seconds FROM calls"), 60);
  EXPECT_EQ(*connection.query_text("SELECT comment FROM duckdb_columns() WHERE schema_name = "
                                   "'store' AND column_name = 'seconds'"),
            "it's length");
  EXPECT_EQ(
      *connection.query_int64("SELECT count(*) FROM duckdb_views() WHERE view_name = 'retired'"),
      0);
}

TEST(Migrations, AFailedUpgradeChangesNothing) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(migrate(connection, kOne).ok());
  EXPECT_FALSE(migrate(connection, {3, kTablesThree, kViewsThree, kBrokenSteps}).ok());
  EXPECT_EQ(*schema_version(connection), 1);
  EXPECT_TRUE(check_tables(connection, kOne).ok());
  EXPECT_TRUE(connection.query_rows("SELECT * FROM retired").ok());
}

TEST(Migrations, RefuseANewerWorkspaceAndAStrangeOne) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(migrate(connection, kThree).ok());
  const Status refused = migrate(connection, kOne);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::not_allowed);
  EXPECT_FALSE(refused.error().hint.empty());
  ASSERT_TRUE(
      connection.execute("UPDATE store.settings SET value = 'soon' WHERE key = 'schema_version'")
          .ok());
  EXPECT_EQ(migrate(connection, kThree).error().code, ErrorCode::bad_input);
}

TEST(Migrations, ChangedViewsAreReplacedWithoutANewVersion) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(migrate(connection, kOne).ok());
  constexpr ViewContract kChanged[] = {{"calls", "calls", "SELECT id, 1 AS one FROM store.calls"}};
  ASSERT_TRUE(migrate(connection, {1, kTablesOne, kChanged, {}}).ok());
  EXPECT_TRUE(connection.query_rows("SELECT one FROM calls").ok());
}

TEST(Migrations, CheckTablesSeesAForeignChange) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(migrate(connection, kOne).ok());
  ASSERT_TRUE(
      connection.execute("DROP VIEW calls; ALTER TABLE store.calls ADD COLUMN extra BIGINT").ok());
  EXPECT_EQ(check_tables(connection, kOne).error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace clewline::store
