#include "hierarchy/transaction_cutter.h"

#include <algorithm>
#include <cstdlib>

namespace clewline::hierarchy {
namespace {

std::uint64_t lane_of(const LocalEvent& local, ChannelLife life) {
  const LinkEvent& event = *local.event;
  const bool from_customer = event.actor == Actor::customer || event.actor == Actor::third_party;
  const std::uint64_t side = life == ChannelLife::momentary && !from_customer ? 1 : 0;
  return (static_cast<std::uint64_t>(event.source) << 32) |
         (static_cast<std::uint64_t>(event.system) << 16) |
         (static_cast<std::uint64_t>(event.channel) << 8) | side;
}

/// Cuts one stream (one source, system, channel and session, or side of a momentary channel) into
/// legs.
class StreamCutter {
 public:
  StreamCutter(const LinkRules& rules, CustomerScratch& scratch)
      : rules_(rules), scratch_(scratch) {}

  /// `items` are the events of the stream, in order.
  void cut(std::span<const StreamItem> items) {
    const LocalEvent& first = scratch_.events[items.front().position];
    const ChannelRule& channel = rules_.channel(first.event->channel);
    const bool by_gap = items.front().session == 0 || ends_without_customer(items) ||
                        spread_us(items) > channel.max_presence_us;
    TimeUs reach = first.start;
    segment_ = current_ = open_leg();
    for (const StreamItem& item : items) {
      const LocalEvent& event = scratch_.events[item.position];
      const bool beyond_gap = by_gap && event.start - reach > channel.transaction_gap_us;
      const bool bridging = beyond_gap && bridges(event, items.front().session != 0);
      std::uint32_t number = leg_of(event);
      if (beyond_gap && !bridging) {
        number = segment_ = current_ = open_leg();
        reach = event.end;
      } else if (opens_leg(event)) {
        number = current_ = open_leg();
      }
      scratch_.legs[number].bridged = scratch_.legs[number].bridged || bridging;
      put(item.position, number);
      reach = std::max(reach, event.end);
    }
  }

 private:
  /// A sitting in messaging ends after the gap without the customer, whatever the conversation's
  /// key.
  bool ends_without_customer(std::span<const StreamItem> items) const {
    const auto is_present = [this](const StreamItem& item) {
      return scratch_.events[item.position].presence != Presence::none;
    };
    const Channel channel = scratch_.events[items.front().position].event->channel;
    return rules_.life(channel) == ChannelLife::asynchronous &&
           std::ranges::any_of(items, is_present);
  }

  /// How far a key's events spread: those with presence, where there are any.
  std::int64_t spread_us(std::span<const StreamItem> items) const {
    const auto is_present = [this](const StreamItem& item) {
      return scratch_.events[item.position].presence != Presence::none;
    };
    const bool any_present = std::ranges::any_of(items, is_present);
    TimeUs first = std::numeric_limits<TimeUs>::max();
    TimeUs last = std::numeric_limits<TimeUs>::min();
    for (const StreamItem& item : items) {
      if (any_present && !is_present(item)) continue;
      first = std::min(first, scratch_.events[item.position].start);
      last = std::max(last, scratch_.events[item.position].end);
    }
    return last - first;
  }

  std::uint32_t open_leg() {
    scratch_.legs.emplace_back();
    return static_cast<std::uint32_t>(scratch_.legs.size() - 1);
  }

  /// An end that comes late belongs to the leg that still waits for it: with a key however wide the
  /// gap, without one up to max_presence.
  bool bridges(const LocalEvent& event, bool keyed) const {
    if ((event.marks & kClosesLeg) == 0) return false;
    const Leg& leg = scratch_.legs[leg_of(event)];
    if (leg.open_until != Leg::kUntilClosed) return false;
    return keyed ||
           event.start - leg.first_at <= rules_.channel(event.event->channel).max_presence_us;
  }

  bool opens_leg(const LocalEvent& event) const {
    const Leg& leg = scratch_.legs[current_];
    if ((event.marks & kOpensLeg) == 0) return false;
    const std::uint32_t agent = event.event->agent_id;
    if ((event.marks & kAgentOpener) != 0 && agent != 0 && leg.agent != 0)
      return agent != leg.agent;
    return leg.begun && !leg.open_at(event.start);
  }

  /// The latest leg of the event's agent in this segment, else the current one.
  std::uint32_t leg_of(const LocalEvent& event) const {
    const std::uint32_t agent = event.event->agent_id;
    if (event.role != Role::assisted || agent == 0 || (event.marks & kColleague) != 0)
      return current_;
    for (std::uint32_t leg = current_ + 1; leg-- > segment_;) {
      if (scratch_.legs[leg].agent == agent) return leg;
    }
    return current_;
  }

  void put(std::uint32_t position, std::uint32_t number) {
    LocalEvent& event = scratch_.events[position];
    Leg& leg = scratch_.legs[number];
    event.transaction = number;
    if (leg.events++ == 0)
      leg.first_event = position, leg.first_at = event.start, leg.last_at = event.end;
    leg.last_at = std::max(leg.last_at, event.end);
    if (event.presence != Presence::none && leg.presence_event == kNoIndex)
      leg.presence_event = position;
    if ((event.marks & kOpensLeg) != 0) {
      leg.begun = true;
      const bool end_stated = event.event->ended_at != kNoTime;
      leg.open_until = std::max(leg.open_until, end_stated ? event.end : Leg::kUntilClosed);
    }
    if ((event.marks & kClosesLeg) != 0) leg.begun = true, leg.open_until = kNoTime;
    if (leg.agent == 0 && event.role == Role::assisted && (event.marks & kColleague) == 0) {
      leg.agent = event.event->agent_id;
    }
  }

  const LinkRules& rules_;
  CustomerScratch& scratch_;
  std::uint32_t current_ = kNoIndex;
  std::uint32_t segment_ = 0;  // first leg since the last cut by gap
};

void cut_all_streams(StreamCutter& cutter, std::vector<StreamItem>& items) {
  std::ranges::sort(items);
  for (std::size_t begin = 0; begin < items.size();) {
    std::size_t end = begin;
    while (end < items.size() && items[end].session == items[begin].session &&
           items[end].lane == items[begin].lane) {
      ++end;
    }
    cutter.cut(std::span(items).subspan(begin, end - begin));
    begin = end;
  }
}

/// A session at a desk (e-mail routed to an agent, messaging) of which the source gives no message:
/// its first queue stay or connection stands for the message that began it.
void lend_presence(CustomerScratch& scratch, const LinkRules& rules) {
  auto& items = scratch.key_items;
  items.clear();
  for (std::uint32_t position = 0; position < scratch.events.size(); ++position) {
    if (scratch.events[position].session != 0)
      items.push_back({scratch.events[position].session, position});
  }
  std::ranges::sort(items);
  for (std::size_t begin = 0; begin < items.size();) {
    std::size_t end = begin;
    bool present = false;
    std::uint32_t candidate = kNoIndex;
    for (; end < items.size() && items[end].key == items[begin].key; ++end) {
      const LocalEvent& event = scratch.events[items[end].holder];
      const bool sent = (event.marks & kContactEnded) == 0;
      present = present || (sent && event.presence != Presence::none);
      const bool desk_leg = (event.marks & (kQueueEntered | kAgentOpener)) != 0 &&
                            rules.life(event.event->channel) != ChannelLife::live &&
                            event.event->direction != Direction::out;
      if (desk_leg && candidate == kNoIndex) candidate = items[end].holder;
    }
    if (!present && candidate != kNoIndex) scratch.events[candidate].presence = Presence::point;
    begin = end;
  }
}

/// Places contact.* events that carry a session key.
class ContactEventPlacer {
 public:
  ContactEventPlacer(const LinkRules& rules, CustomerScratch& scratch, StreamCutter& cutter)
      : rules_(rules), scratch_(scratch), cutter_(cutter) {}

  void place() {
    auto& members = scratch_.key_items;
    members.clear();
    for (std::uint32_t position = 0; position < scratch_.events.size(); ++position) {
      const LocalEvent& event = scratch_.events[position];
      if (event.session != 0 && event.transaction != kNoIndex)
        members.push_back({event.session, position});
    }
    std::ranges::sort(members);
    auto& contacts = scratch_.contact_events;
    std::ranges::sort(contacts, {}, [this](std::uint32_t position) {
      return std::pair(scratch_.events[position].session, position);
    });
    scratch_.stream_items.clear();
    scratch_.counts.assign(scratch_.legs.size(), kNoIndex);
    for (std::size_t begin = 0; begin < contacts.size();) {
      std::size_t end = begin;
      const KeyId session = scratch_.events[contacts[begin]].session;
      while (end < contacts.size() && scratch_.events[contacts[end]].session == session) ++end;
      place_session(session, std::span(contacts).subspan(begin, end - begin));
      begin = end;
    }
    cut_all_streams(cutter_, scratch_.stream_items);
  }

 private:
  void place_session(KeyId session, std::span<const std::uint32_t> contacts) {
    list_legs(session, contacts.front());
    for (const std::uint32_t position : contacts) {
      LocalEvent& event = scratch_.events[position];
      const bool outgoing = direction_of(event, contacts) == Direction::out;
      std::uint32_t leg = first_of_sitting(event, false);
      if (leg == kNoIndex && outgoing) leg = first_of_sitting(event, true);
      if (leg == kNoIndex) {
        stand_alone(event, outgoing, position);
      } else {
        add_silently(event, position, leg);
      }
    }
  }

  /// Fills `scratch.order` with the legs of a session, by first event. `stamp` tells sessions
  /// apart.
  void list_legs(KeyId session, std::uint32_t stamp) {
    auto& legs = scratch_.order;
    legs.clear();
    for (const KeyHolder& member :
         std::ranges::equal_range(scratch_.key_items, session, {}, &KeyHolder::key)) {
      const std::uint32_t leg = scratch_.events[member.holder].transaction;
      if (scratch_.counts[leg] == stamp) continue;  // listed before
      scratch_.counts[leg] = stamp;
      legs.push_back(leg);
    }
  }

  /// The event's own direction, else the first known of those that begin the contact, not further
  /// off than max_presence.
  Direction direction_of(const LocalEvent& contact, std::span<const std::uint32_t> contacts) const {
    if (contact.event->direction != Direction::unknown) return contact.event->direction;
    const std::int64_t furthest = rules_.channel(contact.event->channel).max_presence_us;
    for (const std::uint32_t position : contacts) {
      const LocalEvent& other = scratch_.events[position];
      const bool begins = (other.marks & kContactEnded) == 0;
      if (!begins || std::abs(other.start - contact.start) > furthest) continue;
      if (other.event->direction != Direction::unknown) return other.event->direction;
    }
    return Direction::unknown;
  }

  /// Adds the event to a leg without presence of its own.
  void add_silently(LocalEvent& event, std::uint32_t position, std::uint32_t number) {
    Leg& leg = scratch_.legs[number];
    event.presence = Presence::none;
    event.transaction = number;
    ++leg.events;
    leg.first_event = std::min(leg.first_event, position);
  }

  /// The session has no other transaction that holds the customer: it is one, with presence
  /// started … ended.
  void stand_alone(LocalEvent& event, bool outgoing, std::uint32_t position) {
    const ChannelLife life = rules_.life(event.event->channel);
    event.role = outgoing ? Role::company : Role::self_service;
    if (outgoing || (life != ChannelLife::live && (event.marks & kContactEnded) != 0)) {
      event.presence = Presence::none;
    }
    if (life != ChannelLife::live) event.end = event.start;
    scratch_.stream_items.push_back({event.session, lane_of(event, ChannelLife::live), position});
  }

  /// The first transaction of the session; where the key came back so late that it was cut, of the
  /// sitting nearest in time (tie: the earlier); kNoIndex when that is further off than
  /// max_presence.
  /// Only an outgoing contact may go to a transaction without presence.
  std::uint32_t first_of_sitting(const LocalEvent& contact, bool without_presence) const {
    const ChannelRule& channel = rules_.channel(contact.event->channel);
    TimeUs first = std::numeric_limits<TimeUs>::max();
    TimeUs last = std::numeric_limits<TimeUs>::min();
    for (const std::uint32_t number : scratch_.order) {
      if (!may_hold(number, without_presence)) continue;
      first = std::min(first, scratch_.legs[number].first_at);
      last = std::max(last, scratch_.legs[number].last_at);
    }
    if (first > last) return kNoIndex;
    const bool one_sitting = last - first <= channel.max_presence_us;
    std::uint32_t sitting = kNoIndex;
    std::uint32_t best = kNoIndex;
    std::int64_t best_distance = channel.max_presence_us;
    TimeUs reach = first;
    for (const std::uint32_t number : scratch_.order) {
      if (!may_hold(number, without_presence)) continue;
      const Leg& leg = scratch_.legs[number];
      const bool cut = !one_sitting && leg.first_at - reach > channel.transaction_gap_us;
      if (sitting == kNoIndex || cut) sitting = number;
      reach = std::max(reach, leg.last_at);
      const std::int64_t distance =
          std::max<std::int64_t>({0, leg.first_at - contact.start, contact.start - leg.last_at});
      if (distance < best_distance || (distance == best_distance && best == kNoIndex)) {
        best = sitting;
        best_distance = distance;
      }
    }
    return best;
  }

  bool may_hold(std::uint32_t number, bool without_presence) const {
    return without_presence || scratch_.legs[number].presence_event != kNoIndex;
  }

  const LinkRules& rules_;
  CustomerScratch& scratch_;
  StreamCutter& cutter_;
};

/// Numbers transactions in the order of their first events and lists the events of each.
void number_transactions(CustomerScratch& scratch) {
  auto& renumbered = scratch.renumbered;
  renumbered.assign(scratch.legs.size(), kNoIndex);
  scratch.transactions.clear();
  for (LocalEvent& event : scratch.events) {
    std::uint32_t& number = renumbered[event.transaction];
    if (number == kNoIndex) {
      number = static_cast<std::uint32_t>(scratch.transactions.size());
      const Leg& leg = scratch.legs[event.transaction];
      LocalTransaction& transaction = scratch.transactions.emplace_back();
      transaction.first_event = leg.first_event;
      transaction.presence_event = leg.presence_event;
      transaction.bridged = leg.bridged;
      transaction.unit.agent_id = leg.agent;
      transaction.unit.events = leg.events;
      transaction.unit.interaction = kNoIndex;
    }
    event.transaction = number;
  }
  group_by(
      scratch.events.size(), scratch.transactions.size(), &scratch.counts,
      &scratch.events_by_transaction,
      [&scratch](std::size_t i) { return scratch.events[i].transaction; },
      [&scratch](std::size_t number, std::uint32_t begin) {
        scratch.transactions[number].events_begin = begin;
      });
}

}  // namespace

void cut_transactions(const LinkContext& context, CustomerScratch& scratch) {
  const LinkRules& rules = *context.rules;
  if (scratch.has_desk_legs) lend_presence(scratch, rules);
  scratch.legs.clear();
  scratch.stream_items.clear();
  scratch.contact_events.clear();
  for (std::uint32_t position = 0; position < scratch.events.size(); ++position) {
    const LocalEvent& event = scratch.events[position];
    if ((event.marks & kContactDomain) != 0 && event.session != 0) {
      scratch.contact_events.push_back(position);
      continue;
    }
    const ChannelLife life = rules.life(event.event->channel);
    const KeyId session = life == ChannelLife::momentary ? 0 : event.session;
    scratch.stream_items.push_back({session, lane_of(event, life), position});
  }
  StreamCutter cutter(rules, scratch);
  cut_all_streams(cutter, scratch.stream_items);
  if (!scratch.contact_events.empty()) ContactEventPlacer(rules, scratch, cutter).place();
  number_transactions(scratch);
}

}  // namespace clewline::hierarchy
