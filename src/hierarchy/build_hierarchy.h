#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"

namespace clewline::hierarchy {

struct HierarchyOptions {
  int threads = 1;
  /// Session, chain and case keys that identity found to carry too many people; joined to those
  /// that more than `session_values_max` customers share.
  std::span<const HubKey> hub_keys = {};
  /// Fill `HierarchyResult::join_candidates`.
  bool collect_join_candidates = false;
};

/// Links all events of all customers (LINKING.md §4–§7). `customer_of_event[i]` is the customer,
/// below `customers`, of `input.events[i]`. Pure: rows come in order of customers and, in each, of
/// time; they do not depend on the order of the input's vectors or on the number of threads. Fails
/// on a configuration that makes no sense.
Result<HierarchyResult> build_hierarchy(const LinkInput& input,
                                        std::span<const std::uint32_t> customer_of_event,
                                        std::size_t customers, const LinkingConfig& config,
                                        const IntentDictionary& intents,
                                        const CountingConfig& counting,
                                        const HierarchyOptions& options = {});

}  // namespace clewline::hierarchy
