#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clewline::engine {

/// Reads a duration of configuration files: a whole number and a unit, "10 min", "2h", "14 d",
/// "1500 ms", "30 s". Returns microseconds; null when it is anything else. A bare number is
/// refused: its unit would be a guess.
std::optional<std::int64_t> parse_duration_text(std::string_view text);

/// Writes a duration in the largest unit that fits without a rest.
std::string duration_text(std::int64_t microseconds);

}  // namespace clewline::engine
