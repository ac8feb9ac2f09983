#include "identity/attribution_internal.h"

#include <numeric>

#include "base/parallel.h"
#include "identity/nearest_internal.h"

namespace clewline::identity {
namespace {

constexpr std::size_t kBlock = 4096;

/// What one step found for one event.
struct Found {
  Nearest nearest;
  Node via = kNoIndex;
  std::uint32_t standing = kNoIndex;

  bool found() const { return nearest.found(); }
};

class Attributor {
 public:
  Attributor(const Sightings& sightings, const AnchoredCustomers& customers, const Hubs& hubs,
             Attribution& attribution)
      : sightings_(sightings), customers_(customers), hubs_(hubs), attribution_(attribution) {
    const Overrides& overrides = sightings.overrides;
    restricted_ = !overrides.barred_anchors.empty() || !overrides.barred_values.empty() ||
                  !overrides.barred_for_value.empty();
  }

  /// Step (a).
  void name_by_own_anchor(Rank rank) {
    const auto asserted = sightings_.overrides.asserted.empty()
                              ? sightings_.overrides.asserted.end()
                              : sightings_.overrides.asserted.find(rank);
    const bool by_word = asserted != sightings_.overrides.asserted.end();
    const Node anchor = by_word ? asserted->second : least_anchor(rank, rank, kNoIndex);
    if (anchor != kNoIndex) attribution_.anchor[rank] = anchor;
  }

  /// Steps (b) and (c): names the events of one session or chain by the nearest anchor among them,
  /// not across a logout. The logout itself belongs to what it ends.
  void name_within(std::span<const std::uint32_t> events, AttributionStep step) {
    for (std::size_t begin = 0; begin < events.size();) {
      std::size_t end = begin;
      while (end < events.size() && !sightings_.logout[events[end]]) ++end;
      if (end < events.size()) ++end;
      name_within_login(events.subspan(begin, end - begin), step);
      begin = end;
    }
  }

  /// Steps (d) and (e) for the events of one session or chain that have no name, by the values that
  /// any of them holds.
  void name_by_values(std::span<const std::uint32_t> events, AttributionStep step,
                      const SightedValues& sighted) {
    bool complete = true;
    for (const Rank rank : events) complete = complete && attribution_.named(rank);
    if (complete) return;
    values_.clear();
    for (const Rank rank : events) collect_live_values(rank);
    sort_values();
    if (values_.empty()) return;
    for (const Rank rank : events) {
      if (!attribution_.named(rank)) record(rank, step, find_by_values(rank, sighted, step));
    }
  }

 private:
  bool allowed(Rank event, Node value, Node anchor) const {
    const Overrides& overrides = sightings_.overrides;
    const auto same_customer = [&](Node barred) {
      return customers_.root[barred] == customers_.root[anchor];
    };
    if (const auto barred = overrides.barred_anchors.find(event);
        barred != overrides.barred_anchors.end()) {
      if (std::any_of(barred->second.begin(), barred->second.end(), same_customer)) return false;
    }
    if (value == kNoIndex) return true;
    const auto barred = overrides.barred_for_value.find(value);
    return barred == overrides.barred_for_value.end() ||
           std::none_of(barred->second.begin(), barred->second.end(), same_customer);
  }

  /// The least anchor among some that may name `event` through `value`.
  Node least_of(std::span<const std::uint32_t> anchors, Rank event, Node value) const {
    Node least = kNoIndex;
    for (const Node anchor : anchors) {
      if (restricted_ && !allowed(event, value, anchor)) continue;
      if (least == kNoIndex || sightings_.key_less(anchor, least)) least = anchor;
    }
    return least;
  }

  Node least_anchor(Rank holder, Rank event, Node value) const {
    return least_of(sightings_.anchors.of(holder), event, value);
  }

  void name_within_login(std::span<const std::uint32_t> events, AttributionStep step) {
    sighted_.clear();
    for (const Rank rank : events) {
      if (!sightings_.anchors.of(rank).empty()) sighted_.push_back({sightings_.time[rank], rank});
    }
    if (sighted_.empty()) return;
    for (const Rank event : events) {
      if (attribution_.named(event)) continue;
      Found found;
      found.nearest = find_nearest(
          sighted_, sightings_.time[event], kAnyDistance,
          [&](Rank rank) { return least_anchor(rank, event, kNoIndex); },
          [&](Node a, Node b) { return sightings_.key_less(a, b); });
      record(event, step, found);
    }
  }

  void collect_live_values(Rank rank) {
    for (const Node value : sightings_.values.of(rank)) {
      if (is_live(sightings_, hubs_, value, rank)) values_.push_back(value);
    }
  }

  void sort_values() {
    const auto priority = [this](Node value) {
      return std::pair(sightings_.kind_row(value).priority, value);
    };
    if (values_.size() > 1)
      std::sort(values_.begin(), values_.end(),
                [&](Node a, Node b) { return priority(a) < priority(b); });
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
  }

  bool may_use(Rank event, Node value) const {
    if (restricted_ && sightings_.overrides.bars_value(event, value)) return false;
    return is_live(sightings_, hubs_, value, event);
  }

  /// Goes through `values_` by kind priority; values of one priority compete.
  Found find_by_values(Rank event, const SightedValues& sighted, AttributionStep step) const {
    for (std::size_t begin = 0; begin < values_.size();) {
      std::size_t end = begin;
      while (end < values_.size() && sightings_.kind_row(values_[end]).priority ==
                                         sightings_.kind_row(values_[begin]).priority)
        ++end;
      const auto group = std::span(values_).subspan(begin, end - begin);
      Found found = nearest_of_group(event, group, sighted, step);
      if (!found.found() && step == AttributionStep::shared_value)
        found = standing_of_group(event, group);
      if (found.found()) return found;
      begin = end;
    }
    return {};
  }

  Found nearest_of_group(Rank event, std::span<const Node> group, const SightedValues& sighted,
                         AttributionStep step) const {
    Found best;
    const auto less = [&](Node a, Node b) { return sightings_.key_less(a, b); };
    for (const Node value : group) {
      if (!may_use(event, value)) continue;
      const auto anchor_of = [&](Rank rank) {
        if (step == AttributionStep::shared_value) return least_anchor(rank, event, value);
        const Node anchor =
            attribution_.anchor[rank];  // named in the first pass, or `sighted` would not have it
        return anchor != kNoIndex && restricted_ && !allowed(event, value, anchor) ? kNoIndex
                                                                                   : anchor;
      };
      const std::int64_t ttl = sightings_.kind_row(value).ttl_us;
      const Nearest nearest =
          find_nearest(sighted.of(value), sightings_.time[event], ttl, anchor_of, less);
      if (nearest.found() && (!best.found() || is_nearer(nearest, best.nearest, value, best.via)))
        best = {nearest, value, kNoIndex};
    }
    return best;
  }

  bool is_nearer(const Nearest& a, const Nearest& b, Node value_a, Node value_b) const {
    if (a.distance != b.distance) return a.distance < b.distance;
    if (a.at != b.at) return a.at < b.at;
    if (a.anchor != b.anchor) return sightings_.key_less(a.anchor, b.anchor);
    return a.rank != b.rank ? a.rank < b.rank : sightings_.key_less(value_a, value_b);
  }

  Found standing_of_group(Rank event, std::span<const Node> group) const {
    Found best;
    const TimeUs at = sightings_.time[event];
    for (const Node value : group) {
      if (!may_use(event, value)) continue;
      for (const std::uint32_t standing : sightings_.standing_of_value.of(value)) {
        const Standing& valid = sightings_.standing[standing];
        if (at < valid.from || at >= valid.to) continue;
        const Node anchor = least_of(sightings_.standing_anchors.of(standing), event, value);
        if (anchor == kNoIndex) continue;
        Found found{{anchor, kNoIndex, valid.from, 0}, value, standing};
        if (!best.found() || stands_before(found, best)) best = found;
      }
    }
    return best;
  }

  /// Latest valid-from first, then an assertion, then the smaller record key, anchor and value.
  bool stands_before(const Found& a, const Found& b) const {
    const Standing& x = sightings_.standing[a.standing];
    const Standing& y = sightings_.standing[b.standing];
    if (x.preferred_from != y.preferred_from) return x.preferred_from > y.preferred_from;
    if ((x.profile == kNoIndex) != (y.profile == kNoIndex)) return x.profile == kNoIndex;
    const auto key = [&](const Standing& standing) { return sightings_.profile_key(standing); };
    if (key(x) != key(y)) return key(x) < key(y);
    if (a.nearest.anchor != b.nearest.anchor)
      return sightings_.key_less(a.nearest.anchor, b.nearest.anchor);
    return sightings_.key_less(a.via, b.via);
  }

  void record(Rank event, AttributionStep step, const Found& found) {
    if (!found.found()) return;
    attribution_.step[event] = step;
    attribution_.anchor[event] = found.nearest.anchor;
    attribution_.via[event] = found.via;
    attribution_.by_standing[event] = found.standing != kNoIndex;
    attribution_.evidence[event] = found.standing != kNoIndex ? found.standing : found.nearest.rank;
  }

  const Sightings& sightings_;
  const AnchoredCustomers& customers_;
  const Hubs& hubs_;
  Attribution& attribution_;
  bool restricted_ = false;
  std::vector<Sighted> sighted_;
  std::vector<Node> values_;
};

/// Runs a step over all sessions or chains; `each` gets an Attributor of its own thread and the
/// ranks.
template <typename Each>
void for_each_key(const Attributor& prototype, const Lists& events_of_key,
                  const std::vector<std::uint8_t>& is_hub, int threads, const Each& each) {
  for_each_block(threads, events_of_key.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    Attributor attributor = prototype;
    for (std::size_t key = begin; key < end; ++key) {
      if (!is_hub[key]) each(attributor, events_of_key.of(key));
    }
  });
}

/// Steps (d) and (e): by the values of the session (else of the event itself), then by those of the
/// chain.
void name_by_values(const Attributor& prototype, const Sightings& sightings, AttributionStep step,
                    const SightedValues& sighted, int threads) {
  const auto name = [&](Attributor& attributor, std::span<const std::uint32_t> events) {
    attributor.name_by_values(events, step, sighted);
  };
  for_each_key(prototype, sightings.session_events, sightings.session_is_hub, threads, name);
  for_each_block(threads, sightings.event_count(), kBlock, [&](std::size_t begin, std::size_t end) {
    Attributor attributor = prototype;
    for (auto rank = static_cast<Rank>(begin); rank < end; ++rank) {
      if (sightings.session[rank] == kNoIndex) name(attributor, std::span(&rank, 1));
    }
  });
  for_each_key(prototype, sightings.chain_events, sightings.chain_is_hub, threads, name);
}

}  // namespace

SightedValues::SightedValues(const Sightings& sightings, const Hubs& hubs,
                             const Attribution& attribution, Named named, int threads) {
  const auto keeps = [&](Node value, Rank rank) {
    const bool names = named == Named::by_own_anchor ? !sightings.anchors.of(rank).empty()
                                                     : attribution.named(rank);
    return names && is_live(sightings, hubs, value, rank);
  };
  begin_.assign(sightings.nodes.size() + 1, 0);
  for_each_block(threads, sightings.nodes.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (auto value = static_cast<Node>(begin); value < end; ++value) {
      for (const Rank rank : sightings.value_holders.of(value))
        begin_[value + 1] += keeps(value, rank);
    }
  });
  std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
  items_.resize(begin_.back());
  for_each_block(threads, sightings.nodes.size(), kBlock, [&](std::size_t begin, std::size_t end) {
    for (auto value = static_cast<Node>(begin); value < end; ++value) {
      std::uint32_t next = begin_[value];
      for (const Rank rank : sightings.value_holders.of(value)) {
        if (keeps(value, rank)) items_[next++] = {sightings.time[rank], rank};
      }
    }
  });
}

Attribution attribute_events(const Sightings& sightings, const AnchoredCustomers& customers,
                             const Hubs& hubs, int threads) {
  const std::size_t count = sightings.event_count();
  Attribution attribution;
  attribution.step.assign(count, AttributionStep::own_anchor);
  attribution.anchor.assign(count, kNoIndex);
  attribution.evidence.assign(count, kNoIndex);
  attribution.via.assign(count, kNoIndex);
  attribution.by_standing.assign(count, 0);
  attribution.component.assign(count, kNoIndex);
  const Attributor prototype(sightings, customers, hubs, attribution);
  for_each_block(threads, count, kBlock, [&](std::size_t begin, std::size_t end) {
    Attributor attributor = prototype;
    for (auto rank = static_cast<Rank>(begin); rank < end; ++rank)
      attributor.name_by_own_anchor(rank);
  });
  for_each_key(prototype, sightings.session_events, sightings.session_is_hub, threads,
               [](Attributor& attributor, auto events) {
                 attributor.name_within(events, AttributionStep::session_anchor);
               });
  for_each_key(prototype, sightings.chain_events, sightings.chain_is_hub, threads,
               [](Attributor& attributor, auto events) {
                 attributor.name_within(events, AttributionStep::chain_anchor);
               });
  const SightedValues by_own_anchor(sightings, hubs, attribution,
                                    SightedValues::Named::by_own_anchor, threads);
  name_by_values(prototype, sightings, AttributionStep::shared_value, by_own_anchor, threads);
  const SightedValues in_first_pass(sightings, hubs, attribution,
                                    SightedValues::Named::in_first_pass, threads);
  name_by_values(prototype, sightings, AttributionStep::two_hops, in_first_pass, threads);
  join_left_over(sightings, hubs, attribution);
  return attribution;
}

}  // namespace clewline::identity
