#include <fmt/format.h>

#include <algorithm>

#include "insights/steps/steps.h"
#include "insights/steps/steps_internal.h"

namespace clewline::insights {
namespace {

using enum FieldKind;

constexpr Field kEventFields[] = {
    {"event_type", text, "type of event"},
    {"activity", text, "label for process maps"},
    {"source_event_type", text, "the source's own type"},
    {"system", text, "functional system"},
    {"channel", text, "channel"},
    {"source", text, "source it came from"},
    {"direction", text, "in, out, internal"},
    {"actor", text, "customer, agent, company, third_party"},
    {"intent", text, "what the customer wanted, as the source says"},
    {"outcome", text, "how it ended"},
    {"outcome_reason", text, "the source's reason"},
    {"ended_by", text, "who ended it"},
    {"disposition", text, "wrap-up code"},
    {"agent_id", text, "the agent"},
    {"team", text, "the agent's team"},
    {"queue_id", text, "the queue"},
    {"queue_name", text, "the queue's name"},
    {"flow_name", text, "flow of an IVR or bot"},
    {"node_id", text, "step of the flow"},
    {"node_type", text, "kind of step"},
    {"node_result", text, "what the customer did there"},
    {"case_key", text, "ticket, order or claim"},
    {"wait", seconds, "waiting time that the source states"},
    {"talk", seconds, "talking time that the source states"},
    {"hold", seconds, "hold time that the source states"},
    {"score", number, "score given"},
    {"amount", number, "money"},
    {"other_team", boolean,
     "an agent was connected of another team (without teams: queue) than the one before in the "
     "unit"},
    {"goal", text, "goal of its engagement"},
    {"result", text, "how its engagement ended"},
    {"kind", text, "contact, company or feedback: its interaction"},
    {"tier", text, "the customer's tier at that time (`clewline tiers`)"},
};

constexpr Field kTransactionFields[] = {
    {"system", text, "functional system"},
    {"channel", text, "channel"},
    {"source", text, "source it came from"},
    {"role", text, "self_service, assisted, routing, record, company, feedback"},
    {"direction", text, "in, out, internal"},
    {"intent", text, "intent by the dictionary, else as the source says"},
    {"outcome", text, "how it ended"},
    {"disposition", text, "wrap-up code"},
    {"agent_id", text, "the agent"},
    {"queue_id", text, "the last queue"},
    {"case_key", text, "ticket, order or claim"},
    {"wait", seconds, "time in queues"},
    {"talk", seconds, "time with an agent, without hold"},
    {"hold", seconds, "hold"},
    {"events", number, "events inside"},
    {"goal", text, "goal of its engagement"},
    {"result", text, "how its engagement ended"},
    {"kind", text, "contact, company or feedback: its interaction"},
    {"tier", text, "the customer's tier at that time (`clewline tiers`)"},
};

constexpr Field kInteractionFields[] = {
    {"first_channel", text, "channel it began in"},
    {"last_channel", text, "channel it ended in"},
    {"kind", text, "contact, company or feedback"},
    {"initiated_by", text, "customer, agent, company, third_party"},
    {"intent", text, "what the customer wanted"},
    {"outcome", text, "how it ended"},
    {"pattern", text, "cut_off_restart …"},
    {"case_key", text, "primary case"},
    {"transactions", number, "transactions inside"},
    {"handling_transactions", number, "self-service and agents' transactions inside"},
    {"systems", number, "distinct systems"},
    {"channels", number, "distinct channels"},
    {"agents", number, "distinct agents"},
    {"contact_attempts", number, "attempts inside"},
    {"goal", text, "goal of its engagement"},
    {"result", text, "how its engagement ended"},
    {"tier", text, "the customer's tier at that time (`clewline tiers`)"},
};

constexpr Field kEngagementFields[] = {
    {"intent", text, "what the customer wanted"},
    {"goal", text, "what it was for, by the intent dictionary"},
    {"result", text, "unknown, resolved, sold, saved, lost, abandoned"},
    {"kind", text, "contact, company or feedback"},
    {"case_key", text, "primary case"},
    {"interactions", number, "interactions inside"},
    {"contacts", number, "of them contacts"},
    {"channels", number, "distinct channels"},
    {"agents", number, "distinct agents"},
    {"tier", text, "the customer's tier at that time (`clewline tiers`)"},
};

constexpr std::string_view kEventColumns =
    "e.event_id AS element, e.occurred_at AS \"at\", t.lifecycle_rank AS rank, e.sequence AS "
    "sequence, e.event_type, e.activity, e.source_event_type, e.system, e.channel, e.source, "
    "e.direction, e.actor, e.intent, e.outcome, e.outcome_reason, e.ended_by, e.disposition, "
    "e.agent_id, e.team, e.queue_id, e.queue_name, e.flow_name, e.node_id, e.node_type, "
    "e.node_result, e.case_key, e.wait_ms AS wait, e.talk_ms AS talk, e.hold_ms AS hold, "
    "CAST(e.score AS DOUBLE) AS score, CAST(e.amount AS DOUBLE) AS amount";
constexpr std::string_view kTransactionColumns =
    "e.transaction_id AS element, e.first_at AS \"at\", 0 AS rank, 0 AS sequence, e.system, "
    "e.channel, e.source, e.role, e.direction, e.intent, e.outcome, e.disposition, e.agent_id, "
    "e.queue_id, e.case_key, e.wait_ms AS wait, e.talk_ms AS talk, e.hold_ms AS hold, e.events";
constexpr std::string_view kInteractionColumns =
    "e.interaction_id AS element, e.first_at AS \"at\", 0 AS rank, 0 AS sequence, "
    "e.first_channel, e.last_channel, e.kind, e.initiated_by, e.intent, e.outcome, e.pattern, "
    "e.primary_case AS case_key, e.transactions, e.handling_transactions, e.systems, e.channels, "
    "e.agents, e.contact_attempts";
constexpr std::string_view kEngagementColumns =
    "e.engagement_id AS element, e.first_at AS \"at\", 0 AS rank, 0 AS sequence, e.intent, "
    "e.goal, e.result, e.kind, e.case_key, e.interactions, e.contacts, e.channels, e.agents";

// Events stand in one table, their place in the tree in another; the view has both.
constexpr StepKind kSteps[] = {
    {"event", 0, "event_type", kEventFields, kEventColumns,
     "store.events e JOIN store.event_places p USING (event_id) LEFT JOIN store.event_types t ON "
     "t.event_type = e.event_type",
     "events e LEFT JOIN event_types t ON t.event_type = e.event_type", "p"},
    {"transaction", 1, "system", kTransactionFields, kTransactionColumns, "store.transactions e",
     "transactions e", "e"},
    {"interaction", 2, "first_channel", kInteractionFields, kInteractionColumns,
     "store.interactions e", "interactions e", "e"},
    {"engagement", 3, "intent", kEngagementFields, kEngagementColumns, "store.engagements e",
     "engagements e", "e"},
};

struct LevelName {
  std::string_view name;
  int height;
};
constexpr LevelName kLevels[] = {{"interaction", 2}, {"engagement", 3}, {"customer", 4}};

Error wrong(std::string_view option, std::string_view value, std::string hint) {
  return Error{ErrorCode::usage, fmt::format("`{}` is no --{}", value, option), std::move(hint)};
}

void take_over(const Asking& asking, std::string_view option, std::string& target) {
  std::string given = asking.option(option);
  if (!given.empty()) target = std::move(given);
}

}  // namespace

const StepKind& step_kind(std::string_view name) {
  const auto found = std::ranges::find(kSteps, name, &StepKind::name);
  CLEW_ASSERT(found != std::end(kSteps));
  return *found;
}

std::span<const Field> step_fields(std::string_view step) { return step_kind(step).fields; }

std::vector<InsightOption> scope_options() {
  return {
      {"level", "LEVEL",
       "a unit: interaction, engagement, customer (default: engagement); see --explain"},
      {"step", "STEP",
       "what a unit is made of: event, transaction, interaction, engagement (default: event)"},
      {"activity", "FIELD", "the field that names a step (default: event_type of events)"},
      {"same", "FIELD", "all steps of a match have the same value of this field, e.g. channel"}};
}

Result<Scope> scope_of(const Asking& asking, Scope scope) {
  take_over(asking, "level", scope.level);
  take_over(asking, "step", scope.step);
  take_over(asking, "activity", scope.activity);
  take_over(asking, "same", scope.same);
  const auto level = std::ranges::find(kLevels, scope.level, &LevelName::name);
  if (level == std::end(kLevels))
    return wrong("level", scope.level, "here a unit is an interaction, engagement or customer");
  const auto step = std::ranges::find(kSteps, scope.step, &StepKind::name);
  if (step == std::end(kSteps))
    return wrong("step", scope.step, "a step is an event, transaction, interaction or engagement");
  if (step->height >= level->height)
    return wrong("step", scope.step,
                 fmt::format("no {} is made of {}s; --level customer is", scope.level, scope.step));
  if (scope.activity.empty()) scope.activity = step->activity;
  for (const std::string* name : {&scope.activity, &scope.same}) {
    if (name->empty()) continue;
    CLEW_TRY(const Field* field, find_field(*name, step->fields));
    if (field->kind != FieldKind::text)
      return Error{ErrorCode::usage, fmt::format("`{}` is no text", *name),
                   "name a field with texts, e.g. channel"};
  }
  return scope;
}

}  // namespace clewline::insights
