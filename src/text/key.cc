#include "text/key.h"

#include <algorithm>
#include <array>

#include "text/ascii.h"

namespace clewline::text {
namespace {

// Words that stand for "no value" in exports; compared without case.
constexpr std::array<std::string_view, 27> kPlaceholders = {
    "#n/b",      "#n/a",   "#na",  "#ref!",     "#value!", "#name?",   "#div/0!",
    "#null!",    "#num!",  "null", "(null)",    "none",    "[none]",   "nil",
    "n/a",       "na",     "n.a.", "nan",       "-",       "--",       "unknown",
    "undefined", "<null>", "\\n",  "anonymous", "not set", "(not set)"};

bool only_zeros(std::string_view key) {
  bool zero = false;
  for (const char c : key) {
    if (c == '0') {
      zero = true;
    } else if (c != '-' && c != '.') {
      return false;
    }
  }
  return zero;
}

std::size_t skip_digits(std::string_view text, std::size_t from) {
  while (from < text.size() && is_digit(text[from])) ++from;
  return from;
}

}  // namespace

bool is_placeholder_key(std::string_view key) {
  if (key.empty() || only_zeros(key)) return true;
  if (key.size() > 10) return false;
  char lower[10];
  for (std::size_t i = 0; i < key.size(); ++i) lower[i] = to_lower(key[i]);
  const std::string_view word(lower, key.size());
  return std::find(kPlaceholders.begin(), kPlaceholders.end(), word) != kPlaceholders.end();
}

bool is_mangled_key(std::string_view key) {
  std::size_t at = 0;
  if (at < key.size() && (key[at] == '+' || key[at] == '-')) ++at;
  if (skip_digits(key, at) != at + 1)
    return false;  // one digit before the point, as spreadsheets write
  ++at;
  bool point = false;
  if (at < key.size() && (key[at] == '.' || key[at] == ',')) {
    point = true;
    const std::size_t end = skip_digits(key, at + 1);
    if (end == at + 1) return false;
    at = end;
  }
  if (at >= key.size() || (key[at] != 'E' && key[at] != 'e')) return false;
  ++at;
  const bool sign = at < key.size() && (key[at] == '+' || key[at] == '-');
  if (sign) ++at;
  // "1E5" may be a real key; with a point or a sign it is a number in scientific notation.
  if (!point && !sign) return false;
  const std::size_t end = skip_digits(key, at);
  return end == key.size() && end > at && end - at <= 3;
}

KeyValue normalise_key(std::string_view raw) {
  const std::string_view key = trim(raw);
  if (is_placeholder_key(key)) return {{}, Issue::placeholder_key};
  if (is_mangled_key(key)) return {{}, Issue::mangled_key};
  return {std::string(key), Issue::none};
}

}  // namespace clewline::text
