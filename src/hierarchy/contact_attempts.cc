#include "hierarchy/contact_attempts.h"

#include <algorithm>
#include <array>

namespace clewline::hierarchy {
namespace {

constexpr std::string_view kRestart = "cut_off_restart";

bool is_cut_off(Outcome outcome) {
  switch (outcome) {
    case Outcome::abandoned:
    case Outcome::abandoned_short:
    case Outcome::no_answer:
    case Outcome::busy:
    case Outcome::failed:
    case Outcome::timeout:
    case Outcome::overflow: return true;
    default: return false;
  }
}

/// Lists a contact's presences by chain, else session, else source and channel. A session of which
/// one transaction names the chain belongs to the chain as a whole.
void list_presences(CustomerScratch& scratch, const LocalInteraction& interaction) {
  auto& chains = scratch.key_items;  // session -> a transaction that names its chain
  chains.clear();
  for (const std::uint32_t t : scratch.transactions_of(interaction)) {
    const LocalTransaction& transaction = scratch.transactions[t];
    if (transaction.has_presence() && transaction.session != 0 && transaction.chain != 0) {
      chains.push_back({transaction.session, t});
    }
  }
  std::ranges::sort(chains);
  auto& items = scratch.attempt_items;
  items.clear();
  for (const std::uint32_t t : scratch.transactions_of(interaction)) {
    const LocalTransaction& transaction = scratch.transactions[t];
    if (!transaction.has_presence()) continue;
    KeyId chain = transaction.chain;
    if (chain == 0 && transaction.session != 0) {
      const auto named = std::ranges::lower_bound(chains, KeyHolder{transaction.session, 0});
      if (named != chains.end() && named->key == transaction.session) {
        chain = scratch.transactions[named->holder].chain;
      }
    }
    const TransactionUnit& unit = transaction.unit;
    if (chain != 0) {
      items.push_back({0, chain, t});
    } else if (transaction.session != 0) {
      items.push_back({1, transaction.session, t});
    } else {
      items.push_back({2, key_id(unit.source, static_cast<std::uint32_t>(unit.channel) + 1), t});
    }
  }
  std::ranges::sort(items);
}

void add_presence(const CustomerScratch& scratch, const LocalTransaction& transaction,
                  Attempt* attempt) {
  const TransactionUnit& unit = transaction.unit;
  if (transaction.presence_event < attempt->first_event) {
    attempt->first_event = transaction.presence_event;
    attempt->from = unit.presence_from;
    attempt->channel = unit.channel;
  }
  attempt->to = std::max(attempt->to, unit.presence_to);
  const std::uint32_t marks = scratch.events[transaction.presence_event].marks;
  if (unit.direction != Direction::out && (marks & kCallbackReached) == 0)
    attempt->outgoing = false;
  for (const std::uint32_t position : {transaction.outcome_event, transaction.contact_event}) {
    if (position == kNoIndex || position < attempt->outcome_event) continue;
    attempt->outcome_event = position;
    attempt->outcome = position == transaction.outcome_event
                           ? unit.outcome
                           : scratch.events[position].event->outcome;
  }
}

bool has_restart(std::vector<Attempt>& attempts) {
  std::ranges::sort(attempts, {}, &Attempt::first_event);
  std::array<TimeUs, kChannelCount> cut_off_at;
  cut_off_at.fill(std::numeric_limits<TimeUs>::max());
  for (const Attempt& attempt : attempts) {
    TimeUs& cut_off = cut_off_at[static_cast<std::size_t>(attempt.channel)];
    if (!attempt.outgoing && cut_off <= attempt.from) return true;
    if (is_cut_off(attempt.outcome)) cut_off = std::min(cut_off, attempt.to);
  }
  return false;
}

}  // namespace

void count_attempts(CustomerScratch& scratch, LocalInteraction& interaction) {
  list_presences(scratch, interaction);
  const auto& items = scratch.attempt_items;
  auto& attempts = scratch.attempts;
  attempts.clear();
  std::uint32_t incoming = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool fresh =
        i == 0 || items[i].kind != items[i - 1].kind || items[i].key != items[i - 1].key;
    if (fresh) {
      attempts.emplace_back();
      attempts.back().to = std::numeric_limits<TimeUs>::min();
    }
    add_presence(scratch, scratch.transactions[items[i].transaction], &attempts.back());
  }
  for (const Attempt& attempt : attempts) incoming += attempt.outgoing ? 0 : 1;
  interaction.unit.contact_attempts =
      incoming != 0 ? incoming : static_cast<std::uint32_t>(attempts.size());
  if (attempts.size() > 1 && has_restart(attempts)) interaction.unit.pattern = kRestart;
}

void mark_restarts(const LinkRules& rules, CustomerScratch& scratch) {
  const LocalInteraction* previous = nullptr;
  for (LocalInteraction& interaction : scratch.interactions) {
    InteractionUnit& unit = interaction.unit;
    if (unit.kind != Kind::contact) continue;
    if (previous != nullptr && is_cut_off(previous->unit.outcome) &&
        unit.initiated_by != Actor::company && previous->unit.last_channel == unit.first_channel &&
        interaction.start - previous->end <= rules.config().chain_gap_us) {
      unit.pattern = kRestart;
    }
    previous = &interaction;
  }
}

}  // namespace clewline::hierarchy
