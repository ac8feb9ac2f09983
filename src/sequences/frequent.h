#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace clewline::sequences {

/// Sequences of sets of items, as columns: an entry an item, with the number of its set inside the
/// sequence (ascending from 0; inside a set items ascend and differ) and the set's time.
struct ItemSequences {
  std::vector<std::uint32_t> items;  // numbers from 0
  std::vector<std::uint32_t> sets;
  std::vector<std::int64_t> times_us;
  std::vector<std::size_t> begins = {0};  // of each sequence; the last is the end

  std::size_t size() const { return begins.size() - 1; }
};

/// Which patterns are looked for.
struct FrequentRules {
  std::uint32_t support_min = 1;               // sequences that must have it
  std::uint32_t length_max = 4;                // items
  std::optional<std::int64_t> gap_us = {};     // from one set to the next at most
  std::optional<std::int64_t> window_us = {};  // from the first to the last
  std::size_t patterns_max = 10'000;
};

/// A sequential pattern: items in order; `joined[i]` says that item i is in one set with the item
/// before.
struct FrequentPattern {
  std::vector<std::uint32_t> items;
  std::vector<std::uint8_t> joined;
};

/// Called with each frequent pattern and the sequences that have it, ascending.
using TakeFrequent =
    std::function<void(const FrequentPattern& pattern, std::span<const std::uint32_t> sequences)>;

/// Finds all sequential patterns by growing prefixes over places in the sequences (PrefixSpan with
/// pseudo-projection: Pei et al., ICDE 2001), depth first, items ascending. `items`: how many items
/// there are. Error: `limit` when there are more than `patterns_max`.
Status frequent_patterns(const ItemSequences& sequences, std::uint32_t items,
                         const FrequentRules& rules, const TakeFrequent& take);

}  // namespace clewline::sequences
