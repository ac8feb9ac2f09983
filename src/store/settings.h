#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace clewline::store {

/// Returns a row of `store.settings`; null when there is none.
Result<std::optional<std::string>> setting(Connection& connection, std::string_view key);
/// Writes a row of `store.settings`, in place of the former one.
Status set_setting(Connection& connection, std::string_view key, std::string_view value);

}  // namespace clewline::store
