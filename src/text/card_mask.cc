#include "text/card_mask.h"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace clewline::text {
namespace {

constexpr std::size_t kDigitsMin = 13;
constexpr std::size_t kDigitsMax = 19;
/// 19 digits, 18 separators and the byte after them.
constexpr std::size_t kCardBytesMax = 2 * kDigitsMax;
/// A run this long is no card, even when it begins with the four digits of a \uXXXX escape.
constexpr std::size_t kLongRun = kDigitsMax + 5;
/// ITU-T E.164: a telephone number has at most 15 digits.
constexpr std::size_t kPhoneDigitsMax = 15;

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
bool is_separator(char c) { return c == ' ' || c == '-'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Prefixes of card numbers and the lengths issued (ISO/IEC 7812 ranges as the schemes publish
/// them).
struct IssuerRange {
  std::uint32_t first;  // six digits
  std::uint32_t last;
  std::uint32_t lengths;  // bit n: n digits
};

constexpr std::uint32_t lengths(std::initializer_list<int> digits) {
  std::uint32_t bits = 0;
  for (int n : digits) bits |= std::uint32_t{1} << n;
  return bits;
}
constexpr std::uint32_t kMaestroLengths = lengths({13, 14, 15, 16, 17, 18, 19});

constexpr std::array<IssuerRange, 24> kIssuers = {{
    {222100, 272099, lengths({16})},                  // Mastercard, 2-series
    {300000, 305999, lengths({14, 16, 17, 18, 19})},  // Diners Club
    {309500, 309599, lengths({14, 16, 17, 18, 19})},  // Diners Club
    {340000, 349999, lengths({15})},                  // American Express
    {352800, 358999, lengths({16, 17, 18, 19})},      // JCB
    {360000, 369999, lengths({14, 16, 17, 18, 19})},  // Diners Club
    {370000, 379999, lengths({15})},                  // American Express
    {380000, 399999, lengths({14, 16, 17, 18, 19})},  // Diners Club
    {400000, 499999, lengths({13, 16, 19})},          // Visa
    {501800, 501899, kMaestroLengths},                // Maestro
    {502000, 502099, kMaestroLengths},
    {503800, 503899, kMaestroLengths},
    {510000, 559999, lengths({16})},  // Mastercard
    {561200, 561299, kMaestroLengths},
    {589300, 589399, kMaestroLengths},
    {601100, 601199, lengths({16, 17, 18, 19})},  // Discover
    {620000, 629999, lengths({16, 17, 18, 19})},  // UnionPay, Discover
    {630400, 630499, kMaestroLengths},
    {639000, 639099, kMaestroLengths},
    {644000, 649999, lengths({16, 17, 18, 19})},  // Discover
    {650000, 659999, lengths({16, 17, 18, 19})},  // Discover
    {675900, 675999, kMaestroLengths},
    {676100, 676399, kMaestroLengths},
    {676700, 676799, kMaestroLengths},
}};

/// The digits of up to 19 digits' worth of groups from one group on.
struct GroupWindow {
  struct Group {
    std::size_t begin;
    std::size_t size;
  };
  std::array<Group, kDigitsMax + 1> groups;
  std::size_t group_count = 0;
  std::size_t digit_count = 0;
  bool chain_ended = false;  // no group follows those listed
  std::array<std::uint8_t, kDigitsMax> digits{};
};

bool issuer_knows(const std::uint8_t* digits, std::size_t count) {
  std::uint32_t prefix = 0;
  for (int i = 0; i < 6; ++i) prefix = prefix * 10 + digits[i];
  for (const IssuerRange& range : kIssuers) {
    if (prefix >= range.first && prefix <= range.last) return (range.lengths >> count & 1) != 0;
  }
  return false;
}

bool luhn_holds(const std::uint8_t* digits, std::size_t count) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    unsigned digit = digits[count - 1 - i];
    if (i % 2 == 1) digit = digit < 5 ? digit * 2 : digit * 2 - 9;
    sum += digit;
  }
  return sum % 10 == 0;
}

/// True for equal groups of `size`, the last of which may be shorter.
bool grouped_by(const GroupWindow& window, std::size_t count, std::size_t size) {
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (window.groups[i].size != size) return false;
  }
  return window.groups[count - 1].size <= size;
}

bool sizes_are(const GroupWindow& window, std::size_t count,
               std::initializer_list<std::size_t> sizes) {
  if (count != sizes.size()) return false;
  return std::equal(
      sizes.begin(), sizes.end(), window.groups.begin(),
      [](std::size_t size, const GroupWindow::Group& group) { return size == group.size; });
}

/// Accepts the ways cards are written: fours; 4-6-5 and 4-6-4; 4-3-3-3; 6-13; 8-8; digit by digit
/// or in pairs, as read aloud.
bool is_card_shape(const GroupWindow& window, std::size_t count) {
  if (count == 1) return true;
  return grouped_by(window, count, 4) || sizes_are(window, count, {4, 6, 5}) ||
         sizes_are(window, count, {4, 6, 4}) || sizes_are(window, count, {4, 3, 3, 3}) ||
         sizes_are(window, count, {6, 13}) || sizes_are(window, count, {8, 8}) ||
         grouped_by(window, count, 1) || grouped_by(window, count, 2);
}

/// Bytes looked at together, and how far to go on: two neighbours share what one card needs at
/// least, so that no beginning of a card is cut.
constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kStrideBytes = kBlockBytes - kDigitsMin - 1;

/// Bit n stands for byte n of a block.
struct BlockBits {
  std::uint64_t digits = 0;
  std::uint64_t chain = 0;  // digits, and separators with a digit on either side
};

BlockBits block_bits(const char* bytes) {
  BlockBits bits;
  std::uint64_t separators = 0;
  for (unsigned i = 0; i < kBlockBytes; i += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    // Moves '0'..'9' to the ten lowest signed values.
    const __m128i shifted = _mm_add_epi8(block, _mm_set1_epi8(static_cast<char>(-128 - '0')));
    const __m128i digit = _mm_cmplt_epi8(shifted, _mm_set1_epi8(-128 + 10));
    const __m128i separator = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(' ')),
                                           _mm_cmpeq_epi8(block, _mm_set1_epi8('-')));
    bits.digits |= std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(digit))} << i;
    separators |= std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(separator))} << i;
  }
  bits.chain = bits.digits | (separators & bits.digits << 1 & bits.digits >> 1);
  return bits;
}

/// Returns bits where 13 set bits begin.
std::uint64_t long_runs(std::uint64_t bits) {
  bits &= bits >> 1;          // 2
  bits &= bits >> 2;          // 4
  bits &= bits >> 4;          // 8
  return bits & (bits >> 5);  // 13
}

class Scan {
 public:
  Scan(std::span<char> text, std::size_t begin, std::size_t limit)
      : text_(text), floor_(begin), limit_(limit) {}

  /// Masks the cards that begin in [floor, limit).
  std::size_t run() {
    std::size_t place = skip_rest_of_run(floor_);
    while (true) {
      place = find_chain(place);
      if (place >= text_.size()) break;
      const std::size_t start = chain_start(place);
      if (start >= limit_) break;
      place = mask_chain(start);
    }
    return masked_;
  }

 private:
  /// Steps over the rest of a digit run that began before the scan.
  std::size_t skip_rest_of_run(std::size_t place) {
    if (place == 0 || !is_digit(text_[place - 1])) return place;
    while (place < text_.size() && is_digit(text_[place])) ++place;
    floor_ = place;
    return place;
  }

  /// Returns a digit of the next chain that may be long enough for a card, or the end of the text.
  std::size_t find_chain(std::size_t place) const {
    while (place + kBlockBytes <= text_.size()) {
      BlockBits bits = block_bits(text_.data() + place);
      std::uint64_t runs = long_runs(bits.chain);
      while (runs != 0) {
        const auto begin = static_cast<unsigned>(std::countr_zero(runs));
        const auto length = static_cast<unsigned>(std::countr_one(bits.chain >> begin));
        // A separator at an edge of the block may have its other digit beyond.
        const bool whole = begin > 1 && begin + length + 1 < kBlockBytes;
        const std::uint64_t run = ((std::uint64_t{1} << length % kBlockBytes) - 1) << begin;
        if (!whole || std::popcount(bits.digits & run) >= static_cast<int>(kDigitsMin))
          return digit_from(place + begin);
        runs &= ~run;
      }
      place += kStrideBytes;
    }
    return digit_from(place);
  }

  std::size_t digit_from(std::size_t place) const {
    while (place < text_.size() && !is_digit(text_[place])) ++place;
    return place;
  }

  /// Goes left from a digit to the first digit of its chain, not beyond the floor.
  std::size_t chain_start(std::size_t place) const {
    while (place > floor_) {
      if (is_digit(text_[place - 1])) {
        --place;
      } else if (place - 1 > floor_ && is_separator(text_[place - 1]) &&
                 is_digit(text_[place - 2])) {
        place -= 2;
      } else {
        break;
      }
    }
    return place;
  }

  /// Masks the cards of the chain of groups that starts at `place`; returns where to go on.
  std::size_t mask_chain(std::size_t place) {
    while (place < text_.size() && place < limit_) {
      GroupWindow window;
      const std::size_t past = gather(place, window);
      place = window.digit_count >= kDigitsMin ? mask_first(window) : past;
      floor_ = place;
      if (window.chain_ended && place >= past) return place;
      if (place < text_.size() && is_separator(text_[place])) ++place;
      if (place >= text_.size() || !is_digit(text_[place])) return place;
    }
    return std::max(place, limit_);
  }

  /// Lists the groups from `place`, the start of one, until 19 digits are passed or the chain ends.
  /// Returns the end of the first group when more may follow, otherwise the end of the chain.
  std::size_t gather(std::size_t place, GroupWindow& window) const {
    std::size_t first_end = 0;
    while (true) {
      std::size_t end = place;
      while (end < text_.size() && is_digit(text_[end])) ++end;
      if (window.group_count == 0) {
        first_end = end;
        place = std::min(end, after_escape(place));
      }
      const std::size_t size = end - place;
      if (window.digit_count + size > kDigitsMax) return first_end;
      for (std::size_t i = 0; i < size; ++i) {
        window.digits[window.digit_count + i] = static_cast<std::uint8_t>(text_[place + i] - '0');
      }
      window.groups[window.group_count++] = {place, size};
      window.digit_count += size;
      const bool more =
          end + 1 < text_.size() && is_separator(text_[end]) && is_digit(text_[end + 1]);
      if (!more) {
        window.chain_ended = true;
        return end;
      }
      if (window.group_count == kDigitsMax) return first_end;
      place = end + 1;
    }
  }

  /// Masks the longest card that starts with the window's first group; returns the end of what was
  /// masked, else of the first group.
  std::size_t mask_first(const GroupWindow& window) {
    std::size_t count = window.digit_count;
    for (std::size_t groups = window.group_count; groups > 0; --groups) {
      if (count < kDigitsMin) break;
      if (is_card(window, groups, count)) {
        overwrite(window, groups);
        const auto& last = window.groups[groups - 1];
        return last.begin + last.size;
      }
      count -= window.groups[groups - 1].size;
    }
    return window.groups[0].begin + window.groups[0].size;
  }

  bool is_card(const GroupWindow& window, std::size_t groups, std::size_t count) const {
    if (!is_card_shape(window, groups) || !one_separator(window, groups)) return false;
    if (!issuer_knows(window.digits.data(), count) || !luhn_holds(window.digits.data(), count))
      return false;
    return !is_fraction(window.groups[0].begin) && !is_phone(window.groups[0].begin);
  }

  bool one_separator(const GroupWindow& window, std::size_t groups) const {
    for (std::size_t i = 2; i < groups; ++i) {
      if (text_[window.groups[i].begin - 1] != text_[window.groups[1].begin - 1]) return false;
    }
    return true;
  }

  bool is_fraction(std::size_t begin) const {
    return begin >= 2 && text_[begin - 1] == '.' && is_digit(text_[begin - 2]);
  }

  /// True when the chain around `begin` starts with '+' and is short enough for a telephone number.
  bool is_phone(std::size_t begin) const {
    std::size_t start = begin;
    while (start > 0 && begin - start < kCardBytesMax) {
      if (is_digit(text_[start - 1])) {
        --start;
      } else if (start > 1 && is_separator(text_[start - 1]) && is_digit(text_[start - 2])) {
        start -= 2;
      } else {
        break;
      }
    }
    if (start == 0 || text_[start - 1] != '+') return false;
    std::size_t digits = 0;
    for (std::size_t i = start; i < text_.size() && digits <= kPhoneDigitsMax; ++i) {
      if (is_digit(text_[i])) {
        ++digits;
      } else if (!is_separator(text_[i]) || !is_digit(text_[i - 1])) {
        break;
      }
    }
    return digits <= kPhoneDigitsMax;
  }

  /// Returns the place after a JSON escape `\uXXXX` whose last hexadecimal digits are decimal ones
  /// and look like the beginning of the run at `begin`; `begin` when there is none.
  std::size_t after_escape(std::size_t begin) const {
    for (std::size_t back = 2; back <= 5 && back <= begin; ++back) {
      const std::size_t start = begin - back;
      if (text_[start] == '\\' && text_[start + 1] == 'u') return start + 6;
      if (!is_hex(text_[start + 1])) break;
    }
    return begin;
  }

  void overwrite(const GroupWindow& window, std::size_t groups) {
    for (std::size_t i = 0; i < groups; ++i) {
      std::fill_n(text_.begin() + static_cast<std::ptrdiff_t>(window.groups[i].begin),
                  window.groups[i].size, '*');
    }
    ++masked_;
  }

  std::span<char> text_;
  std::size_t floor_;  // bytes before it are decided
  std::size_t limit_;
  std::size_t masked_ = 0;
};

/// Returns how far the text can be decided when more may follow: a card that begins before that
/// place ends, with the byte after it, inside the text.
std::size_t decidable(std::span<char> text, std::size_t begin) {
  if (text.size() <= begin + kCardBytesMax) return begin;
  const std::size_t latest = text.size() - kCardBytesMax;
  std::size_t place = latest;
  while (place > begin && latest - place < kLongRun && is_digit(text[place - 1])) --place;
  return latest - place < kLongRun ? place : latest;
}

}  // namespace

CardMaskProgress mask_cards_from(std::span<char> text, std::size_t begin, bool at_end) {
  const std::size_t limit = at_end ? text.size() : decidable(text, begin);
  if (limit <= begin) return {begin, 0};
  Scan scan(text, begin, limit);
  return {limit, scan.run()};
}

std::size_t mask_cards(std::span<char> text) { return mask_cards_from(text, 0, true).masked; }

}  // namespace clewline::text
