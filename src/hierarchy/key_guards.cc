#include "hierarchy/key_guards.h"

#include <atomic>
#include <memory>

#include "hierarchy/parallel.h"

namespace clewline::hierarchy {
namespace {

constexpr std::uint32_t kUnseen = 0xFFFFFFFFU;
constexpr std::uint32_t kShared = 0xFFFFFFFEU;  // seen with two customers

/// First customer of each key text, over all three uses of keys: a filter that lets almost nothing
/// pass.
class FirstOwners {
 public:
  explicit FirstOwners(std::size_t strings)
      : owners_(std::make_unique<std::atomic<std::uint32_t>[]>(strings)) {
    for (std::size_t i = 0; i < strings; ++i) owners_[i].store(kUnseen, std::memory_order_relaxed);
  }

  /// Notes an owner. The final state depends on the set of calls alone, not on their order.
  void note(std::uint32_t key, std::uint32_t customer) {
    if (key == 0) return;
    std::atomic<std::uint32_t>& owner = owners_[key];
    std::uint32_t seen = owner.load(std::memory_order_relaxed);
    if (seen == customer || seen == kShared) return;
    if (seen == kUnseen && owner.compare_exchange_strong(seen, customer, std::memory_order_relaxed))
      return;
    if (seen != customer) owner.store(kShared, std::memory_order_relaxed);
  }
  bool shared(std::uint32_t key) const {
    return key != 0 && owners_[key].load(std::memory_order_relaxed) == kShared;
  }

 private:
  std::unique_ptr<std::atomic<std::uint32_t>[]> owners_;
};

struct Holder {
  KeyId id;
  std::uint32_t customer;
  auto operator<=>(const Holder&) const = default;
};

std::vector<KeyId> find_hubs(std::vector<Holder>& holders, std::uint32_t customers_max) {
  std::ranges::sort(holders);
  const auto repeated = std::ranges::unique(holders);
  holders.erase(repeated.begin(), repeated.end());
  std::vector<KeyId> hubs;
  for (std::size_t begin = 0; begin < holders.size();) {
    std::size_t end = begin;
    while (end < holders.size() && holders[end].id == holders[begin].id) ++end;
    if (end - begin > customers_max) hubs.push_back(holders[begin].id);
    begin = end;
  }
  return hubs;
}

struct PartHolders {
  std::vector<Holder> sessions, chains, cases;
  std::vector<std::uint32_t> chain_events;
};

template <typename T>
void append(std::vector<T>* to, const std::vector<T>& from) {
  to->insert(to->end(), from.begin(), from.end());
}

}  // namespace

KeyGuards find_key_guards(const LinkInput& input, std::span<const std::uint32_t> customer_of_event,
                          const LinkRules& rules, int threads) {
  FirstOwners owners(input.strings.size());
  const std::size_t size = input.events.size();
  run_parts(threads, [&](int part) {
    for (std::size_t i = part_begin(size, part, threads); i < part_begin(size, part + 1, threads);
         ++i) {
      const LinkEvent& event = input.events[i];
      owners.note(event.session_key, customer_of_event[i]);
      owners.note(event.chain_key, customer_of_event[i]);
      owners.note(event.case_key, customer_of_event[i]);
    }
  });
  std::vector<PartHolders> parts(static_cast<std::size_t>(threads));
  run_parts(threads, [&](int part) {
    PartHolders& found = parts[static_cast<std::size_t>(part)];
    for (std::size_t i = part_begin(size, part, threads); i < part_begin(size, part + 1, threads);
         ++i) {
      const LinkEvent& event = input.events[i];
      const std::uint32_t customer = customer_of_event[i];
      if (owners.shared(event.session_key))
        found.sessions.push_back({rules.session_id(event), customer});
      if (owners.shared(event.case_key)) found.cases.push_back({rules.case_id(event), customer});
      if (owners.shared(event.chain_key)) {
        found.chains.push_back({rules.chain_id(event), customer});
        found.chain_events.push_back(static_cast<std::uint32_t>(i));
      }
    }
  });
  PartHolders all;
  KeyGuards guards;
  for (const PartHolders& part : parts) {
    append(&all.sessions, part.sessions);
    append(&all.chains, part.chains);
    append(&all.cases, part.cases);
    append(&guards.shared_chain_events, part.chain_events);
  }
  const std::uint32_t customers_max = rules.config().session_values_max;
  guards.hub_sessions = find_hubs(all.sessions, customers_max);
  guards.hub_chains = find_hubs(all.chains, customers_max);
  guards.hub_cases = find_hubs(all.cases, customers_max);
  return guards;
}

}  // namespace clewline::hierarchy
