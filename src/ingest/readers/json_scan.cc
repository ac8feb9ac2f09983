#include "ingest/readers/json_scan_internal.h"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>

#include "ingest/readers/splitter_internal.h"

namespace clewline::ingest {
std::size_t find_json_string_stop(std::string_view text, std::size_t place) {
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1F);
  while (place + 16 <= text.size()) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + place));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes);
    const __m128i stops = _mm_or_si128(
        low, _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
    const int mask = _mm_movemask_epi8(stops);
    if (mask != 0)
      return place + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
    place += 16;
  }
  while (place < text.size() && text[place] != '"' && text[place] != '\\' &&
         static_cast<unsigned char>(text[place]) > 0x1F)
    ++place;
  return place;
}

namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

enum class Kind : std::uint8_t { plain, quote, open, close, foreign };

constexpr std::array<Kind, 256> make_kinds() {
  std::array<Kind, 256> kinds{};
  for (Kind& kind : kinds) kind = Kind::foreign;
  for (char c : std::string_view(" \t\r\n0123456789+-.eE:,truefalsn*"))
    kinds[static_cast<unsigned char>(c)] = Kind::plain;
  kinds['"'] = Kind::quote;
  kinds['{'] = kinds['['] = Kind::open;
  kinds['}'] = kinds[']'] = Kind::close;
  return kinds;
}
constexpr std::array<Kind, 256> kKinds = make_kinds();

/// Remembers which kind of bracket is open at each depth.
class BracketStack {
 public:
  bool push(char bracket) {
    if (depth_ == kJsonDepthMax) return false;
    const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
    if (bracket == '{') {
      words_[depth_ / 64] |= bit;
    } else {
      words_[depth_ / 64] &= ~bit;
    }
    ++depth_;
    return true;
  }
  bool pop(char bracket) {
    if (depth_ == 0) return false;
    --depth_;
    const bool object = (words_[depth_ / 64] >> (depth_ % 64) & 1) != 0;
    return object == (bracket == '}');
  }
  std::size_t depth() const { return depth_; }

 private:
  std::array<std::uint64_t, kJsonDepthMax / 64> words_;
  std::size_t depth_ = 0;
};

/// Where a string ends, whether it does, and whether it holds what no JSON string does.
struct StringScan {
  std::size_t end = 0;
  bool closed = false;
  bool control = false;
};

StringScan scan_string(std::string_view text, std::size_t begin) {
  StringScan scan{begin + 1};
  while (true) {
    scan.end = find_json_string_stop(text, scan.end);
    if (scan.end >= text.size()) return scan;
    const char stop = text[scan.end];
    if (stop == '"') {
      ++scan.end;
      scan.closed = true;
      return scan;
    }
    if (stop != '\\') {
      scan.control = true;
      ++scan.end;
    } else {
      scan.end += 2;
    }
  }
}

}  // namespace

std::size_t skip_json_space(std::string_view text, std::size_t begin) {
  while (begin < text.size() && is_json_space(text[begin])) ++begin;
  return begin;
}

std::size_t scan_json_string(std::string_view text, std::size_t begin) {
  const StringScan scan = scan_string(text, begin);
  return scan.closed ? scan.end : std::string_view::npos;
}

JsonScan scan_json_value(std::string_view text, std::size_t begin, std::size_t open_objects,
                         std::size_t strange_bytes_max) {
  BracketStack brackets;
  for (std::size_t i = 0; i < open_objects; ++i) brackets.push('{');
  std::size_t strange = kNowhere;  // first character that JSON does not have there
  std::size_t place = begin;
  while (place < text.size()) {
    switch (kKinds[static_cast<unsigned char>(text[place])]) {
      case Kind::plain: ++place; continue;
      case Kind::quote: {
        const StringScan string = scan_string(text, place);
        if (string.control && strange == kNowhere) strange = place;
        place = std::min(string.end, text.size());
        if (!string.closed && (strange == kNowhere || place - begin <= strange_bytes_max))
          return {JsonExtent::incomplete, text.size()};
        break;
      }
      case Kind::open:
        if (!brackets.push(text[place])) return {JsonExtent::broken, place};
        ++place;
        break;
      case Kind::close:
        if (!brackets.pop(text[place])) return {JsonExtent::broken, place};
        ++place;
        break;
      case Kind::foreign:
        if (strange == kNowhere) strange = place;
        ++place;
        break;
    }
    if (strange != kNowhere && place - begin > strange_bytes_max)
      return {JsonExtent::broken, strange};
    if (brackets.depth() == 0) return {JsonExtent::complete, place};
  }
  return {JsonExtent::incomplete, text.size()};
}

}  // namespace clewline::ingest
