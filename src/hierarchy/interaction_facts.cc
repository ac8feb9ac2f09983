#include "hierarchy/interaction_facts.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "hierarchy/contact_attempts.h"

namespace clewline::hierarchy {
namespace {

class InteractionDescriber {
 public:
  InteractionDescriber(const LinkContext& context, CustomerScratch& scratch,
                       LocalInteraction& interaction)
      : rules_(*context.rules),
        scratch_(scratch),
        interaction_(interaction),
        unit_(interaction.unit) {}

  void describe() {
    unit_.id = scratch_.events[interaction_.name_event()].event->event_id;
    count_transactions();
    read_events();
    if (unit_.kind == Kind::contact) {
      unit_.initiated_by = who_began();
      count_attempts(scratch_, interaction_);
    } else {
      interaction_.start = unit_.first_at;
      interaction_.end = unit_.last_at;
      unit_.initiated_by = scratch_.events[interaction_.first_event].event->actor;
    }
  }

 private:
  bool counts_for_channels(const LocalTransaction& transaction) const {
    return unit_.kind != Kind::contact || transaction.has_presence();
  }

  void count_transactions() {
    std::uint32_t systems = 0;
    std::uint32_t channels = 0;
    std::uint32_t first_named = kNoIndex;
    std::uint32_t last_named = 0;
    std::uint32_t outcome_event = 0;
    auto& agents = scratch_.order;
    agents.clear();
    unit_.first_at = std::numeric_limits<TimeUs>::max();
    unit_.last_at = std::numeric_limits<TimeUs>::min();
    for (const std::uint32_t t : scratch_.transactions_of(interaction_)) {
      const LocalTransaction& transaction = scratch_.transactions[t];
      const TransactionUnit& row = transaction.unit;
      unit_.events += row.events;
      unit_.first_at = std::min(unit_.first_at, row.first_at);
      unit_.last_at = std::max(unit_.last_at, row.last_at);
      systems |= 1U << static_cast<unsigned>(row.system);
      if (row.role == Role::self_service || row.role == Role::assisted)
        ++unit_.handling_transactions;
      if (row.role == Role::assisted && row.agent_id != 0) agents.push_back(row.agent_id);
      if (!counts_for_channels(transaction)) continue;
      channels |= 1U << static_cast<unsigned>(row.channel);
      const std::uint32_t name = transaction.name_event();
      if (name < first_named) first_named = name, unit_.first_channel = row.channel;
      if (name >= last_named) last_named = name, unit_.last_channel = row.channel;
      take_outcome(transaction, &outcome_event);
    }
    unit_.systems = static_cast<std::uint32_t>(std::popcount(systems));
    interaction_.channel_mask = channels;
    unit_.channels = static_cast<std::uint32_t>(std::popcount(channels));
    std::ranges::sort(agents);
    unit_.agents = static_cast<std::uint32_t>(std::ranges::unique(agents).begin() - agents.begin());
  }

  void take_outcome(const LocalTransaction& transaction, std::uint32_t* outcome_event) {
    for (const std::uint32_t position : {transaction.outcome_event, transaction.contact_event}) {
      if (position == kNoIndex || position < *outcome_event) continue;
      *outcome_event = position;
      unit_.outcome = outcome_at(transaction, position);
    }
  }

  Outcome outcome_at(const LocalTransaction& transaction, std::uint32_t position) const {
    if (position == transaction.outcome_event) return transaction.unit.outcome;
    const LinkEvent& event = *scratch_.events[position].event;
    return event.outcome != Outcome::unknown ? event.outcome : rules_.implied_outcome(event.type);
  }

  /// How the interaction left the issue, and what engagements join by. Feedback decides nothing.
  void read_events() {
    std::uint32_t ending_event = 0;
    std::uint32_t served = 0;
    std::uint32_t state_event = 0;
    std::uint32_t object_event = kNoIndex;
    std::uint32_t promised = 0;
    std::uint32_t kept = 0;
    for (const std::uint32_t t : scratch_.transactions_of(interaction_)) {
      if (scratch_.transactions[t].unit.role == Role::feedback) continue;
      for (const std::uint32_t position : scratch_.events_of(scratch_.transactions[t])) {
        const LocalEvent& local = scratch_.events[position];
        const LinkEvent& event = *local.event;
        if (position >= ending_event) read_ending(local, position, &ending_event);
        const EngagementState state = rules_.state_after(event.type);
        if (state != EngagementState::lapsed && position >= state_event) {
          state_event = position;
          interaction_.state = state;
        }
        if (event.object != 0 && position < object_event) {
          object_event = position;
          interaction_.object = event.object;
        }
        if ((local.marks & kPromiseMade) != 0) promised = std::max(promised, position + 1);
        if ((local.marks & kPromiseKept) != 0) kept = std::max(kept, position + 1);
        if ((local.marks & kAgentOpener) != 0) served = std::max(served, position);
        interaction_.marks |= local.marks;
      }
    }
    interaction_.promise_open = promised > kept;
    if (interaction_.result == EngagementResult::abandoned && served > ending_event) {
      interaction_.ending = LocalInteraction::Ending::open;  // who gave up got through after all
      interaction_.result = EngagementResult::unknown;
    }
  }

  void read_ending(const LocalEvent& local, std::uint32_t position, std::uint32_t* ending_event) {
    EngagementResult result = EngagementResult::unknown;
    if ((local.marks & kCaseReopened) != 0 || local.event->outcome == Outcome::reopened) {
      interaction_.ending = LocalInteraction::Ending::reopened;
      interaction_.result = EngagementResult::unknown;
      *ending_event = position;
    } else if (rules_.find_result(*local.event, &result)) {
      interaction_.ending = LocalInteraction::Ending::decided;
      interaction_.result = result;
      *ending_event = position;
    }
  }

  Actor who_began() const {
    const LocalEvent& first = scratch_.events[interaction_.presence_event];
    const TransactionUnit& row = scratch_.transactions[first.transaction].unit;
    if (row.direction == Direction::out || (first.marks & kCallbackReached) != 0)
      return Actor::company;
    if (row.direction == Direction::unknown) {
      for (const std::uint32_t t : scratch_.transactions_of(interaction_)) {
        const LocalTransaction& other = scratch_.transactions[t];
        if (other.first_event > interaction_.presence_event) continue;
        const std::uint32_t marks = scratch_.events[other.first_event].marks;
        if ((marks & (kOutboundTried | kCallbackTried)) != 0) return Actor::company;
      }
    }
    return first.event->actor == Actor::third_party ? Actor::third_party : Actor::customer;
  }

  const LinkRules& rules_;
  CustomerScratch& scratch_;
  LocalInteraction& interaction_;
  InteractionUnit& unit_;
};

/// Collects what an interaction was about, case by case or intent by intent.
class ShareCollector {
 public:
  ShareCollector(CustomerScratch& scratch, const LocalInteraction& interaction)
      : scratch_(scratch), interaction_(interaction) {}

  /// `name` gives an event's case or intent as an empty share (value 0: none). A transaction that
  /// names several gives each an equal part of its time.
  template <typename Name>
  void collect(const Name& name) {
    shares_.clear();
    scratch_.share_of.clear();
    for (const std::uint32_t t : scratch_.transactions_of(interaction_)) {
      const LocalTransaction& transaction = scratch_.transactions[t];
      touch(t, name);
      if (!transaction.has_presence()) continue;
      const std::int64_t length_us = transaction.unit.presence_to - transaction.unit.presence_from;
      const bool assisted = transaction.unit.role == Role::assisted;
      total_us_ += static_cast<double>(length_us);
      if (assisted) assisted_total_us_ += static_cast<double>(length_us);
      const double part_us = static_cast<double>(length_us) / static_cast<double>(touched_.size());
      for (const std::uint32_t number : touched_) {
        TimeShare& share = shares_[number];
        share.time_us += part_us;
        if (!assisted) continue;
        share.assisted_us += part_us;
        share.longest_assisted_us = std::max(share.longest_assisted_us, length_us);
      }
    }
    std::ranges::sort(shares_, {}, &TimeShare::first_position);
  }

  double portion(const TimeShare& share) const { return portion(share.time_us, total_us_); }
  double assisted_portion(const TimeShare& share) const {
    return portion(share.assisted_us, assisted_total_us_);
  }

 private:
  double portion(double part_us, double whole_us) const {
    return whole_us > 0 ? part_us / whole_us : 1.0 / static_cast<double>(shares_.size());
  }

  template <typename Name>
  void touch(std::uint32_t number, const Name& name) {
    touched_.clear();
    for (const std::uint32_t position : scratch_.events_of(scratch_.transactions[number])) {
      const TimeShare named = name(scratch_.events[position]);
      if (named.value == 0) continue;
      const std::uint32_t index = find_or_add(named);
      TimeShare& share = shares_[index];
      share.first_position = std::min(share.first_position, position);
      if (std::exchange(share.touched_by, number) != number) touched_.push_back(index);
    }
  }

  /// Few shares are found by looking at each, as nearly always; many by their hash.
  std::uint32_t find_or_add(const TimeShare& named) {
    constexpr std::size_t kFew = 16;
    auto& share_of = scratch_.share_of;
    const auto key = [](const TimeShare& share) { return std::pair(share.source, share.value); };
    const auto next = static_cast<std::uint32_t>(shares_.size());
    if (shares_.size() <= kFew) {
      const auto found = std::ranges::find(shares_, key(named), key);
      if (found != shares_.end()) return static_cast<std::uint32_t>(found - shares_.begin());
    } else {
      for (std::size_t i = share_of.size(); i < shares_.size(); ++i)
        share_of.emplace(key(shares_[i]), static_cast<std::uint32_t>(i));
      const auto found = share_of.find(key(named));
      if (found != share_of.end()) return found->second;
    }
    shares_.push_back(named);
    return next;
  }

  CustomerScratch& scratch_;
  const LocalInteraction& interaction_;
  std::vector<TimeShare>& shares_ = scratch_.shares;
  std::vector<std::uint32_t>& touched_ = scratch_.order;
  double total_us_ = 0;
  double assisted_total_us_ = 0;
};

TimeShare name_case(const LocalEvent& local) {
  TimeShare share;
  share.source = local.event->source;
  share.value = local.event->case_key;
  share.id = local.case_id;
  return share;
}

TimeShare name_intent(const LocalEvent& local) {
  TimeShare share;
  share.value = local.event->intent;
  return share;
}

/// The case of the longest assisted presence, else the first named; kNoIndex when all are hubs.
std::uint32_t primary_case(const std::vector<TimeShare>& shares) {
  std::uint32_t best = kNoIndex;
  for (std::uint32_t i = 0; i < shares.size(); ++i) {
    if (shares[i].id == 0) continue;
    if (best == kNoIndex || shares[i].longest_assisted_us > shares[best].longest_assisted_us)
      best = i;
  }
  return best;
}

/// The intent with the most time with an agent, else the most time, else the first named.
std::uint32_t primary_intent(const std::vector<TimeShare>& shares) {
  std::uint32_t best = 0;
  for (std::uint32_t i = 1; i < shares.size(); ++i) {
    const bool assisted = shares[i].longest_assisted_us >= 0;
    const bool best_assisted = shares[best].longest_assisted_us >= 0;
    if (assisted != best_assisted) {
      if (assisted) best = i;
    } else if (shares[i].assisted_us != shares[best].assisted_us) {
      if (shares[i].assisted_us > shares[best].assisted_us) best = i;
    } else if (shares[i].time_us > shares[best].time_us) {
      best = i;
    }
  }
  return best;
}

void link_cases(CustomerScratch& scratch, LocalInteraction& interaction, std::uint32_t number,
                HierarchyResult& out) {
  ShareCollector collector(scratch, interaction);
  collector.collect(name_case);
  const std::uint32_t primary = primary_case(scratch.shares);
  for (std::uint32_t i = 0; i < scratch.shares.size(); ++i) {
    const TimeShare& share = scratch.shares[i];
    out.case_links.push_back(
        {number, share.source, share.value, i == primary, collector.assisted_portion(share)});
  }
  if (primary == kNoIndex) return;
  interaction.primary_case = scratch.shares[primary].id;
  interaction.unit.primary_case = scratch.shares[primary].value;
  interaction.unit.primary_case_source = scratch.shares[primary].source;
}

void link_issues(CustomerScratch& scratch, LocalInteraction& interaction, std::uint32_t number,
                 HierarchyResult& out) {
  ShareCollector collector(scratch, interaction);
  collector.collect(name_intent);
  if (scratch.shares.empty()) return;
  const std::uint32_t primary = primary_intent(scratch.shares);
  for (std::uint32_t i = 0; i < scratch.shares.size(); ++i) {
    const TimeShare& share = scratch.shares[i];
    out.interaction_issues.push_back({number, share.value, i == primary, collector.portion(share)});
  }
  interaction.unit.intent = scratch.shares[primary].value;
}

}  // namespace

void describe_interactions(const LinkContext& context, std::uint32_t customer,
                           CustomerScratch& scratch) {
  for (LocalInteraction& interaction : scratch.interactions) {
    interaction.unit.customer = customer;
    interaction.unit.engagement = kNoIndex;
    InteractionDescriber(context, scratch, interaction).describe();
  }
  mark_restarts(*context.rules, scratch);
}

void link_cases_and_issues(CustomerScratch& scratch, std::uint32_t interactions_begin,
                           HierarchyResult& out) {
  bool any_case = false;
  bool any_intent = false;
  for (const LocalEvent& event : scratch.events) {
    any_case = any_case || event.event->case_key != 0;
    any_intent = any_intent || event.event->intent != 0;
  }
  for (std::uint32_t i = 0; i < scratch.interactions.size(); ++i) {
    if (any_case) link_cases(scratch, scratch.interactions[i], interactions_begin + i, out);
    if (any_intent) link_issues(scratch, scratch.interactions[i], interactions_begin + i, out);
  }
}

}  // namespace clewline::hierarchy
