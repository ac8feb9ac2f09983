#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/tables.h"
#include "store/database.h"

namespace clewline::store {

/// Brings a database of version `version - 1` to `version`; its statements run in one transaction
/// with all other steps of an upgrade. DuckDB cannot change rows of a table that the same
/// transaction altered: give a new column a DEFAULT, or build the table again (`CREATE OR REPLACE
/// TABLE … AS SELECT`).
struct Migration {
  int version;
  std::string_view sql;
};

/// What a database should look like: the contracts, and the way there from every released version.
struct Schema {
  int version;
  std::span<const TableContract> tables;
  std::span<const ViewContract> views;
  std::span<const Migration> migrations;
};

/// Returns the schema of this program.
Schema current_schema();

/// Returns the version a database has; 0 when it holds no tables of ours.
Result<int> schema_version(Connection& connection);

/// Creates the tables and views of an empty database, or upgrades those of an older version, in one
/// transaction; does nothing when all is as it should be. `not_allowed` for a newer version.
Status migrate(Connection& connection, const Schema& schema = current_schema());

/// Checks that a database opened for reading has exactly this version.
Status require_version(Connection& connection, const Schema& schema = current_schema());

/// Compares tables, columns and types with the contracts, and says the first difference.
Status check_tables(Connection& connection, const Schema& schema = current_schema());

/// Writes the statements that create a table with its comments.
std::string table_ddl(const TableContract& table);
/// Writes the statements that create or replace a view with its comment.
std::string view_ddl(const ViewContract& view);

}  // namespace clewline::store
