#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace clewline::engine {

/// Returns SQL that may follow FROM for a person's table: Parquet by its name's end, else CSV with
/// a header and all columns text. `separator` empty: found out.
std::string table_file_sql(const std::string& path, const std::string& separator = "");

/// Returns the columns of such a table. `hint` says what to do when it cannot be read.
Result<std::vector<std::string>> table_file_columns(store::Connection& connection,
                                                    const std::string& path,
                                                    const std::string& relation, std::string hint);

/// Returns the error of a table that could be opened and not be read to its end.
Error table_file_error(const std::string& path, const Error& error, std::string hint);

}  // namespace clewline::engine
