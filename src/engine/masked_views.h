#pragma once

#include <string>

namespace clewline::engine {

/// Returns statements that create a temporary view in front of every public view that shows
/// personal values (identifiers, names, texts), with those values hidden. The database's catalog is
/// called `clewline`.
std::string masked_views();

}  // namespace clewline::engine
