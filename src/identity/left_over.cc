#include "identity/attribution_internal.h"

namespace clewline::identity {
namespace {

/// Joins the events that share a key, met one after the other.
class SharedKey {
 public:
  explicit SharedKey(std::size_t keys) : first_(keys, kNoIndex) {}

  void meet(std::uint32_t key, std::uint32_t item, DisjointSets& sets) {
    if (first_[key] == kNoIndex) {
      first_[key] = item;
    } else {
      sets.join(first_[key], item);
    }
  }

 private:
  std::vector<std::uint32_t> first_;
};

}  // namespace

void join_left_over(const Sightings& sightings, const Hubs& hubs, Attribution& attribution) {
  std::vector<Rank> left_over;
  for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
    if (!attribution.named(rank)) left_over.push_back(rank);
  }
  if (left_over.empty()) return;
  DisjointSets sets(left_over.size());
  SharedKey sessions(sightings.sessions.size());
  SharedKey chains(sightings.chains.size());
  SharedKey values(sightings.nodes.size());
  SharedKey records(sightings.input->records.size());
  for (std::uint32_t item = 0; item < left_over.size(); ++item) {
    const Rank rank = left_over[item];
    bool joined = sightings.session[rank] != kNoIndex || sightings.chain[rank] != kNoIndex;
    if (sightings.session[rank] != kNoIndex) sessions.meet(sightings.session[rank], item, sets);
    if (sightings.chain[rank] != kNoIndex) chains.meet(sightings.chain[rank], item, sets);
    for (const Node value : sightings.values.of(rank)) {
      if (!is_live(sightings, hubs, value, rank)) continue;
      values.meet(value, item, sets);
      joined = true;
    }
    if (!joined) records.meet(sightings.record[rank], item, sets);
    attribution.step[rank] = joined ? AttributionStep::component : AttributionStep::record;
  }
  for (std::uint32_t item = 0; item < left_over.size(); ++item) {
    attribution.component[left_over[item]] = left_over[sets.find(item)];
  }
}

}  // namespace clewline::identity
