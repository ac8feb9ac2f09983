#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "identity/anchored_customers_internal.h"
#include "identity/hubs_internal.h"
#include "identity/sightings_internal.h"
#include "model/link_result.h"

namespace clewline::identity {

/// Which step named each event, and by what.
struct Attribution {
  std::vector<AttributionStep> step;
  std::vector<Node> anchor;  // rank → the anchor that named it; kNoIndex: left over
  std::vector<std::uint32_t>
      evidence;           // rank of the sighting that named it, or a standing; kNoIndex: its own
  std::vector<Node> via;  // the shared value; kNoIndex: none
  std::vector<std::uint8_t> by_standing;  // 1: `evidence` is an index into Sightings::standing
  std::vector<std::uint32_t> component;   // left over: least rank of its component; kNoIndex: named

  bool named(Rank rank) const { return anchor[rank] != kNoIndex; }
};

/// One appearance of a value, or of an anchor, at a time.
struct Sighted {
  TimeUs at = 0;
  Rank rank = 0;
};

/// For every shareable value the events that can name others by it, in order of time.
class SightedValues {
 public:
  enum class Named : std::uint8_t { by_own_anchor, in_first_pass };

  /// Keeps live holdings: those of events with an anchor of their own, or named by `attribution`.
  SightedValues(const Sightings& sightings, const Hubs& hubs, const Attribution& attribution,
                Named named, int threads);

  std::span<const Sighted> of(Node value) const {
    return std::span(items_).subspan(begin_[value], begin_[value + 1] - begin_[value]);
  }

 private:
  std::vector<std::uint32_t> begin_;
  std::vector<Sighted> items_;
};

/// Returns whether an event holds a value on a day on which the value links.
inline bool is_live(const Sightings& sightings, const Hubs& hubs, Node value, Rank rank) {
  return !hubs.is_ever_hub(value) || !hubs.is_hub(value, sightings.day[rank]);
}

/// Names every event (LINKING.md §3.3): steps (a) to (e) by anchors, (f) and (g) by components.
Attribution attribute_events(const Sightings& sightings, const AnchoredCustomers& customers,
                             const Hubs& hubs, int threads);

/// Steps (f) and (g): fills `component` and `step` of the events that no anchor names.
void join_left_over(const Sightings& sightings, const Hubs& hubs, Attribution& attribution);

}  // namespace clewline::identity
