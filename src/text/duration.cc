#include <cstdint>
#include <optional>

#include "text/ascii.h"
#include "text/timestamp.h"

namespace clewline::text {
namespace {

constexpr std::size_t kWholeDigitsMax = 9;

/// A decimal number at `at`: whole part and fraction in microunits.
struct Decimal {
  std::int64_t whole = 0;
  std::int64_t millionths = 0;
};

std::optional<Decimal> read_decimal(std::string_view text, std::size_t& at) {
  Decimal number;
  const std::size_t from = at;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (at - from >= kWholeDigitsMax) return std::nullopt;
    number.whole = number.whole * 10 + (text[at] - '0');
  }
  if (at == from) return std::nullopt;
  if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
    const std::size_t point = at;
    std::int64_t unit = 100'000;
    for (++at; at < text.size() && is_digit(text[at]); ++at, unit /= 10)
      number.millionths += unit * (text[at] - '0');
    if (at == point + 1) return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> clock_length(std::string_view text) {
  std::int64_t seconds = 0;
  std::size_t at = 0;
  for (int part = 0; part < 3; ++part) {
    const auto number = read_decimal(text, at);
    if (!number) return std::nullopt;
    if (part > 0 && number->whole > 59) return std::nullopt;
    seconds = seconds * 60 + number->whole;
    if (at == text.size()) {
      return part == 0 ? std::nullopt : std::optional(seconds * kUsPerSecond + number->millionths);
    }
    if (text[at] != ':' || number->millionths != 0) return std::nullopt;
    ++at;
  }
  return std::nullopt;
}

std::int64_t unit_us(char letter, bool in_clock) {
  if (letter == 'D' && !in_clock) return kUsPerDay;
  if (letter == 'W' && !in_clock) return 7 * kUsPerDay;
  if (!in_clock) return 0;  // years and months have no fixed length
  if (letter == 'H') return kUsPerHour;
  if (letter == 'M') return kUsPerMinute;
  return letter == 'S' ? kUsPerSecond : 0;
}

std::optional<std::int64_t> iso_length(std::string_view text) {
  std::int64_t length = 0;
  bool in_clock = false;
  bool any = false;
  for (std::size_t at = 1; at < text.size();) {
    if (text[at] == 'T' && !in_clock) {
      in_clock = true;
      ++at;
      continue;
    }
    const auto number = read_decimal(text, at);
    if (!number || at >= text.size()) return std::nullopt;
    const std::int64_t unit = unit_us(text[at++], in_clock);
    if (unit == 0) return std::nullopt;
    std::int64_t part = 0;
    if (__builtin_mul_overflow(number->whole, unit, &part) ||
        __builtin_add_overflow(part, number->millionths * (unit / kUsPerSecond), &part) ||
        __builtin_add_overflow(length, part, &length))
      return std::nullopt;
    any = true;
  }
  return any ? std::optional(length) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  return text.front() == 'P' ? iso_length(text) : clock_length(text);
}

}  // namespace clewline::text
