#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/id128.h"
#include "base/string_table.h"
#include "base/time.h"
#include "model/enums.h"
#include "model/event_types.h"
#include "model/identifier_kinds.h"

namespace clewline {

/// Marks an absent index into one of LinkInput's or LinkResult's vectors.
inline constexpr std::uint32_t kNoIndex = std::numeric_limits<std::uint32_t>::max();

/// One identifier of an event or profile; `value` is normalised text in `LinkInput::strings` (0:
/// null).
struct LinkIdentifier {
  std::uint32_t value = 0;
  IdentifierKind kind = 0;
  IdentifierRole role = IdentifierRole::customer;
  Assurance assurance = Assurance::asserted;
};

/// One event as linking sees it. Strings are numbers in `LinkInput::strings`, 0 = null. The
/// position in `LinkInput::events` is the event's index everywhere in linking.
struct LinkEvent {
  Id128 event_id;
  TimeUs occurred_at = 0;
  TimeUs ended_at = kNoTime;  // interval's end; kNoTime when the source gives none
  std::int64_t sequence = 0;  // tie-breaker inside the chain after time and lifecycle rank
  std::uint32_t source = 0;
  std::uint32_t record = 0;  // index into LinkInput::records
  std::uint32_t session_key = 0;
  std::uint32_t chain_key = 0;
  std::uint32_t case_key = 0;
  std::uint32_t agent_id = 0;
  std::uint32_t queue_id = 0;
  std::uint32_t intent = 0;  // intent name after the dictionary, else the native value
  std::uint32_t disposition = 0;
  std::uint32_t object =
      0;  // order, product or bill the event is about (links rel=order, else empty)
  std::uint32_t identifiers_begin = 0;
  std::uint32_t measures = 0;  // 1 + index into LinkInput::measures; 0: the source states none
  std::uint16_t identifiers_count = 0;
  EventType type = 0;
  Channel channel = Channel::other;
  System system = System::other;
  Actor actor = Actor::customer;
  Direction direction = Direction::unknown;
  Outcome outcome = Outcome::unknown;
};

static_assert(sizeof(LinkEvent) <= 96, "an input of 200 M events must fit the memory of link");

/// Times that a source states as totals, in milliseconds; 0: not stated.
struct StatedMeasures {
  std::int64_t wait_ms = 0;
  std::int64_t talk_ms = 0;
  std::int64_t hold_ms = 0;
  std::int64_t wrap_ms = 0;
};

/// The owner record of events: key (source, stream, record_id).
struct LinkRecord {
  std::uint32_t source = 0;
  std::uint32_t stream = 0;
  std::uint32_t record_id = 0;
};

/// A customer record (CRM, loyalty) or an identity.linked statement: a standing sighting.
struct LinkProfile {
  std::uint32_t record = 0;  // index into LinkInput::records
  TimeUs valid_from = 0;
  TimeUs valid_to = kNoTime;  // exclusive; kNoTime: until further notice
  std::uint32_t identifiers_begin = 0;
  std::uint16_t identifiers_count = 0;
};

/// A typed link of an event to something named elsewhere (SOURCES.md §0 `links`).
struct LinkReference {
  std::uint32_t event = 0;  // index into LinkInput::events
  std::uint32_t relation = 0;
  std::uint32_t system = 0;
  std::uint32_t id = 0;
};

/// `match` is no person's word but a model's: two profiles look like one person. Whatever a person
/// says of the same two names takes its place.
enum class AssertionKind : std::uint8_t { link, unlink, forbid, match };

/// A person's word about identity. `a` and `b` name identifiers as "kind:value", or for a
/// time-sliced attribution `a` names an event ("event:<hex>") or session
/// ("session:<source>/<key>").
struct LinkAssertion {
  AssertionKind kind = AssertionKind::link;
  std::string a;
  std::string b;
  TimeUs asserted_at = 0;
  std::string actor;
  std::string content_hash;  // tie-breaker between assertions of one instant
  double probability = 1;    // of a match
};

/// All that link reads: accepted events that are in the tree, profiles and assertions. Order of the
/// vectors carries no meaning.
struct LinkInput {
  StringTable strings;
  std::vector<LinkEvent> events;
  std::vector<LinkIdentifier> identifiers;
  std::vector<LinkRecord> records;
  std::vector<LinkProfile> profiles;
  std::vector<LinkReference> references;
  std::vector<StatedMeasures> measures;
  std::vector<LinkAssertion> assertions;

  std::span<const LinkIdentifier> identifiers_of(const LinkEvent& event) const {
    return std::span(identifiers).subspan(event.identifiers_begin, event.identifiers_count);
  }
  std::span<const LinkIdentifier> identifiers_of(const LinkProfile& profile) const {
    return std::span(identifiers).subspan(profile.identifiers_begin, profile.identifiers_count);
  }
};

/// The total order of events (LINKING.md §7): occurred_at, lifecycle rank, sequence, event_id.
inline bool comes_before(const LinkEvent& a, const LinkEvent& b) {
  if (a.occurred_at != b.occurred_at) return a.occurred_at < b.occurred_at;
  const auto rank_a = event_type_row(a.type).rank;
  const auto rank_b = event_type_row(b.type).rank;
  if (rank_a != rank_b) return rank_a < rank_b;
  if (a.sequence != b.sequence) return a.sequence < b.sequence;
  return a.event_id < b.event_id;
}

}  // namespace clewline
