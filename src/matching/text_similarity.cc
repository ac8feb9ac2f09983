#include "matching/text_similarity.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/utf8.h"

namespace clewline::matching {
namespace {

constexpr std::size_t kWordBits = 64;
constexpr std::size_t kPrefixMax = 4;
constexpr double kPrefixWeight = 0.1;
constexpr double kBoostAbove = 0.7;

bool is_ascii(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & 0x8080808080808080ULL) != 0) return false;
  }
  for (; at < text.size(); ++at)
    if (static_cast<unsigned char>(text[at]) >= 0x80) return false;
  return true;
}

/// Decodes UTF-8; a byte that begins no code point stands for itself.
std::u32string code_points(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const auto first = static_cast<unsigned char>(text[at]);
    if (length <= 1) {
      out.push_back(first);
      ++at;
      continue;
    }
    char32_t point = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
      point = (point << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    out.push_back(point);
    at += length;
  }
  return out;
}

/// For each ASCII character the places, as bits, at which a text of at most 64 holds it. Empty
/// outside of `Places`' life, so that making one costs no clearing of the whole table.
thread_local std::array<std::uint64_t, 128> place_bits{};

class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {
    std::uint64_t bit = 1;
    for (const char c : text_) {
      place_bits[static_cast<unsigned char>(c)] |= bit;
      bit <<= 1;
    }
  }
  ~Places() {
    for (const char c : text_) place_bits[static_cast<unsigned char>(c)] = 0;
  }
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;
  static std::uint64_t of(char c) { return place_bits[static_cast<unsigned char>(c)]; }

 private:
  std::string_view text_;
};

std::size_t jaro_window(std::size_t longer) { return longer >= 4 ? longer / 2 - 1 : 0; }

double jaro_of(std::size_t matches, std::size_t transpositions, std::size_t a, std::size_t b) {
  if (matches == 0) return 0;
  const auto m = static_cast<double>(matches);
  return (m / static_cast<double>(a) + m / static_cast<double>(b) +
          (m - static_cast<double>(transpositions / 2)) / m) /
         3.0;
}

std::uint64_t low_bits(std::size_t count) {
  return count >= kWordBits ? ~0ULL : (1ULL << count) - 1;
}

/// Both ASCII and at most 64 long: which places match is kept in two words.
double jaro_short(std::string_view a, std::string_view b) {
  const std::size_t window = jaro_window(std::max(a.size(), b.size()));
  const Places places(b);
  std::uint64_t taken_a = 0;
  std::uint64_t taken_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::uint64_t below = i > window ? ~low_bits(i - window) : ~0ULL;
    const std::uint64_t open = Places::of(a[i]) & below & low_bits(i + window + 1) & ~taken_b;
    taken_b |= open & (~open + 1);
    taken_a |= static_cast<std::uint64_t>(open != 0) << i;
  }
  const auto matches = static_cast<std::size_t>(std::popcount(taken_a));
  std::size_t transpositions = 0;
  for (std::uint64_t left = taken_a, right = taken_b; left != 0;
       left &= left - 1, right &= right - 1)
    transpositions += a[static_cast<std::size_t>(std::countr_zero(left))] !=
                      b[static_cast<std::size_t>(std::countr_zero(right))];
  return jaro_of(matches, transpositions, a.size(), b.size());
}

template <typename Text>
double jaro_any(const Text& a, const Text& b) {
  const std::size_t window = jaro_window(std::max(a.size(), b.size()));
  std::vector<std::uint8_t> taken(b.size(), 0);
  Text matched;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t end = std::min(b.size(), i + window + 1);
    for (std::size_t j = i > window ? i - window : 0; j < end; ++j) {
      if (taken[j] != 0 || a[i] != b[j]) continue;
      taken[j] = 1;
      matched.push_back(a[i]);
      break;
    }
  }
  std::size_t transpositions = 0;
  for (std::size_t j = 0, k = 0; j < b.size(); ++j)
    if (taken[j] != 0) transpositions += matched[k++] != b[j];
  return jaro_of(matched.size(), transpositions, a.size(), b.size());
}

/// Which text comes first decides rare ties between matches: the shorter, then the lesser.
template <typename Text>
bool in_order(const Text& a, const Text& b) {
  return a.size() != b.size() ? a.size() < b.size() : a <= b;
}

double jaro_ascii(std::string_view a, std::string_view b) {
  if (!in_order(a, b)) std::swap(a, b);
  return b.size() <= kWordBits ? jaro_short(a, b) : jaro_any(std::string(a), std::string(b));
}

double jaro_wide(const std::u32string& a, const std::u32string& b) {
  return in_order(a, b) ? jaro_any(a, b) : jaro_any(b, a);
}

template <typename Text>
double boosted(double similarity, const Text& a, const Text& b) {
  if (similarity <= kBoostAbove) return similarity;
  const std::size_t most = std::min({a.size(), b.size(), kPrefixMax});
  std::size_t prefix = 0;
  while (prefix < most && a[prefix] == b[prefix]) ++prefix;
  return similarity + static_cast<double>(prefix) * kPrefixWeight * (1.0 - similarity);
}

/// Takes off what both begin and end with: neither distance changes.
template <typename Text>
void strip_common(Text& a, Text& b) {
  std::size_t prefix = 0;
  const std::size_t shorter = std::min(a.size(), b.size());
  while (prefix < shorter && a[prefix] == b[prefix]) ++prefix;
  a.remove_prefix(prefix);
  b.remove_prefix(prefix);
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
}

/// Myers' bit-vector algorithm (J. ACM 46, 1999; as Hyyrö 2003): `a` is ASCII of 1 … 64.
std::size_t levenshtein_short(std::string_view a, std::string_view b) {
  const Places places(a);
  std::uint64_t rising = ~0ULL;
  std::uint64_t falling = 0;
  std::size_t distance = a.size();
  const std::uint64_t last = 1ULL << (a.size() - 1);
  for (const char c : b) {
    const std::uint64_t equal = Places::of(c);
    const std::uint64_t diagonal = (((equal & rising) + rising) ^ rising) | equal | falling;
    std::uint64_t up = falling | ~(diagonal | rising);
    std::uint64_t down = rising & diagonal;
    distance += (up & last) != 0;
    distance -= (down & last) != 0;
    up = (up << 1) | 1;
    down <<= 1;
    rising = down | ~(diagonal | up);
    falling = up & diagonal;
  }
  return distance;
}

template <typename View>
std::size_t levenshtein_any(View a, View b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = corner + (a[i] != b[j]);
      corner = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, corner + 1});
    }
  }
  return row[b.size()];
}

/// Lowrance and Wagner, with the last row of each character of `a`.
template <typename View>
std::size_t damerau_any(View a, View b) {
  const std::size_t width = b.size() + 2;
  const std::size_t far = a.size() + b.size();
  std::vector<std::size_t> cost((a.size() + 2) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return cost[i * width + j]; };
  at(0, 0) = far;
  for (std::size_t i = 0; i <= a.size(); ++i) at(i + 1, 0) = far, at(i + 1, 1) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j + 1) = far, at(1, j + 1) = j;
  std::unordered_map<char32_t, std::size_t> last_row;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t last_column = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto found = last_row.find(static_cast<char32_t>(b[j - 1]));
      const std::size_t row = found == last_row.end() ? 0 : found->second;
      const std::size_t column = last_column;
      const bool same = a[i - 1] == b[j - 1];
      if (same) last_column = j;
      at(i + 1, j + 1) = std::min({at(i, j) + (same ? 0 : 1), at(i + 1, j) + 1, at(i, j + 1) + 1,
                                   at(row, column) + (i - row - 1) + 1 + (j - column - 1)});
    }
    last_row[static_cast<char32_t>(a[i - 1])] = i;
  }
  return at(a.size() + 1, b.size() + 1);
}

template <typename View>
std::size_t damerau_stripped(View a, View b) {
  strip_common(a, b);
  if (a.empty() || b.empty()) return a.size() + b.size();
  if (a.size() == 1 && b.size() == 1) return 1;
  if (a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0]) return 1;
  return damerau_any(a, b);
}

std::size_t length_of(std::string_view text) {
  return is_ascii(text) ? text.size() : code_points(text).size();
}

}  // namespace

double jaro(std::string_view a, std::string_view b) {
  if (is_ascii(a) && is_ascii(b)) return jaro_ascii(a, b);
  return jaro_wide(code_points(a), code_points(b));
}

double jaro_winkler(std::string_view a, std::string_view b) {
  if (is_ascii(a) && is_ascii(b)) return boosted(jaro_ascii(a, b), a, b);
  const std::u32string wide_a = code_points(a);
  const std::u32string wide_b = code_points(b);
  return boosted(jaro_wide(wide_a, wide_b), wide_a, wide_b);
}

std::size_t levenshtein(std::string_view a, std::string_view b) {
  if (!is_ascii(a) || !is_ascii(b)) {
    const std::u32string wide_a = code_points(a);
    const std::u32string wide_b = code_points(b);
    std::u32string_view view_a = wide_a;
    std::u32string_view view_b = wide_b;
    strip_common(view_a, view_b);
    return levenshtein_any(view_a, view_b);
  }
  strip_common(a, b);
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return b.size();
  return a.size() <= kWordBits ? levenshtein_short(a, b) : levenshtein_any(a, b);
}

std::size_t damerau_levenshtein(std::string_view a, std::string_view b) {
  if (is_ascii(a) && is_ascii(b)) return damerau_stripped(a, b);
  const std::u32string wide_a = code_points(a);
  const std::u32string wide_b = code_points(b);
  return damerau_stripped(std::u32string_view(wide_a), std::u32string_view(wide_b));
}

double levenshtein_similarity(std::string_view a, std::string_view b) {
  const std::size_t longer = std::max(length_of(a), length_of(b));
  if (longer == 0) return 1;
  return 1.0 - static_cast<double>(levenshtein(a, b)) / static_cast<double>(longer);
}

}  // namespace clewline::matching
