#include "hierarchy/customer_events.h"

#include <algorithm>

namespace clewline::hierarchy {
namespace {

using Issues = std::vector<std::pair<std::uint32_t, std::string>>;

void sort_events(const LinkContext& context, std::span<const std::uint32_t> event_indexes,
                 CustomerScratch& scratch) {
  constexpr std::size_t kAhead = 8;
  const std::vector<LinkEvent>& events = context.input->events;
  scratch.sort_items.clear();
  for (std::size_t i = 0; i < event_indexes.size(); ++i) {
    if (i + kAhead < event_indexes.size()) {
      const char* ahead = reinterpret_cast<const char*>(&events[event_indexes[i + kAhead]]);
      __builtin_prefetch(ahead);
      __builtin_prefetch(ahead + sizeof(LinkEvent) - 1);
    }
    const LinkEvent& event = events[event_indexes[i]];
    scratch.sort_items.push_back(
        {event.occurred_at, event_indexes[i], context.rules->rank(event.type)});
  }
  std::ranges::sort(scratch.sort_items, [&events](const auto& a, const auto& b) {
    if (a.time != b.time) return a.time < b.time;
    if (a.rank != b.rank) return a.rank < b.rank;
    const LinkEvent& left = events[a.index];
    const LinkEvent& right = events[b.index];
    if (left.sequence != right.sequence) return left.sequence < right.sequence;
    return left.event_id < right.event_id;
  });
}

/// What a type's presence comes to in a channel: nobody waits on the line for an e-mail.
Presence presence_in_channel(Presence presence, Role role, ChannelLife life) {
  if (presence == Presence::none || life == ChannelLife::live) return presence;
  if (role == Role::routing || role == Role::assisted) return Presence::none;
  return life == ChannelLife::momentary ? Presence::point : presence;
}

TimeUs mended_end(const LinkEvent& event, std::int64_t max_presence_us, std::uint32_t index,
                  Issues* issues) {
  if (event.ended_at == kNoTime || event.ended_at == event.occurred_at) return event.occurred_at;
  if (event.ended_at < event.occurred_at) {
    if (issues != nullptr) issues->emplace_back(index, "end_before_start");
    return event.occurred_at;
  }
  if (event.ended_at - event.occurred_at <= max_presence_us) return event.ended_at;
  if (issues != nullptr) issues->emplace_back(index, "presence_clipped");
  return event.occurred_at + max_presence_us;
}

bool is_desk_leg(const LocalEvent& event, ChannelLife life) {
  return life != ChannelLife::live && event.session != 0 &&
         (event.marks & (kQueueEntered | kAgentOpener)) != 0 &&
         event.event->direction != Direction::out;
}

}  // namespace

void gather_events(const LinkContext& context, std::span<const std::uint32_t> event_indexes,
                   CustomerScratch& scratch, Issues* issues) {
  const LinkRules& rules = *context.rules;
  const KeyGuards& guards = context.guards;
  sort_events(context, event_indexes, scratch);
  scratch.events.resize(event_indexes.size());
  scratch.has_desk_legs = false;
  for (std::size_t position = 0; position < scratch.sort_items.size(); ++position) {
    const std::uint32_t index = scratch.sort_items[position].index;
    const LinkEvent& event = context.input->events[index];
    const ChannelLife life = rules.life(event.channel);
    LocalEvent& local = scratch.events[position];
    local.event = &event;
    local.index = index;
    local.transaction = kNoIndex;
    local.session = rules.session_id(event);
    local.chain = rules.chain_id(event);
    local.case_id = rules.case_id(event);
    if (KeyGuards::holds(guards.hub_sessions, local.session)) local.session = 0;
    if (KeyGuards::holds(guards.hub_chains, local.chain)) local.chain = 0;
    if (KeyGuards::holds(guards.hub_cases, local.case_id)) local.case_id = 0;
    local.marks = rules.marks(event.type);
    local.role = rules.role(event.type, event.actor, event.direction);
    local.presence = presence_in_channel(rules.presence(event.type, event.actor, event.direction),
                                         local.role, life);
    local.start = event.occurred_at;
    local.end = mended_end(event, rules.channel(event.channel).max_presence_us, index, issues);
    if (local.presence == Presence::point) local.end = local.start;
    if (is_desk_leg(local, life)) scratch.has_desk_legs = true;
  }
}

}  // namespace clewline::hierarchy
