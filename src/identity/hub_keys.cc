#include <algorithm>
#include <string>

#include "base/parallel.h"
#include "identity/sightings_internal.h"

namespace clewline::identity {
namespace {

constexpr std::size_t kBlock = 8192;

/// The anchor kind with the most distinct values among the nodes, and how many; sorts and thins
/// `nodes`.
std::pair<IdentifierKind, std::uint32_t> busiest_kind(const Sightings& sightings,
                                                      std::vector<Node>& nodes) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  std::array<std::uint32_t, kIdentifierKindCount> values{};
  for (const Node node : nodes) ++values[sightings.nodes.at(node).space];
  const auto most = std::max_element(values.begin(), values.end());
  return {static_cast<IdentifierKind>(most - values.begin()), *most};
}

/// Lists the keys that hold more than the limit and flags them.
std::vector<std::uint8_t> find_hub_keys(Sightings& sightings, const Lists& events_of_key,
                                        const PairNumbers& keys, const char* key_space,
                                        int threads) {
  std::vector<std::uint8_t> is_hub(events_of_key.size(), 0);
  const std::uint32_t limit = sightings.config->session_values_max;
  for_each_block(threads, events_of_key.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (std::size_t key = begin; key < end; ++key) {
      std::size_t held = 0;
      for (const Rank rank : events_of_key.of(key)) held += sightings.anchors.of(rank).size();
      is_hub[key] = held > limit;  // at most: distinct values are counted next
    }
  });
  std::vector<Node> nodes;
  for (std::uint32_t key = 0; key < events_of_key.size(); ++key) {
    if (!is_hub[key]) continue;
    const auto events = events_of_key.of(key);
    nodes.clear();
    for (const Rank rank : events) {
      const auto anchors = sightings.anchors.of(rank);
      nodes.insert(nodes.end(), anchors.begin(), anchors.end());
    }
    const auto [kind, values] = busiest_kind(sightings, nodes);
    is_hub[key] = values > limit;
    if (!is_hub[key]) continue;
    sightings.hub_keys.push_back({key_space, keys.at(key).space, keys.at(key).value, kind, values});
  }
  return is_hub;
}

void take_out(const Lists& events_of_key, const std::vector<std::uint8_t>& is_hub,
              std::vector<std::uint32_t>& column) {
  for (std::uint32_t key = 0; key < is_hub.size(); ++key) {
    if (!is_hub[key]) continue;
    for (const Rank rank : events_of_key.of(key)) column[rank] = kNoIndex;
  }
}

void find_hub_cases(Sightings& sightings, int threads) {
  const StringTable& strings = sightings.input->strings;
  std::vector<std::uint8_t> shared(strings.size(), 0);
  for (const std::string& name : sightings.config->shared_case_sources)
    shared[strings.find(name)] = 1;
  shared[0] = 0;  // names that occur nowhere
  PairNumbers cases(strings.size());
  std::vector<std::uint32_t> case_of(sightings.event_count(), kNoIndex);
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    if (sightings.case_key[rank] == 0 || sightings.anchors.of(rank).empty()) continue;
    const std::uint32_t source = sightings.event_of(rank).source;
    case_of[rank] = cases.number(shared[source] ? 0 : source, sightings.case_key[rank]);
  }
  find_hub_keys(sightings, Lists::group(case_of, cases.size()), cases, "case", threads);
}

}  // namespace

void take_out_hub_keys(Sightings& sightings, int threads) {
  sightings.session_is_hub =
      find_hub_keys(sightings, sightings.session_events, sightings.sessions, "session", threads);
  sightings.chain_is_hub =
      find_hub_keys(sightings, sightings.chain_events, sightings.chains, "chain", threads);
  take_out(sightings.session_events, sightings.session_is_hub, sightings.session);
  take_out(sightings.chain_events, sightings.chain_is_hub, sightings.chain);
  find_hub_cases(sightings, threads);
}

}  // namespace clewline::identity
