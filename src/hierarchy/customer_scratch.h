#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "hierarchy/link_context.h"
#include "model/link_result.h"

namespace clewline::hierarchy {

/// One event of the customer at hand. Its position in `CustomerScratch::events` is its place in the
/// order of LINKING.md §7, so the least position of a unit names it.
struct LocalEvent {
  const LinkEvent* event = nullptr;
  std::uint32_t index = 0;  // in LinkInput::events
  std::uint32_t transaction = kNoIndex;
  TimeUs start = 0;
  TimeUs end = 0;     // at least start, at most max_presence later
  KeyId session = 0;  // 0: none, or a hub
  KeyId chain = 0;
  KeyId case_id = 0;
  std::uint32_t marks = 0;
  Role role = Role::record;
  Presence presence = Presence::none;
};

/// A transaction while its stream is being cut; nothing but what cutting needs.
struct Leg {
  static constexpr TimeUs kUntilClosed = std::numeric_limits<TimeUs>::max();

  std::uint32_t first_event = kNoIndex;     // least position
  std::uint32_t presence_event = kNoIndex;  // least position with presence
  std::uint32_t events = 0;
  std::uint32_t agent = 0;
  TimeUs first_at = 0;
  TimeUs last_at = 0;
  TimeUs open_until =
      kNoTime;           // an opened leg's stated end; kUntilClosed without one; kNoTime: not open
  bool begun = false;    // an event of it opened or closed it
  bool bridged = false;  // its end lay beyond the gap that would have cut it

  bool open_at(TimeUs time) const { return open_until >= time; }
};

struct LocalTransaction {
  TransactionUnit unit;
  std::uint32_t events_begin = 0;           // in CustomerScratch::events_by_transaction
  std::uint32_t first_event = kNoIndex;     // least position
  std::uint32_t presence_event = kNoIndex;  // least position with presence
  std::uint32_t outcome_event = kNoIndex;   // position that decided unit.outcome
  std::uint32_t contact_event =
      kNoIndex;       // contact.* placed here that states the contact's outcome
  KeyId session = 0;  // first of its events'
  KeyId chain = 0;
  KeyId case_id = 0;
  bool bridged = false;

  bool has_presence() const { return presence_event != kNoIndex; }
  std::uint32_t name_event() const { return has_presence() ? presence_event : first_event; }
};

struct LocalInteraction {
  InteractionUnit unit;
  std::uint32_t transactions_begin = 0;  // in CustomerScratch::transactions_by_interaction
  std::uint32_t first_event = kNoIndex;
  std::uint32_t presence_event = kNoIndex;
  TimeUs start = 0;  // presence of a contact, else of its events: what engagements measure
  TimeUs end = 0;
  KeyId primary_case = 0;
  std::uint32_t object = 0;
  std::uint32_t channel_mask = 0;
  /// How its events leave the issue: the last that a result rule or case.reopened reads.
  enum class Ending : std::uint8_t { open, decided, reopened } ending = Ending::open;
  EngagementResult result = EngagementResult::unknown;
  EngagementState state = EngagementState::lapsed;  // after its last telling event; lapsed: none
  bool promise_open = false;                        // made and not kept
  std::uint32_t marks = 0;                          // of all its events but feedback

  std::uint32_t name_event() const {
    return presence_event != kNoIndex ? presence_event : first_event;
  }
};

/// A group of presences while they are swept in order of their begins. Hulls of groups are disjoint
/// and ascending: a presence that joins an earlier group draws in all groups between.
struct PresenceGroup {
  static constexpr TimeUs kNever = std::numeric_limits<TimeUs>::min();

  std::uint32_t first = 0;  // in the order of the sweep
  TimeUs reach = 0;         // end of the hull
  std::array<TimeUs, kChannelCount> channel_reach{};

  void add(Channel channel, TimeUs to) {
    reach = std::max(reach, to);
    TimeUs& end = channel_reach[static_cast<std::size_t>(channel)];
    end = std::max(end, to);
  }
  void absorb(const PresenceGroup& later) {
    reach = std::max(reach, later.reach);
    for (std::size_t c = 0; c < channel_reach.size(); ++c) {
      channel_reach[c] = std::max(channel_reach[c], later.channel_reach[c]);
    }
  }
};

/// Why two interactions are one issue without a score, in the order in which such edges are
/// processed.
enum class EdgeRule : std::uint8_t { same_case, thread, callback, order, chain, caused_by };

struct HardEdge {
  EdgeRule rule = EdgeRule::same_case;
  bool accepted = false;
  std::uint32_t a = 0;  // interactions, a before b
  std::uint32_t b = 0;
  std::int64_t distance_us = 0;
};

/// What a join must respect: span and primary cases (a list in CustomerScratch::case_nodes).
struct IssueBounds {
  TimeUs start = 0;
  TimeUs end = 0;
  std::uint32_t first_case = kNoIndex;
};

struct CaseNode {
  KeyId id = 0;
  std::uint32_t next = kNoIndex;
};

/// Interactions joined by hard edges; its number is that of its first member.
struct Component {
  IssueBounds bounds;
  std::uint32_t last_member = kNoIndex;
  std::uint32_t first_contact = kNoIndex;
  std::uint32_t engagement = kNoIndex;
};

/// An engagement while interactions are swept in order of their begins: all but `bounds` speaks of
/// the members begun so far.
struct LocalEngagement {
  IssueBounds bounds;
  std::uint32_t last_contact = kNoIndex;
  TimeUs reach = 0;          // end of the latest presence
  std::uint32_t intent = 0;  // latest known
  std::uint32_t object = 0;  // latest known
  EngagementResult result = EngagementResult::unknown;
  EngagementState state = EngagementState::open;
  bool unresolved = false;
  double probability = 1.0;             // least of the scored joins
  std::uint32_t name_event = kNoIndex;  // of a contact where there is one
  bool has_contact = false;
  bool active = false;  // may still be joined, as far as is known
};

/// A key and who holds it: transaction, interaction or event, by context.
struct KeyHolder {
  KeyId key = 0;
  std::uint32_t holder = 0;
  auto operator<=>(const KeyHolder&) const = default;
};

/// A presence and the attempt it belongs to: chain (0), session (1) or source and channel (2).
struct AttemptItem {
  std::uint8_t kind = 0;
  KeyId key = 0;
  std::uint32_t transaction = 0;
  auto operator<=>(const AttemptItem&) const = default;
};

/// One try of the customer to get through inside a contact.
struct Attempt {
  TimeUs from = 0;
  TimeUs to = 0;
  std::uint32_t first_event = kNoIndex;
  std::uint32_t outcome_event = 0;
  Channel channel = Channel::other;
  Outcome outcome = Outcome::unknown;
  bool outgoing = true;  // all of it was dialled by the company
};

/// Sums the time of one case or intent over an interaction's transactions.
struct TimeShare {
  std::uint32_t source = 0;  // cases only
  std::uint32_t value = 0;
  KeyId id = 0;  // cases only; 0 for hubs
  std::uint32_t first_position = kNoIndex;
  std::int64_t longest_assisted_us = -1;  // -1: on no assisted presence
  double assisted_us = 0;
  double time_us = 0;
  std::uint32_t touched_by = kNoIndex;  // the latest transaction that named it
};

/// Which stream of events a leg is cut from: session (0: none) and a lane of source, system,
/// channel.
struct StreamItem {
  KeyId session = 0;
  std::uint64_t lane = 0;
  std::uint32_t position = 0;
  auto operator<=>(const StreamItem&) const = default;
};

/// Everything a customer's linking needs, reused from customer to customer: no allocation per event
/// once the buffers have grown. One thread owns one scratch.
struct CustomerScratch {
  struct SortItem {
    TimeUs time;
    std::uint32_t index;
    std::uint8_t rank;
  };
  std::vector<SortItem> sort_items;
  std::vector<LocalEvent> events;
  std::vector<Leg> legs;
  std::vector<LocalTransaction> transactions;
  std::vector<std::uint32_t> events_by_transaction;
  std::vector<PresenceGroup> presence_groups;
  std::vector<LocalInteraction> interactions;
  std::vector<LocalInteraction> sorted_interactions;
  std::vector<std::uint32_t> unplaced;  // transactions that serve no contact
  std::vector<std::uint32_t> transactions_by_interaction;
  bool has_desk_legs =
      false;  // queue stays or agents' legs in channels where nobody waits on the line

  std::vector<StreamItem> stream_items;
  std::vector<std::uint32_t> contact_events;
  std::vector<KeyHolder> key_items;
  std::vector<KeyHolder> more_key_items;
  std::vector<HardEdge> hard_edges;
  /// Contacts and the proactive company work of the same intent that caused them.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> agreeing_causes;
  std::vector<Component> components;
  std::vector<std::uint32_t> component_of;  // an interaction
  std::vector<std::uint32_t> next_member;   // of an interaction's component; kNoIndex: the last
  std::vector<CaseNode> case_nodes;
  std::vector<KeyId> order_cases;  // sorted: case keys that are orders, not tickets
  std::vector<LocalEngagement> engagements;
  std::vector<LocalEngagement> sorted_engagements;
  std::vector<std::uint32_t> active_engagements;
  std::vector<LinkEvidence> evidence;          // interaction numbers are local
  std::vector<JoinCandidate> join_candidates;  // the same
  std::vector<AttemptItem> attempt_items;
  std::vector<Attempt> attempts;
  std::vector<TimeShare> shares;
  absl::flat_hash_map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>
      share_of;  // (source, value) → index into `shares`, where there are many
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> renumbered;
  std::vector<std::uint32_t> counts;
  std::vector<std::pair<TimeUs, TimeUs>> intervals;

  std::span<const std::uint32_t> events_of(const LocalTransaction& transaction) const {
    return std::span(events_by_transaction)
        .subspan(transaction.events_begin, transaction.unit.events);
  }
  std::span<const std::uint32_t> transactions_of(const LocalInteraction& interaction) const {
    return std::span(transactions_by_interaction)
        .subspan(interaction.transactions_begin, interaction.unit.transactions);
  }
};

/// Groups the numbers 0..items-1 by `group_of(item)`: fills `grouped` with the items of group 0,
/// then 1 …, ascending in each, and calls `begin(group, offset)`.
template <typename GroupOf, typename Begin>
void group_by(std::size_t items, std::size_t groups, std::vector<std::uint32_t>* counts,
              std::vector<std::uint32_t>* grouped, const GroupOf& group_of, const Begin& begin) {
  counts->assign(groups + 1, 0);
  for (std::size_t i = 0; i < items; ++i) ++(*counts)[group_of(i) + 1];
  for (std::size_t g = 0; g < groups; ++g) {
    (*counts)[g + 1] += (*counts)[g];
    begin(g, (*counts)[g]);
  }
  grouped->resize(items);
  for (std::size_t i = 0; i < items; ++i)
    (*grouped)[(*counts)[group_of(i)]++] = static_cast<std::uint32_t>(i);
}

}  // namespace clewline::hierarchy
