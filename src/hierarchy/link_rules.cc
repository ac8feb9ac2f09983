#include "hierarchy/link_rules.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace clewline::hierarchy {
namespace {

struct MarkedType {
  std::string_view name;
  std::uint32_t marks;
};

constexpr MarkedType kMarkedTypes[] = {
    {"contact.ended", kContactEnded},
    {"agent.connected", kAgentOpener},
    {"callback.connected", kAgentOpener | kCallbackReached},
    {"queue.entered", kQueueEntered},
    {"wrapup.interval", kWrapup},
    {"hold.interval", kHold},
    {"consult.interval", kColleague},
    {"conference.interval", kColleague},
    {"supervisor.barged", kColleague},
    {"callback.requested", kCallbackRequested},
    {"callback.attempted", kCallbackTried},
    {"outbound.attempted", kOutboundTried},
    {"campaign.sent", kProactive},
    {"bill.issued", kProactive},
    {"letter.sent", kProactive},
    {"notice.sent", kProactive},
    {"case.reopened", kCaseReopened},
    {"promise.made", kPromiseMade},
    {"promise.kept", kPromiseKept},
};

struct ImpliedOutcome {
  std::string_view name;
  Outcome outcome;
};

constexpr ImpliedOutcome kImpliedOutcomes[] = {
    {"contact.rejected", Outcome::failed},    {"queue.abandoned", Outcome::abandoned},
    {"queue.timeout", Outcome::timeout},      {"queue.overflow", Outcome::overflow},
    {"transfer.blind", Outcome::transferred}, {"transfer.attended", Outcome::transferred},
    {"voicemail.left", Outcome::voicemail},   {"case.solved", Outcome::solved},
    {"case.reopened", Outcome::reopened},     {"callback.requested", Outcome::callback_booked},
    {"order.cancelled", Outcome::cancelled},  {"payment.failed", Outcome::failed},
};

struct StateAfter {
  std::string_view name;
  EngagementState state;
};

// What is the next move, and whose, after an event (docs/methods/levels.md, "State").
constexpr StateAfter kStatesAfter[] = {
    {"message.received", EngagementState::waiting_for_us},
    {"social.mentioned", EngagementState::waiting_for_us},
    {"voicemail.left", EngagementState::waiting_for_us},
    {"callback.requested", EngagementState::waiting_for_us},
    {"case.created", EngagementState::waiting_for_us},
    {"case.assigned", EngagementState::waiting_for_us},
    {"case.escalated", EngagementState::waiting_for_us},
    {"case.reopened", EngagementState::waiting_for_us},
    {"case.sla_breached", EngagementState::waiting_for_us},
    {"work.started", EngagementState::waiting_for_us},
    {"promise.made", EngagementState::waiting_for_us},
    {"order.placed", EngagementState::waiting_for_us},
    {"message.sent", EngagementState::waiting_for_customer},
    {"callback.attempted", EngagementState::waiting_for_us},
    {"promise.kept", EngagementState::waiting_for_customer},
    {"work.completed", EngagementState::waiting_for_customer},
    {"dispute.opened", EngagementState::waiting_for_third_party},
    {"agent.connected", EngagementState::open},
    {"agent.disconnected", EngagementState::open},
    {"callback.connected", EngagementState::open},
    {"queue.entered", EngagementState::open},
    {"queue.abandoned", EngagementState::open},
    {"ivr.entered", EngagementState::open},
    {"bot.entered", EngagementState::open},
    {"web.page_viewed", EngagementState::open},
    {"app.event", EngagementState::open},
};

bool is_order_domain(std::string_view domain) {
  return domain == "order" || domain == "payment" || domain == "refund" || domain == "dispute" ||
         domain == "subscription";
}

Status check(const LinkingConfig& config) {
  const auto wrong = [](std::string what) {
    return Error{ErrorCode::bad_input, "linking configuration: " + std::move(what),
                 "Correct config/linking.yaml; `clewline config show` prints what is in force."};
  };
  for (int a = 0; a < kChannelCount; ++a) {
    const ChannelRule& rule = config.channels[a];
    const std::string name(enum_name(static_cast<Channel>(a)));
    if (rule.transaction_gap_us < 0) return wrong("transaction_gap of " + name + " is negative");
    if (rule.max_presence_us <= 0) return wrong("max_presence of " + name + " is not positive");
    for (int b = 0; b < kChannelCount; ++b) {
      if (config.interaction_gap_us[a][b] < 0)
        return wrong("interaction_gap of " + name + " is negative");
      if (config.interaction_gap_us[a][b] != config.interaction_gap_us[b][a]) {
        return wrong("interaction_gap of " + name + " is not symmetric");
      }
    }
  }
  if (config.chain_gap_us < 0) return wrong("chain_gap is negative");
  if (config.wrap_window_us < 0) return wrong("wrap_window is negative");
  if (config.engagement_idle_us < 0) return wrong("engagement idle is negative");
  if (config.reopen_window_us < 0) return wrong("reopen_window is negative");
  if (config.engagement_span_us_max < 0) return wrong("engagement max_span is negative");
  if (config.caused_by_window_us < 0) return wrong("caused_by window is negative");
  const EngagementWeights& weights = config.weights;
  for (const double weight :
       {weights.prior_log_odds, weights.same_intent, weights.other_intent, weights.unknown_intent,
        weights.last_unresolved, weights.last_resolved, weights.same_object, weights.other_object,
        weights.same_channel, weights.threshold}) {
    if (!std::isfinite(weight)) return wrong("an engagement weight is not a number");
  }
  return {};
}

Error unknown_in_rule(std::string_view field, const std::string& value) {
  return Error{
      ErrorCode::bad_input,
      "counting configuration: a result rule names an unknown " + std::string(field) + ": " + value,
      "Correct config/counting.yaml; docs/reference/event_types.md lists the names."};
}

void add_known(const StringTable& strings, const std::vector<std::string>& names,
               std::vector<std::uint32_t>* numbers) {
  for (const std::string& name : names) {
    const std::uint32_t number = strings.find(name);
    if (number != 0) numbers->push_back(number);
  }
}

}  // namespace

Result<LinkRules> LinkRules::compile(const StringTable& strings, const LinkingConfig& config,
                                     const IntentDictionary& intents,
                                     const CountingConfig& counting) {
  CLEW_TRY_VOID(check(config));
  LinkRules rules;
  rules.config_ = config;
  rules.fill_event_types();
  rules.fill_channels();
  rules.fill_sources(strings);
  rules.longest_join_window_us_ = std::max(config.engagement_idle_us, config.reopen_window_us);
  for (const auto& [name, intent] : intents.intents) {
    for (const auto& window_us : {intent.idle_us, intent.reopen_us}) {
      rules.longest_join_window_us_ =
          std::max(rules.longest_join_window_us_, window_us.value_or(0));
    }
    const std::uint32_t number = strings.find(name);
    if (number != 0) rules.intents_.push_back({number, intent});
  }
  std::ranges::sort(rules.intents_, {}, &NumberedIntent::name);
  CLEW_TRY_VOID(rules.fill_results(strings, counting));
  return rules;
}

void LinkRules::fill_event_types() {
  states_.fill(EngagementState::lapsed);
  const auto types = event_types();
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto type = static_cast<EventType>(i);
    const EventTypeRow& row = types[i];
    ranks_[i] = row.rank;
    if (row.leg == Leg::opens) marks_[i] |= kOpensLeg;
    if (row.leg == Leg::closes) marks_[i] |= kClosesLeg;
    if (event_domain(type) == "contact") marks_[i] |= kContactDomain;
    if (is_order_domain(event_domain(type))) marks_[i] |= kOrderDomain;
    for (int actor = 0; actor < 4; ++actor) {
      for (int direction = 0; direction < 4; ++direction) {
        const auto who = static_cast<Actor>(actor);
        const auto way = static_cast<Direction>(direction);
        roles_[i][actor][direction] = effective_role(type, who, way);
        presences_[i][actor][direction] = effective_presence(type, who, way);
      }
    }
  }
  for (const MarkedType& marked : kMarkedTypes)
    marks_[*find_event_type(marked.name)] |= marked.marks;
  for (const ImpliedOutcome& implied : kImpliedOutcomes) {
    implied_outcomes_[*find_event_type(implied.name)] = implied.outcome;
  }
  for (const StateAfter& after : kStatesAfter) states_[*find_event_type(after.name)] = after.state;
}

void LinkRules::fill_channels() {
  for (int a = 0; a < kChannelCount; ++a) {
    lives_[a] = config_.channels[a].momentary ? ChannelLife::momentary : ChannelLife::live;
    widest_gaps_us_[a] = *std::ranges::max_element(config_.interaction_gap_us[a]);
  }
  for (const Channel channel :
       {Channel::messaging, Channel::case_, Channel::back_office, Channel::survey}) {
    if (!config_.channels[index(channel)].momentary)
      lives_[index(channel)] = ChannelLife::asynchronous;
  }
}

void LinkRules::fill_sources(const StringTable& strings) {
  add_known(strings, config_.shared_chain_sources, &shared_chain_sources_);
  add_known(strings, config_.shared_case_sources, &shared_case_sources_);
  add_known(strings, config_.inclusive_case_sources, &inclusive_case_sources_);
  for (const std::uint32_t source : inclusive_case_sources_) {
    if (!holds(shared_case_sources_, source)) continue;
    inclusive_case_sources_.push_back(0);  // one shared space: inclusive as soon as one member is
    break;
  }
  for (const CustomerTimeRule& rule : config_.customer_time_rules) {
    const std::uint32_t from = strings.find(rule.from_source);
    const std::uint32_t to = strings.find(rule.to_source);
    if (from != 0 && to != 0) customer_time_rules_.push_back({from, to, rule.window_us});
  }
}

Status LinkRules::fill_results(const StringTable& strings, const CountingConfig& counting) {
  for (const ResultRule& rule : counting.result_rules) {
    CompiledResultRule compiled;
    compiled.result = rule.result;
    if (!rule.event_type.empty()) {
      const auto type = find_event_type(rule.event_type);
      if (!type) return unknown_in_rule("event_type", rule.event_type);
      compiled.any_type = false;
      compiled.type = *type;
    }
    if (!rule.outcome.empty()) {
      const auto outcome = enum_value<Outcome>(rule.outcome);
      if (!outcome) return unknown_in_rule("outcome", rule.outcome);
      compiled.any_outcome = false;
      compiled.outcome = *outcome;
    }
    if (!rule.disposition.empty()) {
      compiled.disposition = strings.find(rule.disposition);
      if (compiled.disposition == 0) continue;  // no event can have it
    }
    if (!rule.intent.empty()) {
      compiled.intent = strings.find(rule.intent);
      if (compiled.intent == 0) continue;
    }
    result_rules_.push_back(compiled);
    if (!compiled.any_type) {
      type_may_decide_[compiled.type] = true;
    } else if (!compiled.any_outcome) {
      outcome_may_decide_[index(compiled.outcome)] = true;
    } else {
      any_event_may_decide_ = true;
    }
  }
  return {};
}

const Intent* LinkRules::intent(std::uint32_t name) const {
  if (name == 0) return nullptr;
  const auto found = std::ranges::lower_bound(intents_, name, {}, &NumberedIntent::name);
  return found != intents_.end() && found->name == name ? &found->intent : nullptr;
}

bool LinkRules::find_result(const LinkEvent& event, EngagementResult* result) const {
  const Outcome outcome = event.outcome;
  if (!any_event_may_decide_ && !type_may_decide_[event.type] &&
      !outcome_may_decide_[index(outcome)]) {
    return false;
  }
  for (const CompiledResultRule& rule : result_rules_) {
    if (!rule.any_type && rule.type != event.type) continue;
    if (!rule.any_outcome && rule.outcome != outcome) continue;
    if (rule.disposition != 0 && rule.disposition != event.disposition) continue;
    if (rule.intent != 0 && rule.intent != event.intent) continue;
    *result = rule.result;
    return true;
  }
  return false;
}

}  // namespace clewline::hierarchy
