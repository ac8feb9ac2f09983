#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "hierarchy/link_rules.h"
#include "model/link_input.h"

namespace clewline::hierarchy {

/// Keys that more customers share than `session_values_max`: placeholders and keys of machines.
/// They join nothing; rows that merely list them remain.
struct KeyGuards {
  std::vector<KeyId> hub_sessions;  // each sorted
  std::vector<KeyId> hub_chains;
  std::vector<KeyId> hub_cases;
  /// Events whose chain key text occurs with more than one customer: candidates of `same_chain`.
  std::vector<std::uint32_t> shared_chain_events;

  static bool holds(const std::vector<KeyId>& hubs, KeyId id) {
    return !hubs.empty() && std::ranges::binary_search(hubs, id);
  }
};

/// Finds the hub keys of a whole input, with `threads` threads. Needs only who did each event.
KeyGuards find_key_guards(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                          const LinkRules& rules, int threads);

}  // namespace clewline::hierarchy
