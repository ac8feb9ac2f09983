#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clewline::text {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/// White space and control characters of ASCII.
constexpr bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }
constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Removes white space and control characters at both ends, no-break spaces and byte order marks
/// included.
std::string_view trim(std::string_view text);
/// Compares without case, ASCII letters only. `lower` is given in lower case.
bool equals_lower(std::string_view text, std::string_view lower);
/// Tells whether a text begins with a lower-case prefix, without case.
bool starts_with_lower(std::string_view text, std::string_view lower);
/// Lower-cases ASCII letters and leaves other bytes alone.
std::string lower_ascii(std::string_view text);

}  // namespace clewline::text
