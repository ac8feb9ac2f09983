#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace clewline::insights {

/// An option of a node and how often it was chosen, by two halves of the customers.
struct OptionUse {
  std::string option;
  std::int64_t uses[2] = {0, 0};
};

/// How many options a caller who wants each of them hears before it: in the order of the keys, and
/// when the most used come first.
struct OptionPlaces {
  std::vector<std::int64_t> now;      // an entry an option
  std::vector<std::int64_t> best;     // by all uses
  std::vector<std::int64_t> by[2];    // by the uses of the other half, to judge this half with
  std::vector<std::size_t> in_order;  // indices of the options, the best order
};

/// Returns whether options can be put in order: keys 1 … 9, then 0, `*`, `#` as they are read out.
bool are_keys(std::span<const OptionUse> options);

/// Orders options by falling use, ties by their keys. A half is judged by the order that the other
/// half asks for: an order that fits the same callers it is judged by would save even by chance.
OptionPlaces option_places(std::span<const OptionUse> options);

}  // namespace clewline::insights
