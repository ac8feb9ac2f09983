#include "base/id128.h"

namespace clewline {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Id128::to_hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(32, '0');
  for (int i = 0; i < 16; ++i) {
    text[static_cast<std::size_t>(i)] = kDigits[(high >> (60 - 4 * i)) & 15];
    text[static_cast<std::size_t>(i + 16)] = kDigits[(low >> (60 - 4 * i)) & 15];
  }
  return text;
}

std::optional<Id128> Id128::from_hex(std::string_view text) {
  Id128 id;
  int digits = 0;
  for (char c : text) {
    if (c == '-' && text.size() == 36) continue;
    const int digit = hex_digit(c);
    if (digit < 0 || digits == 32) return std::nullopt;
    std::uint64_t& part = digits < 16 ? id.high : id.low;
    part = (part << 4) | static_cast<std::uint64_t>(digit);
    ++digits;
  }
  if (digits != 32) return std::nullopt;
  return id;
}

}  // namespace clewline
