#include "hierarchy/interaction_links.h"

#include <algorithm>
#include <tuple>

namespace clewline::hierarchy {
namespace {

bool may_cause(const LocalInteraction& interaction) {
  if (interaction.unit.kind == Kind::company)
    return (interaction.marks & (kProactive | kOutboundTried)) != 0;
  return interaction.unit.kind == Kind::contact &&
         interaction.unit.initiated_by == Actor::company &&
         (interaction.marks & kCallbackReached) == 0;
}

void link_causes(const LinkRules& rules, std::uint32_t begin, CustomerScratch& scratch,
                 std::vector<InteractionLink>& links) {
  const std::int64_t window_us = rules.config().caused_by_window_us;
  scratch.agreeing_causes.clear();
  auto& causes = scratch.order;
  causes.clear();
  for (std::uint32_t i = 0; i < scratch.interactions.size(); ++i) {
    const LocalInteraction& interaction = scratch.interactions[i];
    const InteractionUnit& unit = interaction.unit;
    if (unit.kind == Kind::contact && unit.initiated_by != Actor::company) {
      for (std::size_t k = causes.size(); k-- > 0;) {
        const LocalInteraction& cause = scratch.interactions[causes[k]];
        if (interaction.start - cause.start > window_us) break;
        const bool both_known = cause.unit.intent != 0 && unit.intent != 0;
        if (both_known && cause.unit.intent != unit.intent) continue;
        links.push_back({begin + i, begin + causes[k], "caused_by"});
        if (both_known && cause.unit.kind == Kind::company)
          scratch.agreeing_causes.emplace_back(i, causes[k]);
        break;
      }
    }
    if (may_cause(interaction)) causes.push_back(i);
  }
}

/// Finds the contact that a feedback interaction names.
class AboutFinder {
 public:
  AboutFinder(const LinkContext& context, CustomerScratch& scratch)
      : context_(context), scratch_(scratch), holders_(scratch.key_items) {}

  void link(std::uint32_t begin, std::vector<InteractionLink>& links) {
    holders_.clear();
    bool collected = false;
    for (std::uint32_t i = 0; i < scratch_.interactions.size(); ++i) {
      if (scratch_.interactions[i].unit.kind != Kind::feedback) continue;
      if (!collected) collect_names();
      collected = true;
      const std::uint32_t named = find(i);
      if (named != kNoIndex) links.push_back({begin + i, begin + named, "about"});
    }
  }

 private:
  /// The keys by which contacts can be named, whatever source the feedback comes from.
  void collect_names() {
    for (const LocalEvent& event : scratch_.events) {
      const std::uint32_t i = scratch_.transactions[event.transaction].unit.interaction;
      if (scratch_.interactions[i].unit.kind != Kind::contact) continue;
      for (const std::uint32_t key :
           {event.event->session_key, event.event->chain_key, event.event->case_key}) {
        if (key != 0) holders_.push_back({key, i});
      }
    }
    std::ranges::sort(holders_);
    const auto repeated = std::ranges::unique(holders_);
    holders_.erase(repeated.begin(), repeated.end());
  }

  /// References first, then the session, chain and case the feedback itself carries.
  std::uint32_t find(std::uint32_t feedback) const {
    Nearest by_reference;
    Nearest by_session;
    Nearest by_chain;
    Nearest by_case;
    for (const std::uint32_t t : scratch_.transactions_of(scratch_.interactions[feedback])) {
      for (const std::uint32_t position : scratch_.events_of(scratch_.transactions[t])) {
        const LocalEvent& event = scratch_.events[position];
        if (!context_.references.empty()) {
          for (const LinkReference& reference : context_.references.of_event(event.index)) {
            consider(reference.id, feedback, &by_reference);
          }
        }
        consider(event.event->session_key, feedback, &by_session);
        consider(event.event->chain_key, feedback, &by_chain);
        consider(event.event->case_key, feedback, &by_case);
      }
    }
    for (const Nearest& nearest : {by_reference, by_session, by_chain, by_case}) {
      if (nearest.before != kNoIndex) return nearest.before;
      if (nearest.after != kNoIndex) return nearest.after;
    }
    return kNoIndex;
  }

  struct Nearest {
    std::uint32_t before = kNoIndex;  // the latest contact not after the feedback
    std::uint32_t after = kNoIndex;   // else the earliest after it
  };

  void consider(std::uint32_t key, std::uint32_t feedback, Nearest* nearest) const {
    if (key == 0) return;
    const auto next = std::ranges::upper_bound(holders_, KeyHolder{key, feedback});
    if (next != holders_.begin() && std::prev(next)->key == key) {
      const std::uint32_t found = std::prev(next)->holder;
      if (nearest->before == kNoIndex || found > nearest->before) nearest->before = found;
    }
    if (next != holders_.end() && next->key == key)
      nearest->after = std::min(nearest->after, next->holder);
  }

  const LinkContext& context_;
  CustomerScratch& scratch_;
  std::vector<KeyHolder>& holders_;
};

struct ChainMember {
  KeyId chain = 0;
  TimeUs first_at = 0;
  Id128 id;
  std::uint32_t interaction = 0;
  auto operator<=>(const ChainMember&) const = default;
};

}  // namespace

void link_interactions(const LinkContext& context, std::uint32_t interactions_begin,
                       CustomerScratch& scratch, std::vector<InteractionLink>& links) {
  link_causes(*context.rules, interactions_begin, scratch, links);
  AboutFinder(context, scratch).link(interactions_begin, links);
}

void link_chains_across_customers(const LinkContext& context, HierarchyResult& result) {
  std::vector<ChainMember> members;
  for (const std::uint32_t event : context.guards.shared_chain_events) {
    const KeyId chain = context.rules->chain_id(context.input->events[event]);
    if (KeyGuards::holds(context.guards.hub_chains, chain)) continue;
    const TransactionUnit& transaction = result.transactions[result.transaction_of_event[event]];
    const InteractionUnit& interaction = result.interactions[transaction.interaction];
    members.push_back({chain, interaction.first_at, interaction.id, transaction.interaction});
  }
  std::ranges::sort(members);
  const auto repeated = std::ranges::unique(members);
  members.erase(repeated.begin(), repeated.end());
  for (std::size_t i = 1; i < members.size(); ++i) {
    if (members[i].chain != members[i - 1].chain) continue;
    const std::uint32_t from = members[i].interaction;
    const std::uint32_t to = members[i - 1].interaction;
    if (result.interactions[from].customer == result.interactions[to].customer) continue;
    result.interaction_links.push_back({from, to, "same_chain"});
  }
}

}  // namespace clewline::hierarchy
