#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "base/result.h"
#include "render/result_table.h"
#include "render/row_writer.h"
#include "store/database.h"

namespace clewline::engine {

/// Turns a stored cell into one that can be rendered; ids become 32 hexadecimal digits.
render::Cell to_cell(store::Cell cell);
/// Returns what a column of an answer holds.
render::ColumnKind kind_of(const store::ColumnType& type);

/// Runs one statement and returns its answer whole.
Result<render::ResultTable> query_table(store::Connection& connection, std::string_view sql,
                                        std::initializer_list<store::Value> parameters = {});

/// Hands every row of an answer to a writer; returns the number of rows.
Result<std::int64_t> write_rows(store::QueryResult& result, render::RowWriter& writer);

}  // namespace clewline::engine
