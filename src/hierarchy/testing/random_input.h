#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/link_input.h"
#include "model/linking_config.h"

namespace clewline::hierarchy::testing {

/// A made-up input and who did each event. Small on purpose: keys, agents, intents and times
/// repeat.
struct RandomInput {
  LinkInput input;
  std::vector<std::uint32_t> customer_of_event;
  std::size_t customers = 0;
};

/// The hard cases that a run of properties must have met, and how often it did.
using CaseCounts = std::map<std::string, std::uint64_t>;

/// Makes an input from a seed: ties in time, ends before begins, null keys, keyless twins,
/// intervals over midnight, overlong intervals, keys that come back, shared keys, chains across
/// customers …
RandomInput make_random_input(std::uint64_t seed);

/// Counts which hard cases an input holds.
void count_cases(const RandomInput& made, CaseCounts* counts);

/// Returns the input without the events whose flag is false.
RandomInput keep_events(const RandomInput& made, const std::vector<bool>& keep);
/// Returns the same set of events in another order (events, records and strings).
RandomInput shuffle_events(const RandomInput& made, std::uint64_t seed);

/// Writes the events down, one a line, for a failure message.
std::string describe_events(const RandomInput& made);

/// Removes events as long as `fails` still holds; the result is minimal in single events.
template <typename Fails>
RandomInput shrink(RandomInput made, const Fails& fails) {
  for (std::size_t size = made.input.events.size(); size > 0; size /= 2) {
    for (std::size_t begin = 0; begin < made.input.events.size();) {
      std::vector<bool> keep(made.input.events.size(), true);
      for (std::size_t i = begin; i < std::min(begin + size, keep.size()); ++i) keep[i] = false;
      RandomInput smaller = keep_events(made, keep);
      if (!smaller.input.events.empty() && fails(smaller)) {
        made = std::move(smaller);
      } else {
        begin += size;
      }
    }
  }
  return made;
}

}  // namespace clewline::hierarchy::testing
