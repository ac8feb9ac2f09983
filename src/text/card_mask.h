#pragma once

#include <cstddef>
#include <span>

namespace clewline::text {

/// Overwrites every digit of every payment card number in `text` with '*'; separators and length
/// stay.
///
/// A card number is 13 to 19 digits that satisfy the Luhn check and fall into a range and length of
/// an issuer (Visa, Mastercard with the 2-series, American Express, Discover, Diners Club, JCB,
/// UnionPay, Maestro), written as one run or in groups separated each by one space or one dash. It
/// is not part of a longer run of digits, not the fraction of a decimal number, and not preceded by
/// '+' (a phone). Returns how many numbers were masked. A second call changes nothing.
std::size_t mask_cards(std::span<char> text);

/// What `mask_cards_from` did.
struct CardMaskProgress {
  std::size_t decided = 0;  // bytes [0, decided) are final whatever follows
  std::size_t masked = 0;   // card numbers masked by this call
};

/// Masks a text that arrives in pieces. `text` holds everything from some earlier point on; bytes
/// before `begin` were decided by the previous call and serve as context only (at least
/// `kCardMaskContextBytes` of them, or all there are). Unless `at_end`, the last bytes stay
/// undecided, because more digits may follow: pass them again in front of the next piece, with
/// `begin` at the first undecided one. Any cut into pieces gives the bytes that one call on the
/// whole text gives.
CardMaskProgress mask_cards_from(std::span<char> text, std::size_t begin, bool at_end);

/// How many decided bytes the next call must still see in front of `begin`.
inline constexpr std::size_t kCardMaskContextBytes = 64;

}  // namespace clewline::text
