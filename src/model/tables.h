#pragma once

#include <span>
#include <string_view>

namespace clewline {

/// One column of a stored table: SQL type as DuckDB spells it, and its documentation.
struct ColumnContract {
  std::string_view name;
  std::string_view type;
  std::string_view comment;
};

/// One stored table (schema `store`). The order of columns is the order on disk.
struct TableContract {
  std::string_view name;
  std::string_view comment;
  std::span<const ColumnContract> columns;
};

/// One documented view (schema `main`): what users query.
struct ViewContract {
  std::string_view name;
  std::string_view comment;
  std::string_view sql;  // the SELECT after CREATE VIEW … AS
};

/// The schema version that the contracts describe.
inline constexpr int kSchemaVersion = 1;

/// Returns every stored table; migrations create exactly these, docs/reference/tables.md is
/// generated from them.
std::span<const TableContract> table_contracts();

/// Returns every public view, in an order in which they can be created.
std::span<const ViewContract> view_contracts();

/// Finds a table contract by name; aborts when there is none (names are ours).
const TableContract& table_contract(std::string_view name);

}  // namespace clewline
