#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "insights/paths/paths_internal.h"

namespace clewline::insights {
namespace {

/// A level whose units can be paths or steps: its columns, under the names that all levels share.
struct Level {
  std::string_view name;
  int height = 0;               // steps are of a lower one than paths
  std::string_view units_sql;   // of paths
  std::string_view activities;  // fields that may name a step, the first unless --activity says so
  std::string_view steps_from;  // "" : cannot be steps
};

constexpr std::string_view kTransactionUnits =
    R"sql(SELECT transaction_id AS unit_id, customer_id, interaction_id, first_at AS "at", channel, intent, outcome, role AS kind, case_key,
  events, epoch_ms(last_at) - epoch_ms(first_at) AS duration FROM transactions)sql";
constexpr std::string_view kInteractionUnits =
    R"sql(SELECT interaction_id AS unit_id, customer_id, interaction_id, first_at AS "at", first_channel AS channel, intent, outcome, kind,
  primary_case AS case_key, events, epoch_ms(last_at) - epoch_ms(first_at) AS duration FROM interactions)sql";
// An engagement has the id of its first interaction with presence.
constexpr std::string_view kEngagementUnits =
    R"sql(SELECT engagement_id AS unit_id, customer_id, i.interaction_id, first_at AS "at", i.channel, intent, result AS outcome, kind, case_key,
  events, epoch_ms(last_at) - epoch_ms(first_at) AS duration
FROM engagements LEFT JOIN (SELECT interaction_id, first_channel AS channel FROM interactions) i ON i.interaction_id = 'i_' || substr(engagement_id, 3))sql";
constexpr std::string_view kCustomerUnits =
    R"sql(SELECT customer_id AS unit_id, customer_id, i.interaction_id, first_at AS "at", i.channel, CAST(NULL AS VARCHAR) AS intent,
  CAST(NULL AS VARCHAR) AS outcome, CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS VARCHAR) AS case_key, events,
  epoch_ms(last_at) - epoch_ms(first_at) AS duration
FROM journeys LEFT JOIN (SELECT customer_id, arg_min(interaction_id, (first_at, interaction_id)) AS interaction_id,
  arg_min(first_channel, (first_at, interaction_id)) AS channel FROM interactions GROUP BY customer_id) i USING (customer_id))sql";
// A case is its source's: its customer is that of its first event.
constexpr std::string_view kCaseUnits =
    R"sql(SELECT source || '/' || case_key AS unit_id, arg_min(customer_id, (occurred_at, event_id)) AS customer_id,
  arg_min(interaction_id, (occurred_at, event_id)) AS interaction_id, min(occurred_at) AS "at",
  arg_min(channel, (occurred_at, event_id)) AS channel, arg_min(intent, (occurred_at, event_id)) AS intent,
  arg_max(outcome, (occurred_at, event_id)) AS outcome, CAST(NULL AS VARCHAR) AS kind, case_key, count(*) AS events,
  max(epoch_ms(coalesce(ended_at, occurred_at))) - min(epoch_ms(occurred_at)) AS duration
FROM events WHERE case_key IS NOT NULL AND customer_id IS NOT NULL GROUP BY source, case_key)sql";

constexpr Level kLevels[] = {
    {"event", 0, "",
     "event_type, activity, source_event_type, channel, system, queue_name, queue_id, intent, "
     "agent_id, team, actor, outcome, node_id, flow_name",
     "events"},
    {"transaction", 1, kTransactionUnits,
     "system, channel, role, queue_id, intent, agent_id, outcome, disposition", "transactions"},
    {"interaction", 2, kInteractionUnits,
     "first_channel, last_channel, intent, kind, outcome, initiated_by", "interactions"},
    {"engagement", 3, kEngagementUnits, "intent, goal, result, kind", "engagements"},
    {"customer", 4, kCustomerUnits, "", ""},
    {"case", 4, kCaseUnits, "", ""},
};

const Level* find_level(std::string_view name) {
  const auto found = std::ranges::find(kLevels, name, &Level::name);
  return found == std::end(kLevels) ? nullptr : found;
}

Error wrong(std::string_view option, std::string_view value, std::string hint) {
  return Error{ErrorCode::usage, fmt::format("`{}` is no --{}", value, option), std::move(hint)};
}

bool lists(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(", "), names.size());
    if (names.substr(0, end) == name) return true;
    names.remove_prefix(std::min(end + 2, names.size()));
  }
  return false;
}

Result<std::uint32_t> step_count(const std::string& text, std::uint32_t usual) {
  if (text.empty()) return usual;
  std::uint32_t steps = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), steps);
  if (fault != std::errc() || end != text.data() + text.size() || steps < 1 || steps > 50)
    return wrong("steps", text, "write a number of steps from 1 to 50");
  return steps;
}

std::string or_usual(std::string given, std::string_view usual) {
  return given.empty() ? std::string(usual) : std::move(given);
}

}  // namespace

Result<PathsPlan> paths_plan(const Asking& asking) {
  PathsPlan plan;
  plan.level = or_usual(asking.option("level"), "engagement");
  const Level* level = find_level(plan.level);
  if (level == nullptr || level->units_sql.empty())
    return wrong("level", plan.level,
                 "a path is a transaction, interaction, engagement, customer or case: a sequence "
                 "of events");
  plan.step = or_usual(asking.option("step"), "event");
  const Level* step = find_level(plan.step);
  if (step == nullptr || step->steps_from.empty())
    return wrong("step", plan.step, "a step is an event, transaction, interaction or engagement");
  if (step->height >= level->height || (plan.level == "case" && plan.step != "event"))
    return wrong(
        "step", plan.step,
        fmt::format("a {} has no {}s as steps; --level customer has", plan.level, plan.step));
  const std::string_view first = step->activities.substr(0, step->activities.find(','));
  plan.activity = or_usual(asking.option("activity"), first);
  if (!lists(step->activities, plan.activity))
    return wrong("activity", plan.activity,
                 fmt::format("steps of {}s are named by: {}", plan.step, step->activities));
  plan.collapse = or_usual(asking.option("collapse"), "none");
  plan.anchor = asking.option("anchor");
  if (asking.option("direction") == "backward") plan.direction = FlowDirection::backward;
  CLEW_TRY(plan.flow_steps,
           step_count(asking.option("steps"), asking.settings.counting.paths.flow_steps));
  return plan;
}

Result<std::string> paths_units_sql(const Asking& asking) {
  CLEW_TRY(const PathsPlan plan, paths_plan(asking));
  return std::string(find_level(plan.level)->units_sql);
}

std::string paths_steps_sql(const PathsPlan& plan) {
  const bool by_case = plan.level == "case";
  const std::string unit =
      by_case ? "source || '/' || case_key" : store::quote_identifier(plan.level + "_id");
  const std::string activity =
      fmt::format("coalesce(nullif({}, ''), '(none)')", store::quote_identifier(plan.activity));
  if (plan.step != "event")
    return fmt::format(
        "SELECT {} AS unit_id, first_at AS \"at\", 0 AS rank, 0 AS sequence, {}_id AS step_id, {} "
        "AS activity FROM {}s",
        unit, plan.step, activity, plan.step);
  std::string where = "customer_id IS NOT NULL";
  if (by_case) where += " AND case_key IS NOT NULL";
  if (plan.collapse == "legs") where += " AND t.leg <> 'closes'";
  return fmt::format(
      "SELECT {} AS unit_id, occurred_at AS \"at\", t.lifecycle_rank AS rank, coalesce(sequence, "
      "0) AS sequence, event_id AS step_id, {} AS activity FROM events JOIN (SELECT event_type, "
      "lifecycle_rank, leg FROM event_types) t USING (event_type) WHERE {}",
      unit, activity, where);
}

std::string paths_map_sql(const PathsPlan& plan) {
  return fmt::format(
      "SELECT activity AS \"from\", next AS \"to\", count(*) AS \"count\", count(DISTINCT "
      "unit_id) AS paths, median(gap_us) / 1e6 AS median_seconds FROM (\nSELECT unit_id, "
      "activity, lead(activity) OVER path AS next, epoch_us(lead(s.\"at\") OVER path) - "
      "epoch_us(s.\"at\") AS gap_us\nFROM chosen JOIN (\n{}\n) s USING (unit_id)\nWINDOW path AS "
      "(PARTITION BY unit_id ORDER BY s.\"at\", rank, sequence, step_id))\nWHERE next IS NOT NULL "
      "GROUP BY ALL ORDER BY \"count\" DESC, 1, 2",
      paths_steps_sql(plan));
}

std::string paths_excluded_sql(const Asking& asking) {
  if (asking.option("level") != "case")
    return "SELECT 'events of no customer', count(*) FROM events WHERE customer_id IS NULL";
  return "SELECT 'events without a case', count(*) FROM events WHERE case_key IS NULL UNION ALL "
         "SELECT 'events of no customer', count(*) FROM events WHERE case_key IS NOT NULL AND "
         "customer_id IS NULL";
}

std::vector<Measure> paths_measures(const Asking&) {
  using enum MeasureKind;
  return {
      {"paths", count, "1", "1", "sequences of steps"},
      {"events", mean, "events", "1", "events in a path, mean"},
      {"one_event", share, "CAST(events = 1 AS INTEGER)", "1", "paths of a single event"},
      {"duration", seconds, "duration", "1", "from the first event to the end of the last, mean"}};
}

}  // namespace clewline::insights
