#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clewline::engine {

/// Returns the name that a person most likely meant, or nothing when none is near: at most two
/// edits (insert, delete, replace, swap of neighbours), and fewer than half of the letters.
std::string closest_name(std::string_view typed, std::span<const std::string> names);

/// Returns "did you mean `x`?", or `otherwise` when no name is near.
std::string did_you_mean(std::string_view typed, std::span<const std::string> names,
                         std::string_view otherwise);

}  // namespace clewline::engine
