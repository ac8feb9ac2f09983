#include "hierarchy/transaction_facts.h"

#include <algorithm>

namespace clewline::hierarchy {
namespace {

/// Sorts intervals and returns the length of their union.
std::int64_t union_length_us(std::vector<std::pair<TimeUs, TimeUs>>& intervals) {
  std::ranges::sort(intervals);
  std::int64_t length = 0;
  TimeUs reach = intervals.empty() ? 0 : intervals.front().first;
  for (const auto& [from, to] : intervals) {
    if (to > reach) length += to - std::max(from, reach);
    reach = std::max(reach, to);
  }
  return length;
}

class TransactionDescriber {
 public:
  TransactionDescriber(const LinkContext& context, CustomerScratch& scratch,
                       LocalTransaction& transaction)
      : input_(*context.input),
        rules_(*context.rules),
        scratch_(scratch),
        transaction_(transaction),
        unit_(transaction.unit) {}

  void describe() {
    unit_.id = scratch_.events[transaction_.name_event()].event->event_id;
    take_principal();
    take_keys();
    take_outcome();
    if (transaction_.has_presence()) take_presence();
    take_measures();
  }

 private:
  /// System, channel, source and role: of the first event with presence, else of the first that is
  /// not a contact.* event placed here.
  void take_principal() {
    std::uint32_t principal = transaction_.presence_event;
    if (principal == kNoIndex) {
      principal = transaction_.first_event;
      for (const std::uint32_t position : scratch_.events_of(transaction_)) {
        if ((scratch_.events[position].marks & kContactDomain) != 0) continue;
        principal = position;
        break;
      }
    }
    const LocalEvent& event = scratch_.events[principal];
    unit_.source = event.event->source;
    unit_.system = event.event->system;
    unit_.channel = event.event->channel;
    unit_.role = event.role;
  }

  void take_keys() {
    const auto first = [](auto& field, const auto& value) {
      if (field == std::decay_t<decltype(field)>{}) field = value;
    };
    const auto last = [](std::uint32_t& field, std::uint32_t value) {
      if (value != 0) field = value;
    };
    unit_.first_at = scratch_.events[transaction_.first_event].start;
    unit_.last_at = unit_.first_at;
    for (const std::uint32_t position : scratch_.events_of(transaction_)) {
      const LocalEvent& local = scratch_.events[position];
      const LinkEvent& event = *local.event;
      unit_.last_at = std::max(unit_.last_at, local.end);
      first(unit_.session_key, event.session_key);
      first(unit_.chain_key, event.chain_key);
      first(unit_.case_key, event.case_key);
      first(unit_.direction, event.direction);
      first(transaction_.session, local.session);
      first(transaction_.chain, local.chain);
      first(transaction_.case_id, local.case_id);
      last(unit_.queue_id, event.queue_id);
      last(unit_.intent, event.intent);
      last(unit_.disposition, event.disposition);
    }
  }

  void take_outcome() {
    bool answered = false;
    bool only_contact_events = true;
    for (const std::uint32_t position : scratch_.events_of(transaction_)) {
      const LocalEvent& local = scratch_.events[position];
      Outcome outcome = local.event->outcome;
      if (outcome == Outcome::unknown) outcome = rules_.implied_outcome(local.event->type);
      if ((local.marks & kContactDomain) != 0) {
        if (outcome != Outcome::unknown) transaction_.contact_event = position;
        continue;
      }
      only_contact_events = false;
      answered = answered || (local.marks & kAgentOpener) != 0;
      if (outcome == Outcome::unknown) continue;
      unit_.outcome = outcome;
      transaction_.outcome_event = position;
    }
    if (only_contact_events && transaction_.contact_event != kNoIndex) {
      unit_.outcome = outcome_at(transaction_.contact_event);
      transaction_.outcome_event = transaction_.contact_event;
    } else if (answered && unit_.outcome == Outcome::unknown) {
      unit_.outcome = Outcome::answered;
      transaction_.outcome_event = transaction_.name_event();
    }
  }

  Outcome outcome_at(std::uint32_t position) const {
    const LinkEvent& event = *scratch_.events[position].event;
    return event.outcome != Outcome::unknown ? event.outcome : rules_.implied_outcome(event.type);
  }

  /// The hull of the presence events. An opened leg without a stated end lasts to what closes it,
  /// else to its last event, wrap-up aside; who asks for a callback leaves the line.
  void take_presence() {
    const TimeUs from = scratch_.events[transaction_.presence_event].start;
    TimeUs to = from;
    TimeUs last_activity = from;
    bool pending = false;
    for (const std::uint32_t position : scratch_.events_of(transaction_)) {
      const LocalEvent& event = scratch_.events[position];
      if ((event.marks & kContactDomain) != 0 && event.presence == Presence::none) continue;
      const bool present = event.presence != Presence::none;
      if (present) to = std::max(to, event.end);
      if ((event.marks & kWrapup) == 0) last_activity = std::max(last_activity, event.start);
      if ((event.marks & kOpensLeg) != 0 && event.presence == Presence::interval) {
        pending = event.event->ended_at == kNoTime;
      }
      if ((event.marks & kClosesLeg) != 0) {
        if (pending) to = std::max(to, event.start);
        pending = false;
      }
      if ((event.marks & kCallbackRequested) != 0 && unit_.role == Role::routing) {
        to = pending ? event.start : std::clamp(event.start, from, to);
        pending = false;
        break;
      }
    }
    if (pending) to = std::max(to, last_activity);
    const std::int64_t longest = rules_.channel(unit_.channel).max_presence_us;
    if (transaction_.bridged && to - from > longest) {
      to = from + longest;
      unit_.presence_clipped = true;
    }
    unit_.presence_from = from;
    unit_.presence_to = to;
  }

  /// Times by the instants of the events; what no instants tell is what the source states.
  void take_measures() {
    if (unit_.role == Role::routing) {
      const bool on_the_line = rules_.life(unit_.channel) == ChannelLife::live;
      const bool present = transaction_.has_presence();
      unit_.wait_us = on_the_line && present ? unit_.presence_to - unit_.presence_from
                                             : unit_.last_at - unit_.first_at;
      if (unit_.wait_us == 0) unit_.wait_us = stated_us(&StatedMeasures::wait_ms);
      return;
    }
    if (unit_.role != Role::assisted) return;
    const std::int64_t connected = connected_us();
    unit_.wrap_us = marked_length_us(kWrapup);
    unit_.hold_us = marked_length_us(kHold);
    if (unit_.wrap_us == 0) unit_.wrap_us = stated_us(&StatedMeasures::wrap_ms);
    if (unit_.hold_us == 0) {
      unit_.hold_us = stated_us(&StatedMeasures::hold_ms);
      if (connected > 0) unit_.hold_us = std::min(unit_.hold_us, connected);
    }
    unit_.talk_us = connected > 0 ? std::max<std::int64_t>(0, connected - unit_.hold_us)
                                  : stated_us(&StatedMeasures::talk_ms);
  }

  /// The greatest total that an event of the transaction states, at most the longest presence: what
  /// is stated twice is said twice, not two times.
  std::int64_t stated_us(std::int64_t StatedMeasures::* total) const {
    std::int64_t greatest_ms = 0;
    for (const std::uint32_t position : scratch_.events_of(transaction_)) {
      const std::uint32_t measures = scratch_.events[position].event->measures;
      if (measures != 0) greatest_ms = std::max(greatest_ms, input_.measures[measures - 1].*total);
    }
    return std::min(greatest_ms, rules_.channel(unit_.channel).max_presence_us / 1000) * 1000;
  }

  std::int64_t marked_length_us(std::uint32_t mark) {
    auto& intervals = scratch_.intervals;
    intervals.clear();
    for (const std::uint32_t position : scratch_.events_of(transaction_)) {
      const LocalEvent& event = scratch_.events[position];
      if ((event.marks & mark) != 0) intervals.emplace_back(event.start, event.end);
    }
    return union_length_us(intervals);
  }

  /// The time agent and customer were connected: each connection to its stated end, else to what
  /// closed it; a leg of which no connection is known counts its presence.
  std::int64_t connected_us() {
    auto& intervals = scratch_.intervals;
    intervals.clear();
    const bool present = transaction_.has_presence();
    const TimeUs open_end = present ? unit_.presence_to : unit_.last_at;
    TimeUs since = kNoTime;
    for (const std::uint32_t position : scratch_.events_of(transaction_)) {
      const LocalEvent& event = scratch_.events[position];
      if ((event.marks & kAgentOpener) != 0) {
        if (event.event->ended_at != kNoTime) {
          intervals.emplace_back(event.start, event.end);
        } else if (since == kNoTime) {
          since = event.start;
        }
      } else if ((event.marks & kClosesLeg) != 0 && since != kNoTime) {
        intervals.emplace_back(since, std::max(since, std::min(event.start, open_end)));
        since = kNoTime;
      }
    }
    if (since != kNoTime) intervals.emplace_back(since, std::max(since, open_end));
    if (intervals.empty()) return present ? unit_.presence_to - unit_.presence_from : 0;
    return union_length_us(intervals);
  }

  const LinkInput& input_;
  const LinkRules& rules_;
  CustomerScratch& scratch_;
  LocalTransaction& transaction_;
  TransactionUnit& unit_;
};

}  // namespace

void describe_transactions(const LinkContext& context, std::uint32_t customer,
                           CustomerScratch& scratch,
                           std::vector<std::pair<std::uint32_t, std::string>>* issues) {
  for (LocalTransaction& transaction : scratch.transactions) {
    transaction.unit.customer = customer;
    TransactionDescriber(context, scratch, transaction).describe();
    if (transaction.unit.presence_clipped && issues != nullptr) {
      issues->emplace_back(scratch.events[transaction.presence_event].index, "presence_clipped");
    }
    for (const std::uint32_t position : scratch.events_of(transaction)) {
      const LocalEvent& event = scratch.events[position];
      const bool clipped = event.presence == Presence::interval &&
                           event.event->ended_at != kNoTime && event.end < event.event->ended_at &&
                           event.event->ended_at > event.start;
      transaction.unit.presence_clipped = transaction.unit.presence_clipped || clipped;
    }
  }
}

}  // namespace clewline::hierarchy
