#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "evaluation/partition_sums.h"

namespace clewline::evaluation {

/// Two events, by the caller's numbers.
using EventPair = std::pair<std::uint32_t, std::uint32_t>;

/// What is wrong with one customer's units at one level.
struct CustomerMistakes {
  std::uint32_t customer = 0;
  std::uint64_t wrongly_joined = 0;  // events in a found unit that is mostly another true unit's
  std::uint64_t wrongly_parted = 0;  // events of a true unit that is mostly in another found unit
  std::optional<EventPair> joined;   // two events found together that do not belong together
  std::optional<EventPair> parted;   // two events that belong together and were found apart
};

/// Counts each customer's mistakes; customers without any are left out. The mostly is the largest
/// share of a unit, of equals the unit with the smaller number. The pair shown is of the largest
/// mistake. O(n log n).
std::vector<CustomerMistakes> count_mistakes(std::span<const SharedEvents> table);

}  // namespace clewline::evaluation
