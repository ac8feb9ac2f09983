#include <xxhash.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/gap_study_internal.h"

namespace clewline::engine {
namespace {

hierarchy::HierarchyOptions options_of(const LinkedPortion& portion) {
  return {static_cast<int>(portion.threads), portion.identity.hub_keys};
}

// Who is named by a session or record alone cannot be seen again: no gap, and no session that a gap
// could join.
bool can_return(const LinkedCustomer& customer) {
  return customer.named_by == AliasName::identifier;
}

/// The name of a customer as a number that does not depend on the workspace's key, on portions or
/// on the order of records; resamples go by it.
using NameHash = std::pair<std::uint64_t, std::uint64_t>;

NameHash hash_name(const LinkedPortion& portion, const LinkedCustomer& customer) {
  std::string name(1, static_cast<char>(customer.naming_kind));
  name += portion.loaded.input.strings.at(customer.naming_value);
  const XXH128_hash_t hash = XXH3_128bits(name.data(), name.size());
  return {hash.high64, hash.low64};
}

// Numbers the customers by their names and puts their presences into that order.
void order_by_name(const std::vector<NameHash>& names,
                   std::vector<hierarchy::ContactPresence>& presences) {
  std::vector<std::uint32_t> order(names.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t customer) { return names[customer]; });
  std::vector<std::uint32_t> numbers(names.size());
  for (std::uint32_t number = 0; number < order.size(); ++number) numbers[order[number]] = number;
  for (hierarchy::ContactPresence& presence : presences)
    presence.customer = numbers[presence.customer];
  std::ranges::stable_sort(presences, {}, &hierarchy::ContactPresence::customer);
}

}  // namespace

hierarchy::LinkedEvents GapInput::events(const LinkedPortion& portion,
                                         const LinkingConfig& config) const {
  return {portion.loaded.input,
          portion.identity.customer_of_event,
          portion.identity.customers.size(),
          config,
          settings_.intents,
          settings_.counting};
}

Status GapInput::visit(const PortionVisitor& visitor) {
  if (!whole_) return visit_portions(database_, settings_, visitor);
  CLEW_TRY_VOID(visitor.begin({}));
  return visitor.portion(*whole_);
}

Result<std::vector<hierarchy::ContactPresence>> GapInput::presences() {
  std::vector<hierarchy::ContactPresence> all;
  std::vector<NameHash> names;
  PortionVisitor visitor;
  visitor.begin = [&](const LinkMemoryPlan&) -> Status {
    all.clear();
    names.clear();
    return {};
  };
  visitor.portion = [&](LinkedPortion& portion) -> Status {
    CLEW_TRY(auto found, hierarchy::list_presences(events(portion, config()), options_of(portion)));
    std::erase_if(found, [&](const hierarchy::ContactPresence& presence) {
      return !can_return(portion.identity.customers[presence.customer]);
    });
    const auto before = static_cast<std::uint32_t>(names.size());
    for (const LinkedCustomer& customer : portion.identity.customers)
      names.push_back(can_return(customer) ? hash_name(portion, customer) : NameHash());
    for (hierarchy::ContactPresence& presence : found) presence.customer += before;
    all.insert(all.end(), found.begin(), found.end());
    if (portion.only && !whole_) whole_ = std::move(portion);
    return {};
  };
  CLEW_TRY_VOID(visit(visitor));
  order_by_name(names, all);
  return all;
}

Result<std::vector<hierarchy::TrialCounts>> GapInput::count(
    const LinkingConfig& config, std::span<const hierarchy::GapTrial> trials) {
  std::vector<hierarchy::TrialCounts> sums(trials.size());
  PortionVisitor visitor;
  visitor.begin = [&](const LinkMemoryPlan&) -> Status {
    std::ranges::fill(sums, hierarchy::TrialCounts());
    return {};
  };
  visitor.portion = [&](LinkedPortion& portion) -> Status {
    CLEW_TRY(const auto counts,
             hierarchy::count_trials(events(portion, config), trials, options_of(portion)));
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i].transactions += counts[i].transactions;
      sums[i].contacts += counts[i].contacts;
    }
    return {};
  };
  CLEW_TRY_VOID(visit(visitor));
  return sums;
}

}  // namespace clewline::engine
