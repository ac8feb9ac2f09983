#include <algorithm>

#include "identity/sightings_internal.h"

namespace clewline::identity {
namespace {

using What = AssertedName::What;

/// Finds what assertions name; names that occur nowhere find nothing.
class NamedPlaces {
 public:
  NamedPlaces(const std::vector<StandingAssertion>& assertions, Sightings& sightings)
      : sightings_(sightings) {
    for (const StandingAssertion& assertion : assertions) {
      if (assertion.subject.what == What::event) events_.emplace(assertion.subject.event, kNoIndex);
    }
    if (events_.empty()) return;
    for (Rank rank = 0; rank < sightings.event_count(); ++rank) {
      const auto named = events_.find(sightings.event_of(rank).event_id);
      if (named != events_.end()) named->second = rank;
    }
  }

  /// Returns the node of an identifier, or kNoIndex when its value occurs nowhere in the input.
  Node node(const AssertedName& name) {
    const std::uint32_t value = sightings_.input->strings.find(name.value);
    return value == 0 ? kNoIndex : sightings_.nodes.number(name.kind, value);
  }

  std::vector<Rank> ranks(const AssertedName& place) const {
    if (place.what == What::event) {
      const Rank rank = events_.at(place.event);
      return rank == kNoIndex ? std::vector<Rank>() : std::vector<Rank>{rank};
    }
    const StringTable& strings = sightings_.input->strings;
    const std::uint32_t key = strings.find(place.value);
    if (key == 0) return {};
    const std::uint32_t session = sightings_.sessions.find(strings.find(place.source), key);
    if (session == kNoIndex) return {};
    const auto events = sightings_.session_events.of(session);
    return {events.begin(), events.end()};
  }

 private:
  Sightings& sightings_;
  absl::flat_hash_map<Id128, Rank> events_;
};

void assert_places(const std::vector<StandingAssertion>& assertions, What what, NamedPlaces& places,
                   Overrides& overrides) {
  for (const StandingAssertion& assertion : assertions) {
    if (assertion.kind != AssertionKind::link || assertion.subject.what != what) continue;
    const Node anchor = places.node(assertion.object);
    if (anchor == kNoIndex) continue;
    for (const Rank rank : places.ranks(assertion.subject)) {
      overrides.asserted[rank] = anchor;
      overrides.asserted_by[rank] = assertion.assertion;
    }
  }
}

void bar_places(const StandingAssertion& assertion, Node object, NamedPlaces& places,
                Overrides& overrides) {
  for (const Rank rank : places.ranks(assertion.subject)) {
    overrides.removed.insert({rank, object});
    auto& barred =
        assertion.object.what == What::anchor ? overrides.barred_anchors : overrides.barred_values;
    barred[rank].push_back(object);
  }
}

}  // namespace

Overrides resolve_overrides(const std::vector<StandingAssertion>& assertions,
                            Sightings& sightings) {
  Overrides overrides;
  NamedPlaces places(assertions, sightings);
  // Assertions come in ascending time, so the later overwrites; a word about an event beats one
  // about its session.
  assert_places(assertions, What::session, places, overrides);
  assert_places(assertions, What::event, places, overrides);
  for (const StandingAssertion& assertion : assertions) {
    const bool link = assertion.kind == AssertionKind::link;
    if (link && assertion.subject.what != What::anchor) continue;
    const Node object = places.node(assertion.object);
    if (object == kNoIndex) continue;
    if (assertion.subject.is_place()) {
      bar_places(assertion, object, places, overrides);
      continue;
    }
    const Node subject = places.node(assertion.subject);
    if (subject == kNoIndex) continue;
    if (assertion.subject.what == What::shareable) {
      overrides.barred_for_value[subject].push_back(object);
    } else {
      overrides.anchor_pairs.push_back({subject, object, assertion.kind, assertion.assertion});
    }
  }
  return overrides;
}

}  // namespace clewline::identity
