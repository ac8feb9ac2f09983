#include "engine/duration_text.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "base/time.h"

namespace clewline::engine {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t us;
};

// Largest first: `duration_text` takes the first that divides.
constexpr std::array<Unit, 6> kUnits = {{{"d", kUsPerDay},
                                         {"h", kUsPerHour},
                                         {"min", kUsPerMinute},
                                         {"s", kUsPerSecond},
                                         {"ms", kUsPerMs},
                                         {"us", 1}}};

}  // namespace

std::optional<std::int64_t> parse_duration_text(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  for (const Unit& unit : kUnits) {
    if (unit.name != text) continue;
    const std::int64_t limit = std::numeric_limits<std::int64_t>::max() / unit.us;
    if (number > limit || number < -limit) return std::nullopt;
    return number * unit.us;
  }
  return std::nullopt;
}

std::string duration_text(std::int64_t microseconds) {
  if (microseconds == 0) return "0 s";
  for (const Unit& unit : kUnits) {
    if (microseconds % unit.us == 0)
      return std::to_string(microseconds / unit.us) + " " + std::string(unit.name);
  }
  return {};
}

}  // namespace clewline::engine
