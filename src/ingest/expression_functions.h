#pragma once

#include <string_view>
#include <vector>

namespace clewline::ingest {

/// Tells whether a DuckDB function is on the allow-list: scalar, deterministic, no outside.
bool is_allowed_function(std::string_view function);
bool is_allowed_operator(std::string_view name);
/// Returns forms and functions, for hints.
std::vector<std::string_view> callable_names();
/// Returns the SQL name of a type casts may name; empty when it is not allowed.
std::string_view allowed_cast_type(std::string_view type);

}  // namespace clewline::ingest
