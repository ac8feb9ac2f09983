#include "identity/customers_internal.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/parallel.h"
#include "identity/customer_names_internal.h"

namespace clewline::identity {
namespace {

constexpr std::size_t kBlock = 1024;
constexpr std::size_t kEventBlock = 16384;

/// The best name met so far of an anonymous component; events come in order of time.
class ComponentName {
 public:
  void meet(const Sightings& sightings, const Hubs& hubs, Rank rank) {
    for (const Node value : sightings.values.of(rank)) {
      if (is_live(sightings, hubs, value, rank)) meet_value(sightings, value, rank);
    }
    meet_key(sightings, sightings.sessions, sightings.session[rank], rank, session_);
    meet_key(sightings, sightings.chains, sightings.chain[rank], rank, chain_);
    if (record_ == kNoIndex) record_ = sightings.record[rank];
  }

  LinkedCustomer customer(const Sightings& sightings) const {
    LinkedCustomer customer;
    if (value_.key != kNoIndex) {
      customer.naming_kind = static_cast<IdentifierKind>(sightings.nodes.at(value_.key).space);
      customer.naming_value = sightings.nodes.at(value_.key).value;
      return customer;
    }
    customer.naming_kind = LinkedCustomer::kNoKind;
    if (session_.key != kNoIndex || chain_.key != kNoIndex) {
      const bool by_session = session_.key != kNoIndex;
      const PairNumbers::Pair& pair =
          by_session ? sightings.sessions.at(session_.key) : sightings.chains.at(chain_.key);
      customer.named_by = by_session ? AliasName::session : AliasName::chain;
      customer.naming_source = pair.space;
      customer.naming_value = pair.value;
      return customer;
    }
    const LinkRecord& record = sightings.input->records[record_];
    customer.named_by = AliasName::record;
    customer.naming_source = record.source;
    customer.naming_stream = record.stream;
    customer.naming_value = record.record_id;
    return customer;
  }

 private:
  struct Candidate {
    std::uint32_t key = kNoIndex;
    TimeUs first_at = 0;
  };

  void meet_value(const Sightings& sightings, Node value, Rank rank) {
    const TimeUs at = sightings.time[rank];
    const auto order = [&](Node node, TimeUs first_at) {
      return std::tuple(sightings.kind_row(node).priority, first_at, sightings.value_of(node),
                        sightings.nodes.at(node).space);
    };
    if (value_.key == kNoIndex || order(value, at) < order(value_.key, value_.first_at))
      value_ = {value, at};
  }

  static void meet_key(const Sightings& sightings, const PairNumbers& keys, std::uint32_t key,
                       Rank rank, Candidate& best) {
    if (key == kNoIndex || key == best.key) return;
    const TimeUs at = sightings.time[rank];
    const auto order = [&](std::uint32_t number, TimeUs first_at) {
      const StringTable& strings = sightings.input->strings;
      return std::tuple(first_at, strings.at(keys.at(number).space),
                        strings.at(keys.at(number).value));
    };
    if (best.key == kNoIndex ||
        (at == best.first_at && order(key, at) < order(best.key, best.first_at)))
      best = {key, at};
  }

  Candidate value_, session_, chain_;
  std::uint32_t record_ = kNoIndex;
};

/// Customers as they are found, still in any order; `slot` arrays point into `found`.
struct FoundCustomers {
  std::vector<LinkedCustomer> found;
  std::vector<std::uint32_t> slot_of_root;       // anchor root → slot
  std::vector<std::uint32_t> slot_of_component;  // least rank → slot
};

void find_identified(const Resolution& resolution, FoundCustomers& customers) {
  const Sightings& sightings = resolution.sightings;
  const AnchoredCustomers& anchored = resolution.anchored;
  std::vector<Node> least;
  customers.slot_of_root.assign(sightings.nodes.size(), kNoIndex);
  const auto order = [&](Node node) {
    return std::tuple(sightings.kind_row(node).priority, anchored.first_at[node],
                      sightings.value_of(node), sightings.nodes.at(node).space);
  };
  for (Node node = 0; node < sightings.nodes.size(); ++node) {
    if (!sightings.is_anchor(node) || anchored.first_at[node] == std::numeric_limits<TimeUs>::max())
      continue;
    std::uint32_t& slot = customers.slot_of_root[anchored.root[node]];
    if (slot == kNoIndex) {
      slot = static_cast<std::uint32_t>(least.size());
      least.push_back(node);
    } else if (order(node) < order(least[slot])) {
      least[slot] = node;
    }
  }
  for (const Node node : least) {
    LinkedCustomer customer;
    customer.identified = true;
    customer.naming_kind = static_cast<IdentifierKind>(sightings.nodes.at(node).space);
    customer.naming_value = sightings.nodes.at(node).value;
    customers.found.push_back(customer);
  }
}

void find_anonymous(const Resolution& resolution, FoundCustomers& customers) {
  const Sightings& sightings = resolution.sightings;
  const auto identified = static_cast<std::uint32_t>(customers.found.size());
  std::vector<ComponentName> names;
  customers.slot_of_component.assign(sightings.event_count(), kNoIndex);
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    const Rank component = resolution.attribution.component[rank];
    if (component == kNoIndex) continue;
    std::uint32_t& slot = customers.slot_of_component[component];
    if (slot == kNoIndex) {
      slot = identified + static_cast<std::uint32_t>(names.size());
      names.emplace_back();
    }
    names[slot - identified].meet(sightings, resolution.hubs, rank);
  }
  for (const ComponentName& name : names) customers.found.push_back(name.customer(sightings));
}

void give_ids(const Sightings& sightings, std::string_view workspace_key,
              std::vector<LinkedCustomer>& found, int threads) {
  const CustomerNames names(workspace_key);
  const StringTable& strings = sightings.input->strings;
  for_each_block(threads, found.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      LinkedCustomer& customer = found[i];
      const std::string_view value = strings.at(customer.naming_value);
      const std::string_view source = strings.at(customer.naming_source);
      switch (customer.named_by) {
        case AliasName::identifier:
          customer.customer_id =
              names.of_identifier(sightings.config->kinds[customer.naming_kind].name, value);
          break;
        case AliasName::session: customer.customer_id = names.of_session(source, value); break;
        case AliasName::chain: customer.customer_id = names.of_chain(source, value); break;
        case AliasName::record:
          customer.customer_id = names.of_record(source, strings.at(customer.naming_stream), value);
          break;
      }
    }
  });
}

/// Fills which customer did each event. `place` is the final place of a slot.
void number_events(const Resolution& resolution, const FoundCustomers& found,
                   const std::vector<std::uint32_t>& place, Customers& customers, int threads) {
  const Attribution& attribution = resolution.attribution;
  std::vector<std::uint32_t> of_node(resolution.sightings.nodes.size());
  for (Node node = 0; node < of_node.size(); ++node)
    of_node[node] = customers.of_root[resolution.anchored.root[node]];
  customers.of_event.resize(attribution.step.size());
  for_each_block(
      threads, customers.of_event.size(), kEventBlock, [&](std::size_t begin, std::size_t end) {
        for (auto rank = static_cast<Rank>(begin); rank < end; ++rank) {
          customers.of_event[rank] =
              attribution.named(rank) ? of_node[attribution.anchor[rank]]
                                      : place[found.slot_of_component[attribution.component[rank]]];
        }
      });
}

}  // namespace

Customers name_customers(const Resolution& resolution, std::string_view workspace_key,
                         int threads) {
  const Sightings& sightings = resolution.sightings;
  FoundCustomers found;
  find_identified(resolution, found);
  find_anonymous(resolution, found);
  give_ids(sightings, workspace_key, found.found, threads);
  std::vector<std::pair<Id128, std::uint32_t>> order(found.found.size());
  for (std::uint32_t slot = 0; slot < order.size(); ++slot)
    order[slot] = {found.found[slot].customer_id, slot};
  std::sort(order.begin(), order.end());
  std::vector<std::uint32_t> place(order.size());
  Customers customers;
  customers.customers.reserve(order.size());
  for (const auto& [id, slot] : order) {
    place[slot] = static_cast<std::uint32_t>(customers.customers.size());
    customers.customers.push_back(found.found[slot]);
  }
  customers.of_root = std::move(found.slot_of_root);
  for (std::uint32_t& slot : customers.of_root) slot = slot == kNoIndex ? kNoIndex : place[slot];
  number_events(resolution, found, place, customers, threads);
  return customers;
}

}  // namespace clewline::identity
