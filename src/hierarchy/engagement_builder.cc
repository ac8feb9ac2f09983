#include "hierarchy/engagement_builder.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <utility>

#include "hierarchy/engagement_scoring.h"
#include "hierarchy/hard_edges.h"

namespace clewline::hierarchy {
namespace {

/// Sweeps interactions in order of their begins, so that an engagement holds what was known at that
/// moment.
class EngagementSweep {
 public:
  EngagementSweep(const LinkContext& context, CustomerScratch& scratch)
      : rules_(*context.rules),
        scratch_(scratch),
        collects_candidates_(context.collect_join_candidates),
        parts_intents_(never_joins_other_intents(context.rules->config().weights)) {}

  void run() {
    scratch_.join_candidates.clear();
    scratch_.engagements.clear();
    scratch_.active_engagements.clear();
    for (std::uint32_t i = 0; i < scratch_.interactions.size(); ++i) {
      Component& component = scratch_.components[scratch_.component_of[i]];
      if (collects_candidates_ && scratch_.interactions[i].unit.kind == Kind::contact)
        note_candidates(i, component);
      if (component.engagement == kNoIndex) {
        if (component.first_contact != i && component.first_contact != kNoIndex) continue;
        component.engagement = component.first_contact == i ? best_engagement(i) : kNoIndex;
        if (component.engagement == kNoIndex) component.engagement = open_engagement(i);
        join(component, component.engagement);
        fold_earlier_members(i);
      }
      fold(component.engagement, i);
    }
    number_engagements();
  }

 private:
  std::uint32_t open_engagement(std::uint32_t i) {
    const Component& component = scratch_.components[scratch_.component_of[i]];
    LocalEngagement& engagement = scratch_.engagements.emplace_back();
    engagement.bounds = component.bounds;
    engagement.has_contact = component.first_contact != kNoIndex;
    engagement.reach = scratch_.interactions[i].end;
    const auto number = static_cast<std::uint32_t>(scratch_.engagements.size() - 1);
    if (engagement.has_contact) activate(number);
    return number;
  }

  void activate(std::uint32_t number) {
    if (std::exchange(scratch_.engagements[number].active, true)) return;
    scratch_.active_engagements.push_back(number);
  }

  void join(const Component& component, std::uint32_t number) {
    LocalEngagement& engagement = scratch_.engagements[number];
    merge_bounds(scratch_, component.bounds, &engagement.bounds);
  }

  /// Company work of the component that began before its first contact.
  void fold_earlier_members(std::uint32_t i) {
    const std::uint32_t root = scratch_.component_of[i];
    for (std::uint32_t k = root; k < i; k = scratch_.next_member[k])
      fold(scratch_.components[root].engagement, k);
  }

  void fold(std::uint32_t number, std::uint32_t i) {
    LocalEngagement& engagement = scratch_.engagements[number];
    LocalInteraction& interaction = scratch_.interactions[i];
    interaction.unit.engagement = number;
    take_name(engagement, interaction);
    const bool contact = interaction.unit.kind == Kind::contact;
    if (interaction.unit.kind == Kind::feedback) return;
    if (interaction.state != EngagementState::lapsed) engagement.state = interaction.state;
    if (interaction.object != 0) engagement.object = interaction.object;
    using Ending = LocalInteraction::Ending;
    if (contact || interaction.ending == Ending::reopened) {
      engagement.result = EngagementResult::unknown;
      engagement.unresolved = interaction.ending == Ending::reopened || interaction.promise_open ||
                              leaves_unresolved(interaction.unit.outcome);
    }
    if (interaction.ending == Ending::decided) engagement.result = interaction.result;
    if (!contact) return;
    engagement.last_contact = i;
    engagement.reach = std::max(engagement.reach, interaction.end);
    activate(number);
    if (interaction.unit.intent != 0) engagement.intent = interaction.unit.intent;
  }

  static void take_name(LocalEngagement& engagement, const LocalInteraction& interaction) {
    if (engagement.has_contact && interaction.unit.kind != Kind::contact) return;
    engagement.name_event = std::min(engagement.name_event, interaction.name_event());
  }

  static bool differs(std::uint32_t known, std::uint32_t named) {
    return known != 0 && named != 0 && known != named;
  }

  /// The open engagement that the component beginning with contact `i` belongs to; kNoIndex: none.
  std::uint32_t best_engagement(std::uint32_t i) {
    const LocalInteraction& contact = scratch_.interactions[i];
    const Component& component = scratch_.components[scratch_.component_of[i]];
    std::uint32_t best = kNoIndex;
    double best_probability = rules_.config().weights.threshold;
    drop_lapsed(contact.start);
    for (const std::uint32_t number : scratch_.active_engagements) {
      const LocalEngagement& engagement = scratch_.engagements[number];
      if (engagement.last_contact == kNoIndex) continue;
      if (parts_intents_ && differs(engagement.intent, contact.unit.intent)) continue;
      const LocalInteraction& last = scratch_.interactions[engagement.last_contact];
      const JoinScore score = score_join(rules_, engagement, contact, last, nullptr);
      if (!score.open || score.probability < best_probability) continue;
      if (!may_join(rules_, scratch_, engagement.bounds, component.bounds)) continue;
      if (best != kNoIndex && score.probability == best_probability && !comes_first(number, best))
        continue;
      best = number;
      best_probability = score.probability;
    }
    if (best != kNoIndex) note_score(i, best);
    return best;
  }

  /// Every engagement that the contact could join by its windows, and what cases say of it.
  void note_candidates(std::uint32_t i, const Component& component) {
    using Agreement = JoinComparison::Agreement;
    const LocalInteraction& contact = scratch_.interactions[i];
    const bool has_case = has_exclusive_case(rules_, scratch_, component.bounds);
    for (const std::uint32_t number : scratch_.active_engagements) {
      const LocalEngagement& engagement = scratch_.engagements[number];
      if (engagement.last_contact == kNoIndex) continue;
      const LocalInteraction& last = scratch_.interactions[engagement.last_contact];
      if (!score_join(rules_, engagement, contact, last, nullptr).open) continue;
      JoinCandidate candidate;
      candidate.contact = i;
      candidate.last_contact = engagement.last_contact;
      candidate.comparison = compare_join(engagement, contact, last);
      candidate.decided_by_score = component.engagement == kNoIndex;
      if (has_case && component.engagement == number)
        candidate.known = Agreement::same;
      else if (cases_conflict(rules_, scratch_, engagement.bounds, component.bounds))
        candidate.known = Agreement::other;
      scratch_.join_candidates.push_back(candidate);
    }
  }

  /// Of two equally probable engagements: the more recent, then the smaller id.
  bool comes_first(std::uint32_t a, std::uint32_t b) const {
    const LocalEngagement& left = scratch_.engagements[a];
    const LocalEngagement& right = scratch_.engagements[b];
    if (left.reach != right.reach) return left.reach > right.reach;
    return id_of(left) < id_of(right);
  }
  const Id128& id_of(const LocalEngagement& engagement) const {
    return scratch_.events[engagement.name_event].event->event_id;
  }

  void note_score(std::uint32_t i, std::uint32_t number) {
    LocalEngagement& engagement = scratch_.engagements[number];
    LinkEvidence& evidence = scratch_.evidence.emplace_back();
    evidence.interaction = i;
    evidence.joined_to = engagement.last_contact;
    evidence.rule = "score";
    evidence.probability =
        score_join(rules_, engagement, scratch_.interactions[i],
                   scratch_.interactions[engagement.last_contact], &evidence.detail)
            .probability;
    engagement.probability = std::min(engagement.probability, evidence.probability);
  }

  /// Forgets engagements that nothing can join any more, until a contact of theirs begins.
  void drop_lapsed(TimeUs time) {
    const std::int64_t longest = rules_.longest_join_window_us();
    std::erase_if(scratch_.active_engagements, [&](std::uint32_t number) {
      LocalEngagement& engagement = scratch_.engagements[number];
      engagement.active = time - engagement.reach <= longest;
      return !engagement.active;
    });
  }

  void number_engagements() {
    const auto in_order = [](const LocalEngagement& a, const LocalEngagement& b) {
      return a.name_event < b.name_event;
    };
    if (std::ranges::is_sorted(scratch_.engagements, in_order)) return;
    auto& order = scratch_.order;
    order.resize(scratch_.engagements.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {},
                      [this](std::uint32_t i) { return scratch_.engagements[i].name_event; });
    scratch_.renumbered.resize(order.size());
    scratch_.sorted_engagements.clear();
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      scratch_.renumbered[order[i]] = i;
      scratch_.sorted_engagements.push_back(scratch_.engagements[order[i]]);
    }
    std::swap(scratch_.engagements, scratch_.sorted_engagements);
    for (LocalInteraction& interaction : scratch_.interactions) {
      interaction.unit.engagement = scratch_.renumbered[interaction.unit.engagement];
    }
  }

  const LinkRules& rules_;
  CustomerScratch& scratch_;
  bool collects_candidates_;
  bool parts_intents_;  // no score can join two intents
};

void note_hard_edges(CustomerScratch& scratch) {
  for (const HardEdge& edge : scratch.hard_edges) {
    if (!edge.accepted) continue;
    LinkEvidence& evidence = scratch.evidence.emplace_back();
    evidence.interaction = edge.b;
    evidence.joined_to = edge.a;
    evidence.rule = edge_rule_name(edge.rule);
  }
}

/// Adds an interaction to the row of its engagement.
void add_interaction(const LocalInteraction& interaction, EngagementUnit* row) {
  const InteractionUnit& unit = interaction.unit;
  row->first_at = row->interactions == 0 ? unit.first_at : std::min(row->first_at, unit.first_at);
  row->last_at = row->interactions == 0 ? unit.last_at : std::max(row->last_at, unit.last_at);
  ++row->interactions;
  row->transactions += unit.transactions;
  row->events += unit.events;
  row->contact_attempts += unit.contact_attempts;
  if (row->case_key == 0) row->case_key = unit.primary_case;
  if (unit.kind == Kind::contact) ++row->contacts;
}

/// The intent of an engagement: the first known of its contacts, else the first known.
void take_intent(const LocalInteraction& interaction, bool* of_contact, EngagementUnit* row) {
  const bool contact = interaction.unit.kind == Kind::contact;
  if (interaction.unit.intent == 0 || *of_contact || (row->intent != 0 && !contact)) return;
  row->intent = interaction.unit.intent;
  *of_contact = contact;
}

class EngagementDescriber {
 public:
  EngagementDescriber(const LinkContext& context, CustomerScratch& scratch, HierarchyResult& out)
      : rules_(*context.rules), scratch_(scratch), out_(out) {}

  void describe(std::uint32_t customer) {
    const std::size_t begin = out_.engagements.size();
    out_.engagements.resize(begin + scratch_.engagements.size());
    rows_ = std::span(out_.engagements).subspan(begin);
    add_interactions();
    count_agents();
    for (std::size_t e = 0; e < rows_.size(); ++e)
      finish(customer, scratch_.engagements[e], &rows_[e]);
    add_journey(customer);
  }

 private:
  void add_interactions() {
    auto& masks = scratch_.counts;        // channels of each engagement
    auto& serious = scratch_.renumbered;  // interactions that are not feedback
    auto& intent_known = scratch_.order;
    masks.assign(rows_.size(), 0);
    serious.assign(rows_.size(), 0);
    intent_known.assign(rows_.size(), 0);
    for (const LocalInteraction& interaction : scratch_.interactions) {
      const std::uint32_t e = interaction.unit.engagement;
      bool of_contact = intent_known[e] != 0;
      add_interaction(interaction, &rows_[e]);
      take_intent(interaction, &of_contact, &rows_[e]);
      intent_known[e] = of_contact ? 1 : 0;
      masks[e] |= interaction.channel_mask;
      if (interaction.unit.kind != Kind::feedback) ++serious[e];
    }
    all_channels_ = 0;
    for (std::size_t e = 0; e < rows_.size(); ++e) {
      rows_[e].channels = static_cast<std::uint32_t>(std::popcount(masks[e]));
      all_channels_ |= masks[e];
      rows_[e].kind = rows_[e].contacts != 0 ? Kind::contact
                      : serious[e] != 0      ? Kind::company
                                             : Kind::feedback;
    }
  }

  void count_agents() {
    auto& agents = scratch_.key_items;  // engagement, agent
    agents.clear();
    for (const LocalTransaction& transaction : scratch_.transactions) {
      if (transaction.unit.role != Role::assisted || transaction.unit.agent_id == 0) continue;
      agents.push_back({scratch_.interactions[transaction.unit.interaction].unit.engagement,
                        transaction.unit.agent_id});
    }
    std::ranges::sort(agents);
    for (std::size_t i = 0; i < agents.size(); ++i) {
      if (i == 0 || agents[i] != agents[i - 1]) ++rows_[agents[i].key].agents;
    }
  }

  void finish(std::uint32_t customer, const LocalEngagement& engagement,
              EngagementUnit* row) const {
    row->id = scratch_.events[engagement.name_event].event->event_id;
    row->customer = customer;
    row->result = engagement.result;
    row->link_probability = engagement.probability;
    row->last_state = closes(engagement.result) ? EngagementState::closed : engagement.state;
    const Intent* intent = rules_.intent(row->intent);
    if (intent != nullptr) row->goal = intent->goal;
    if (row->last_state == EngagementState::closed || row->kind == Kind::feedback) return;
    const std::int64_t idle_us = intent != nullptr && intent->idle_us
                                     ? *intent->idle_us
                                     : rules_.config().engagement_idle_us;
    row->lapses_at = (row->contacts != 0 ? engagement.reach : row->last_at) + idle_us;
  }

  void add_journey(std::uint32_t customer) {
    JourneyUnit& journey = out_.journeys.emplace_back();
    journey.customer = customer;
    journey.first_at = std::numeric_limits<TimeUs>::max();
    journey.last_at = std::numeric_limits<TimeUs>::min();
    for (const EngagementUnit& row : rows_) {
      journey.first_at = std::min(journey.first_at, row.first_at);
      journey.last_at = std::max(journey.last_at, row.last_at);
      ++journey.engagements;
      journey.interactions += row.interactions;
      journey.contacts += row.contacts;
      journey.transactions += row.transactions;
      journey.events += row.events;
    }
    journey.channels = static_cast<std::uint32_t>(std::popcount(all_channels_));
  }

  const LinkRules& rules_;
  CustomerScratch& scratch_;
  HierarchyResult& out_;
  std::span<EngagementUnit> rows_;
  std::uint32_t all_channels_ = 0;
};

}  // namespace

void build_engagements(const LinkContext& context, CustomerScratch& scratch) {
  scratch.evidence.clear();
  find_hard_edges(context, scratch);
  join_hard_edges(context, scratch);
  EngagementSweep(context, scratch).run();
  note_hard_edges(scratch);
}

void describe_engagements(const LinkContext& context, std::uint32_t customer,
                          CustomerScratch& scratch, HierarchyResult& out) {
  EngagementDescriber(context, scratch, out).describe(customer);
}

}  // namespace clewline::hierarchy
