#include <fmt/format.h>

#include "insights/actions/actions_internal.h"
#include "insights/frame/unit_sql.h"

namespace clewline::insights {
namespace {

constexpr std::string_view kUnitsSql =
    R"sql(SELECT g.engagement_id AS unit_id, g.customer_id, s.interaction_id, s."at", g.goal, g.intent, g.result, {1} AS reached,
  s.first_channel, g.contacts, s.steps, s.message_steps, s.self_service_steps, s.waiting_steps, s.agent_steps, s.customer_time, s.elapsed,
  epoch_us({0}) - epoch_us(s."at") AS watched_us
FROM (SELECT engagement_id, customer_id, goal, intent, result, contacts FROM engagements WHERE kind = 'contact' AND goal IS NOT NULL) g
JOIN (
  SELECT engagement_id, min(presence_from) AS "at", min_by(interaction_id, (presence_from, transaction_id)) AS interaction_id,
    min_by(channel, (presence_from, transaction_id)) AS first_channel, count(*) AS steps,
    count(*) FILTER (WHERE step = 'message') AS message_steps, count(*) FILTER (WHERE step = 'self_service') AS self_service_steps,
    count(*) FILTER (WHERE step = 'waiting') AS waiting_steps, count(*) FILTER (WHERE step = 'agent') AS agent_steps,
    CAST(sum(given_ms) AS BIGINT) AS customer_time, date_diff('millisecond', min(presence_from), max(presence_to)) AS elapsed
  FROM ({2})
  GROUP BY engagement_id
) s USING (engagement_id))sql";

}  // namespace

Result<std::string> actions_units_sql(const Asking& asking) {
  return fmt::format(fmt::runtime(kUnitsSql), as_of_sql(asking.settings),
                     goal_reached_sql(asking.settings), kStepsSql);
}

std::string actions_excluded_sql(const Asking&) {
  return "SELECT 'engagements of customers without a goal (intents.yaml)', count(*) FROM "
         "engagements WHERE kind = 'contact' AND goal IS NULL";
}

std::vector<Measure> actions_measures(const Asking& asking) {
  const std::int64_t window = asking.settings.counting.resolution.window_us;
  const std::string reached = among_sql("reached");
  using enum MeasureKind;
  return {
      {"engagements", count, "1", "1", "with a goal"},
      {"reached", count, flag_sql("reached"), "1", "whose result is the goal's (actions.reached)"},
      {"reached_in_window", share,
       flag_sql(fmt::format("reached AND elapsed <= {}", window / 1000)),
       among_sql(fmt::format("watched_us >= {}", window)),
       "reached within resolution.window, of those watched for that long"},
      {"steps", mean, "steps", reached, "steps to the goal, of those who reached it"},
      {"self_service_steps", mean, "self_service_steps", reached, "of them in self-service"},
      {"waiting_steps", mean, "waiting_steps", reached, "of them stays in a queue"},
      {"agent_steps", mean, "agent_steps", reached, "of them with an agent"},
      {"message_steps", mean, "message_steps", reached, "of them messages written"},
      {"contacts", mean, "contacts", reached, "sittings to the goal"},
      {"customer_time", seconds, "customer_time", reached, "the customer's own time"},
      {"elapsed", seconds, "elapsed", reached, "from the first step to the end of the last"},
      {"one_step", share, flag_sql("steps = 1"), reached, "reached in one step"},
      {"steps_unreached", mean, "steps", among_sql("NOT reached"),
       "steps of those who did not reach it (or not yet)"},
  };
}

}  // namespace clewline::insights
