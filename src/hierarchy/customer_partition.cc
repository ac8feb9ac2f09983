#include <algorithm>

#include "hierarchy/customer_partition_internal.h"
#include "hierarchy/parallel.h"

namespace clewline::hierarchy {
namespace {

void add_hub_keys(std::span<const HubKey> hubs, KeyGuards& guards) {
  for (const HubKey& hub : hubs) {
    std::vector<KeyId>* known = hub.key_space == "session" ? &guards.hub_sessions
                                : hub.key_space == "chain" ? &guards.hub_chains
                                : hub.key_space == "case"  ? &guards.hub_cases
                                                           : nullptr;
    if (known != nullptr) known->push_back(key_id(hub.source, hub.key));
  }
  for (std::vector<KeyId>* keys : {&guards.hub_sessions, &guards.hub_chains, &guards.hub_cases}) {
    std::ranges::sort(*keys);
  }
}

}  // namespace

std::vector<std::size_t> CustomerPartition::part_bounds(int parts) const {
  std::vector<std::size_t> bounds = {0};
  for (int i = 1; i < parts; ++i) {
    const auto end = static_cast<std::uint32_t>(part_begin(events.size(), i, parts));
    const auto rest = std::span(begins).subspan(bounds.back());
    bounds.push_back(bounds.back() +
                     static_cast<std::size_t>(std::ranges::lower_bound(rest, end) - rest.begin()));
  }
  bounds.push_back(customers());
  return bounds;
}

CustomerPartition partition_events(std::span<const std::uint32_t> customer_of_event,
                                   std::size_t customers) {
  CustomerPartition partition;
  partition.begins.assign(customers + 1, 0);
  for (const std::uint32_t customer : customer_of_event) ++partition.begins[customer + 1];
  for (std::size_t c = 0; c < customers; ++c) partition.begins[c + 1] += partition.begins[c];
  partition.events.resize(customer_of_event.size());
  std::vector<std::uint32_t> next(partition.begins.begin(), partition.begins.end() - 1);
  for (std::size_t i = 0; i < customer_of_event.size(); ++i) {
    partition.events[next[customer_of_event[i]]++] = static_cast<std::uint32_t>(i);
  }
  return partition;
}

Status check_customers(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                       std::size_t customers) {
  constexpr std::size_t kEventsMax = kNoIndex;
  if (input.events.size() >= kEventsMax) {
    return Error{ErrorCode::limit, "link reads at most 4294967294 events at once",
                 "Link parts of the customers in workspaces of their own."};
  }
  if (customer_of_event.size() != input.events.size()) {
    return Error{ErrorCode::internal, "identity named customers for another number of events", ""};
  }
  const bool in_range =
      std::ranges::all_of(customer_of_event, [=](std::uint32_t c) { return c < customers; });
  if (!in_range)
    return Error{ErrorCode::internal, "identity named a customer that it did not list", ""};
  return {};
}

LinkContext make_context(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                         const LinkRules& rules, std::span<const HubKey> hub_keys, int threads) {
  LinkContext context;
  context.input = &input;
  context.rules = &rules;
  context.guards = find_key_guards(input, customer_of_event, rules, threads);
  add_hub_keys(hub_keys, context.guards);
  context.references = ReferenceIndex(input.references);
  return context;
}

}  // namespace clewline::hierarchy
