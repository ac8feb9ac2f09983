#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "identity/assertions_internal.h"
#include "identity/lists_internal.h"
#include "identity/resolve.h"
#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"

namespace clewline::identity {

/// The number of an identifier (kind, value) among those of the input.
using Node = std::uint32_t;
/// The place of an event in the total order of all events. Every array of events below is indexed
/// by rank.
using Rank = std::uint32_t;

/// A profile version, or an asserted link of a shareable identifier with an anchor: holds its
/// identifiers from `from` (inclusive) to `to` (exclusive).
struct Standing {
  TimeUs from = 0;
  TimeUs to = 0;
  TimeUs preferred_from = 0;           // of several the greatest wins; an assertion's own time
  std::uint32_t profile = kNoIndex;    // index into LinkInput::profiles
  std::uint32_t assertion = kNoIndex;  // index into LinkInput::assertions
};

/// What assertions say about single events and pairs, in numbers.
struct Overrides {
  absl::flat_hash_set<std::pair<Rank, Node>> removed;    // the event does not hold this identifier
  absl::flat_hash_map<Rank, Node> asserted;              // the event is this anchor's
  absl::flat_hash_map<Rank, std::uint32_t> asserted_by;  // index into LinkInput::assertions
  absl::flat_hash_map<Rank, std::vector<Node>> barred_anchors;  // not of these anchors' customers
  absl::flat_hash_map<Rank, std::vector<Node>> barred_values;  // not through these shareable values
  absl::flat_hash_map<Node, std::vector<Node>>
      barred_for_value;  // value → anchors whose customers it never names
  struct AnchorPair {
    Node a = 0;
    Node b = 0;
    AssertionKind kind = AssertionKind::link;
    std::uint32_t assertion = 0;
  };
  std::vector<AnchorPair> anchor_pairs;

  bool touches(Rank rank) const {
    return barred_anchors.contains(rank) || barred_values.contains(rank);
  }
  bool bars_value(Rank rank, Node value) const;
};

/// An anchor that the agent-and-time rule gives to the first event of a leg.
struct GivenAnchor {
  Rank rank = 0;
  Node anchor = 0;
  Rank evidence = 0;  // the event of the case
};

/// The input in columns: events by rank, identifiers, sessions and chains as small numbers, who
/// holds what.
struct Sightings {
  const LinkInput* input = nullptr;
  const LinkingConfig* config = nullptr;

  std::vector<std::uint32_t> event;  // rank → index into LinkInput::events
  std::vector<TimeUs> time;
  std::vector<std::int32_t> day;        // in the workspace's zone
  std::vector<std::uint32_t> session;   // kNoIndex: none, or a key that is a hub
  std::vector<std::uint32_t> chain;     // likewise
  std::vector<std::uint32_t> record;    // index into LinkInput::records
  std::vector<std::uint32_t> case_key;  // string number
  std::vector<TimeUs>
      voice_end;  // end of the event's presence in a live voice session; kNoTime: not one
  std::vector<std::uint8_t> logout;  // 1: session.logged_out

  PairNumbers nodes, sessions, chains;
  Lists session_events, chain_events;  // ranks, hub keys included
  std::vector<std::uint8_t> session_is_hub, chain_is_hub;
  std::vector<HubKey> hub_keys;

  Lists anchors;                     // rank → distinct anchor nodes it holds
  std::vector<Assurance> assurance;  // parallel to anchors.items()
  Lists values;                      // rank → distinct shareable nodes it holds
  Lists anchor_holders;              // node → ranks
  Lists value_holders;               // node → ranks

  std::vector<Standing> standing;
  Lists standing_anchors, standing_values;    // standing → nodes
  std::vector<Assurance> standing_assurance;  // parallel to standing_anchors.items()
  Lists standing_of_value;                    // node → standing

  Overrides overrides;
  std::vector<GivenAnchor> given;  // already part of `anchors`
  /// Anchors that an event holds by assertion or by agent and time: they name, but are no evidence
  /// of a pair.
  absl::flat_hash_set<std::pair<Rank, Node>> added;

  std::vector<ZoneOffset> zone_offsets;

  std::size_t event_count() const { return event.size(); }
  const LinkEvent& event_of(Rank rank) const { return input->events[event[rank]]; }
  const IdentifierKindRow& kind_row(Node node) const { return config->kinds[nodes.at(node).space]; }
  bool is_anchor(Node node) const { return kind_row(node).kind_class == KindClass::anchor; }
  std::string_view value_of(Node node) const { return input->strings.at(nodes.at(node).value); }
  /// The order (kind priority, value), then kind.
  bool key_less(Node a, Node b) const;
  std::int32_t day_of(TimeUs at) const;
  /// The key (source, stream, record_id) of a profile; empty for an assertion.
  std::array<std::string_view, 3> profile_key(const Standing& standing) const;
  std::span<const Assurance> assurance_of(Rank rank) const {
    return std::span(assurance).subspan(anchors.begin_of(rank), anchors.of(rank).size());
  }
};

/// Brings the input into columns; the assertions that stand are resolved on the way.
Result<Sightings> build_sightings(const LinkInput& input, const LinkingConfig& config,
                                  const ResolveOptions& options);

/// Returns the ranks of events: their order by `comes_before`, as indexes into LinkInput::events.
std::vector<std::uint32_t> total_order(const LinkInput& input);

/// Finds events, sessions and identifiers that assertions name. Needs ranks and sessions.
Overrides resolve_overrides(const std::vector<StandingAssertion>& assertions, Sightings& sightings);

/// Fills who holds what: `anchors`, `values`, `standing`.
void fill_holders(const std::vector<StandingAssertion>& assertions, Sightings& sightings,
                  int threads);

/// Fills, for every identifier, who holds it.
void invert_holders(Sightings& sightings, int threads);

/// Finds sessions and chains with more than `session_values_max` values of one anchor kind and
/// takes them out of the columns; also lists case keys of that sort.
void take_out_hub_keys(Sightings& sightings, int threads);

/// Applies the agent-and-time rules (LINKING.md §5) and adds the anchors they give.
void give_anchors_by_agent_and_time(Sightings& sightings, int threads);

}  // namespace clewline::identity
