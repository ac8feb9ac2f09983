#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/chunk_appender.h"
#include "store/database.h"

namespace clewline::store {

/// Some rows of a table as whole columns, one for each of the table's columns, in the table's
/// order.
struct ColumnPart {
  std::vector<ColumnInput> columns;
  std::size_t rows = 0;
};

/// Inserts rows with all threads of the database, in the connection's transaction: the fast way to
/// store millions of rows (see README). The parts' memory must stay until it returns; the order of
/// rows is not kept. Returns the rows inserted.
Result<std::int64_t> insert_columns(Connection& connection, std::string_view schema,
                                    std::string_view table, std::span<const ColumnPart> parts);

}  // namespace clewline::store
