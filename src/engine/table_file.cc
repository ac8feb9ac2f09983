#include "engine/table_file.h"

#include <utility>

#include "text/ascii.h"

namespace clewline::engine {
namespace {

// The store's further lines speak of SQL and of options that nobody can set here.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string table_file_sql(const std::string& path, const std::string& separator) {
  const std::string file = store::quote_literal(path);
  if (text::lower_ascii(path).ends_with(".parquet")) return "read_parquet(" + file + ")";
  const std::string format = separator.empty()
                                 ? std::string()
                                 : ", quote = '\"', delim = " + store::quote_literal(separator);
  return "read_csv(" + file + ", header = true, all_varchar = true" + format + ")";
}

Result<std::vector<std::string>> table_file_columns(store::Connection& connection,
                                                    const std::string& path,
                                                    const std::string& relation, std::string hint) {
  const auto described = connection.query_rows("DESCRIBE SELECT * FROM " + relation);
  if (!described.ok())
    return Error{ErrorCode::bad_input,
                 path + " cannot be read as a table: " + first_line(described.error().message),
                 std::move(hint)};
  std::vector<std::string> columns;
  for (const auto& row : *described) columns.push_back(std::get<std::string>(row[0]));
  return columns;
}

Error table_file_error(const std::string& path, const Error& error, std::string hint) {
  return Error{ErrorCode::bad_input, path + " cannot be read: " + first_line(error.message),
               std::move(hint)};
}

}  // namespace clewline::engine
