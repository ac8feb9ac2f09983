#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace clewline {

/// A 128-bit identifier, compared as one big-endian number: `high` first.
struct Id128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Id128&) const = default;
  bool is_zero() const { return high == 0 && low == 0; }

  /// Writes 32 lower-case hexadecimal digits.
  std::string to_hex() const;
  /// Reads exactly 32 hexadecimal digits (either case, optional UUID dashes); nothing else.
  static std::optional<Id128> from_hex(std::string_view text);
};

template <typename H>
H AbslHashValue(H state, const Id128& id) {
  return H::combine(std::move(state), id.high, id.low);
}

}  // namespace clewline

template <>
struct std::hash<clewline::Id128> {
  std::size_t operator()(const clewline::Id128& id) const noexcept {
    return id.low ^ (id.high * 0x9E3779B97F4A7C15ULL);
  }
};
