#include "store/migrations.h"

#include <charconv>

#include "base/sha256.h"
#include "store/settings.h"

namespace clewline::store {
namespace {

/// Every step from a released version to the next, oldest first. A step is never edited after its
/// release.
constexpr std::span<const Migration> kMigrations = {};

constexpr std::string_view kColumnsQuery =
    "SELECT table_name || '.' || column_name || ' ' || data_type AS line FROM duckdb_columns() "
    "WHERE schema_name = 'store' AND NOT internal ORDER BY table_name, column_index";

std::string comment_sql(std::string_view kind, const std::string& name, std::string_view comment) {
  return "COMMENT ON " + std::string(kind) + " " + name + " IS " + quote_literal(comment) + ";\n";
}

std::string comments_sql(const TableContract& table) {
  const std::string name = "store." + quote_identifier(table.name);
  std::string sql = comment_sql("TABLE", name, table.comment);
  for (const ColumnContract& column : table.columns)
    sql += comment_sql("COLUMN", name + "." + quote_identifier(column.name), column.comment);
  return sql;
}

std::string views_sql(const Schema& schema) {
  std::string sql;
  for (const ViewContract& view : schema.views) sql += view_ddl(view);
  return sql;
}

std::string views_hash(const Schema& schema) {
  return sha256(views_sql(schema)).prefix128().to_hex();
}

Result<bool> holds_settings(Connection& connection) {
  CLEW_TRY(
      const std::int64_t tables,
      connection.query_int64("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'store' AND "
                             "table_name = 'settings' AND database_name = current_database()"));
  return tables > 0;
}

Status create_tables(Connection& connection, const Schema& schema) {
  std::string sql = "CREATE SCHEMA IF NOT EXISTS store;\n";
  for (const TableContract& table : schema.tables) sql += table_ddl(table);
  CLEW_TRY_VOID(connection.execute(sql));
  return {};
}

Status drop_views(Connection& connection) {
  CLEW_TRY(const auto rows,
           connection.query_rows("SELECT view_name FROM duckdb_views() WHERE NOT internal AND "
                                 "schema_name = 'main' AND database_name = current_database()"));
  for (const auto& row : rows)
    CLEW_TRY_VOID(connection.execute("DROP VIEW IF EXISTS main." +
                                     quote_identifier(std::get<std::string>(row[0]))));
  return {};
}

Status replace_views(Connection& connection, const Schema& schema) {
  CLEW_TRY_VOID(drop_views(connection));
  CLEW_TRY_VOID(connection.execute(views_sql(schema)));
  return set_setting(connection, "views_hash", views_hash(schema));
}

Status upgrade_tables(Connection& connection, const Schema& schema, int from) {
  int reached = from;
  for (const Migration& migration : schema.migrations) {
    if (migration.version <= from) continue;
    CLEW_ASSERT(migration.version == reached + 1);
    CLEW_TRY_VOID(connection.execute(migration.sql));
    reached = migration.version;
  }
  CLEW_ASSERT(reached == schema.version);
  std::string comments;
  for (const TableContract& table : schema.tables) comments += comments_sql(table);
  CLEW_TRY_VOID(connection.execute(comments));
  return check_tables(connection, schema);
}

Error newer_version(int version, const Schema& schema) {
  return Error{ErrorCode::not_allowed,
               "This workspace was written by a newer Clewline (its tables have version " +
                   std::to_string(version) + ", this program knows " +
                   std::to_string(schema.version) + ")",
               "Open it with the newer program; nothing was changed."};
}

/// Tells whether the views stored are those of this program.
Result<bool> views_are_current(Connection& connection, const Schema& schema) {
  CLEW_TRY(const std::int64_t matching,
           connection.query_int64(
               "SELECT count(*) FROM store.settings WHERE key = 'views_hash' AND value = $1",
               {views_hash(schema)}));
  return matching > 0;
}

Result<std::vector<std::string>> column_lines(Connection& connection) {
  CLEW_TRY(const auto rows, connection.query_rows(kColumnsQuery));
  std::vector<std::string> lines;
  for (const auto& row : rows) lines.push_back(std::get<std::string>(row[0]));
  return lines;
}

}  // namespace

Schema current_schema() {
  return {kSchemaVersion, table_contracts(), view_contracts(), kMigrations};
}

std::string table_ddl(const TableContract& table) {
  const std::string name = "store." + quote_identifier(table.name);
  std::string sql = "CREATE TABLE " + name + " (";
  for (const ColumnContract& column : table.columns) {
    if (&column != table.columns.data()) sql += ", ";
    sql += quote_identifier(column.name) + " " + std::string(column.type);
  }
  return sql + ");\n" + comments_sql(table);
}

std::string view_ddl(const ViewContract& view) {
  const std::string name = "main." + quote_identifier(view.name);
  return "CREATE OR REPLACE VIEW " + name + " AS " + std::string(view.sql) + ";\n" +
         comment_sql("VIEW", name, view.comment);
}

Result<int> schema_version(Connection& connection) {
  CLEW_TRY(const bool present, holds_settings(connection));
  if (!present) return 0;
  CLEW_TRY(const std::string text,
           connection.query_text(
               "SELECT coalesce(max(value), '') FROM store.settings WHERE key = 'schema_version'"));
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error == std::errc{} && end == text.data() + text.size() && version > 0) return version;
  return Error{
      ErrorCode::bad_input,
      "The database does not say which version its tables have: \"" + text + "\"",
      "It is not a whole workspace. Restore a backup, or import again into a new workspace."};
}

Status migrate(Connection& connection, const Schema& schema) {
  CLEW_TRY(const int version, schema_version(connection));
  if (version > schema.version) return newer_version(version, schema);
  if (version == schema.version) {
    CLEW_TRY(const bool current, views_are_current(connection, schema));
    if (current) return {};
  }
  CLEW_TRY(Transaction transaction, Transaction::begin(connection));
  if (version == 0) {
    CLEW_TRY_VOID(create_tables(connection, schema));
  } else {
    CLEW_TRY_VOID(drop_views(connection));  // a step may change what a view reads
    CLEW_TRY_VOID(upgrade_tables(connection, schema, version));
  }
  CLEW_TRY_VOID(set_setting(connection, "schema_version", std::to_string(schema.version)));
  CLEW_TRY_VOID(replace_views(connection, schema));
  return transaction.commit();
}

Status require_version(Connection& connection, const Schema& schema) {
  CLEW_TRY(const int version, schema_version(connection));
  if (version == schema.version) return {};
  if (version > schema.version) return newer_version(version, schema);
  if (version == 0) {
    return Error{ErrorCode::not_found, "The database holds no workspace",
                 "Make one with `clewline init`."};
  }
  return Error{ErrorCode::not_allowed,
               "The workspace's tables have version " + std::to_string(version) +
                   ", this program needs " + std::to_string(schema.version),
               "Run `clewline status` on it once: opening it for writing upgrades it."};
}

Status check_tables(Connection& connection, const Schema& schema) {
  CLEW_TRY(Database scratch, Database::open(":memory:"));
  CLEW_TRY(Connection wanted_connection, scratch.connect());
  CLEW_TRY_VOID(create_tables(wanted_connection, schema));
  CLEW_TRY(const auto wanted, column_lines(wanted_connection));
  CLEW_TRY(const auto found, column_lines(connection));
  for (std::size_t i = 0; i < std::max(wanted.size(), found.size()); ++i) {
    const std::string expected = i < wanted.size() ? wanted[i] : "nothing more";
    const std::string present = i < found.size() ? found[i] : "nothing more";
    if (expected == present) continue;
    return Error{
        ErrorCode::bad_input,
        "The tables differ from their description: expected " + expected + ", found " + present,
        "Somebody changed the file by other means. Restore a backup, or import again into a new "
        "workspace."};
  }
  return {};
}

}  // namespace clewline::store
