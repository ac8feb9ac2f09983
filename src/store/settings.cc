#include "store/settings.h"

namespace clewline::store {

Result<std::optional<std::string>> setting(Connection& connection, std::string_view key) {
  CLEW_TRY(const auto rows,
           connection.query_rows("SELECT value FROM store.settings WHERE key = $1", {key}));
  if (rows.empty()) return std::optional<std::string>();
  return std::optional(std::get<std::string>(rows[0][0]));
}

Status set_setting(Connection& connection, std::string_view key, std::string_view value) {
  CLEW_TRY_VOID(connection.execute("DELETE FROM store.settings WHERE key = $1", {key}));
  CLEW_TRY_VOID(connection.execute("INSERT INTO store.settings VALUES ($1, $2)", {key, value}));
  return {};
}

}  // namespace clewline::store
