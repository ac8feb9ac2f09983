#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clewline::store {

/// What a user's SQL may read.
struct SqlPolicy {
  std::vector<std::string> relations;  // views of schema main, by exact lower-case name
  bool refuse_schema = false;  // whether `main.NAME` is refused: temporary views stand in for these
};

/// The longest statement that is looked at.
inline constexpr std::size_t kSqlBytesMax = 1 << 20;

/// Checks the parse tree of a user's statement before anything runs: exactly one SELECT; relations
/// only from the policy (or named by WITH, in scope); functions and kinds of nodes only from lists;
/// no table functions but unnest, range and generate_series; no parameters. Fails with `usage` (it
/// does not parse) or `not_allowed`, naming what is refused. The statement's text is never changed.
Status check_sql(std::string_view sql, const SqlPolicy& policy);

/// Tells whether users may call a scalar, aggregate or window function; names are lower-case.
bool sql_function_allowed(std::string_view name);

}  // namespace clewline::store
