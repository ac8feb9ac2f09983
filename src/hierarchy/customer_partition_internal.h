#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "hierarchy/link_context.h"
#include "model/link_result.h"

namespace clewline::hierarchy {

inline constexpr int kThreadsMax = 256;

/// Event indexes grouped by customer: those of customer c are [begins[c], begins[c + 1]).
struct CustomerPartition {
  std::vector<std::uint32_t> begins;
  std::vector<std::uint32_t> events;

  std::size_t customers() const { return begins.size() - 1; }
  std::span<const std::uint32_t> of(std::size_t customer) const {
    return std::span(events).subspan(begins[customer], begins[customer + 1] - begins[customer]);
  }
  /// Divides the customers into parts of about as many events each: part i is
  /// [bounds[i], bounds[i + 1]).
  std::vector<std::size_t> part_bounds(int parts) const;
};

CustomerPartition partition_events(std::span<const std::uint32_t> customer_of_event,
                                   std::size_t customers);

/// Fails when identity named customers for another number of events, or one it did not list, or
/// when there are too many events.
Status check_customers(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                       std::size_t customers);

/// Makes what every customer's linking reads. `input` and `rules` must outlive it.
LinkContext make_context(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                         const LinkRules& rules, std::span<const HubKey> hub_keys, int threads);

}  // namespace clewline::hierarchy
