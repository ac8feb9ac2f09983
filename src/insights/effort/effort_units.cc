#include <fmt/format.h>

#include "insights/effort/effort_internal.h"
#include "insights/frame/unit_sql.h"

namespace clewline::insights {
namespace {

// Sittings that customers began, each with what went wrong inside and what came after. Whoever has
// no name but a session cannot be followed.
constexpr std::string_view kSittingsSql =
    R"sql(SELECT s.*, k.known, coalesce(l.wait, 0) AS wait_ms, coalesce(l.transfers, 0) AS transfer_count, l.abandoned,
    coalesce(w.switches, 0) AS switch_count, {2} AS authentication_count, {3} AS failed_count, {4} AS negative_count, {5} AS survey,
    epoch_us({0}) - epoch_us("at") AS watched_us
  FROM (
    SELECT i.interaction_id, i.engagement_id, i.customer_id, i."at", channel, events, length, intent, goal, result, state,
      row_number() OVER engagement - 1 AS earlier,
      epoch_us(lead("at") OVER issue) - epoch_us("at") AS same_us, epoch_us(lead("at") OVER customer) - epoch_us("at") AS next_us,
      epoch_us(min(CASE WHEN goal = 'cancellation' THEN "at" END) OVER (customer ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)) - epoch_us("at") AS cancelled_us
    FROM (SELECT interaction_id, engagement_id, customer_id, coalesce(presence_from, first_at) AS "at", first_channel AS channel, events,
        date_diff('millisecond', coalesce(presence_from, first_at), coalesce(presence_to, presence_from, first_at)) AS length
      FROM interactions WHERE kind = 'contact' AND initiated_by = 'customer') i
    JOIN (SELECT engagement_id, intent, goal, result, state FROM engagements) USING (engagement_id)
    WINDOW engagement AS (PARTITION BY engagement_id ORDER BY "at", interaction_id),
      issue AS (PARTITION BY customer_id, coalesce(intent, engagement_id) ORDER BY "at", interaction_id),
      customer AS (PARTITION BY customer_id ORDER BY "at", interaction_id)
  ) s
  JOIN (SELECT customer_id, naming_kind NOT IN ('session', 'chain', 'record') AS known FROM customers) k USING (customer_id)
  LEFT JOIN (SELECT interaction_id, sum(wait_ms) AS wait, count(*) FILTER (WHERE role = 'assisted' AND outcome = 'transferred') AS transfers,
      bool_or(outcome IN ('abandoned', 'abandoned_short')) AND NOT bool_or(role = 'assisted') AS abandoned
    FROM transactions WHERE role IN ('routing', 'assisted') GROUP BY interaction_id) l USING (interaction_id)
  LEFT JOIN (SELECT interaction_id, count(*) FILTER (WHERE channel <> last_channel AND last_failed) AS switches
    FROM (SELECT interaction_id, channel, lag(channel) OVER legs AS last_channel,
        lag(outcome IN ('abandoned', 'abandoned_short', 'failed', 'timeout', 'no_answer') OR (role = 'self_service' AND coalesce(outcome, '') <> 'contained')) OVER legs AS last_failed
      FROM transactions WHERE presence_from IS NOT NULL AND interaction_id IN (SELECT interaction_id FROM interactions WHERE channels > 1)
      WINDOW legs AS (PARTITION BY interaction_id ORDER BY presence_from, transaction_id))
    GROUP BY interaction_id) w USING (interaction_id){1})sql";

constexpr std::string_view kAuthenticationJoin =
    R"sql(
  LEFT JOIN (SELECT interaction_id, greatest(count(*) - 1, 0) AS passes FROM events WHERE node_id IN ({}) GROUP BY interaction_id) a USING (interaction_id))sql";
constexpr std::string_view kFailedJoin =
    R"sql(
  LEFT JOIN (SELECT interaction_id, count(DISTINCT transaction_id) AS failed FROM events
    WHERE event_type IN ('ivr.no_input', 'ivr.no_match', 'bot.no_match', 'bot.handover', 'contact.rejected') GROUP BY interaction_id) f USING (interaction_id))sql";
constexpr std::string_view kNegativeJoin =
    R"sql(
  LEFT JOIN (SELECT interaction_id, count(*) AS negative FROM events
    WHERE score_type = 'sentiment' AND score < (coalesce(score_min, -1) + coalesce(score_max, 1)) / 2 GROUP BY interaction_id) n USING (interaction_id))sql";
constexpr std::string_view kSurveyJoin =
    R"sql(
  LEFT JOIN (SELECT b.to_interaction_id AS interaction_id,
      CAST(round(max_by(10 * (score - score_min) / (score_max - score_min), (occurred_at, event_id))) AS INTEGER) AS answer
    FROM events e JOIN interaction_links b ON b.from_interaction_id = e.interaction_id AND b.relation = 'about'
    WHERE event_type = 'survey.answered' AND score_type IN ('ces', 'csat') AND score_max > score_min GROUP BY ALL) v USING (interaction_id))sql";

// An engagement is the sum of its sittings; what comes after is looked for after the last of them.
constexpr std::string_view kEngagementsSql =
    R"sql(SELECT engagement_id AS unit_id, customer_id, min_by(interaction_id, ("at", interaction_id)) AS interaction_id, min("at") AS "at",
    min_by(channel, ("at", interaction_id)) AS channel, any_value(intent) AS intent, any_value(goal) AS goal, any_value(result) AS result,
    any_value(state) AS state, bool_or(known) AS known, CAST(sum(events) AS BIGINT) AS events, CAST(sum(length) AS BIGINT) AS length, count(*) - 1 AS earlier,
    CAST(sum(wait_ms) AS BIGINT) AS wait_ms, CAST(sum(transfer_count) AS BIGINT) AS transfer_count, CAST(sum(switch_count) AS BIGINT) AS switch_count,
    CAST(sum(authentication_count) AS BIGINT) AS authentication_count, CAST(sum(failed_count) AS BIGINT) AS failed_count,
    CAST(sum(negative_count) AS BIGINT) AS negative_count, max_by(survey, "at") AS survey, max_by(coalesce(abandoned, false), ("at", interaction_id)) AS abandoned,
    arg_max_null(next_us, ("at", interaction_id)) AS repeat_us, arg_max_null(cancelled_us, ("at", interaction_id)) AS cancelled_us, min(watched_us) AS watched_us
  FROM ({0})
  GROUP BY engagement_id, customer_id)sql";

constexpr std::string_view kInteractionsSql =
    R"sql(SELECT interaction_id AS unit_id, customer_id, interaction_id, "at", channel, intent, goal, result, state, known, events, length, earlier,
    CAST(wait_ms AS BIGINT) AS wait_ms, transfer_count, switch_count, authentication_count, failed_count, negative_count, survey,
    coalesce(abandoned, false) AS abandoned, same_us AS repeat_us, cancelled_us, watched_us
  FROM ({0}))sql";

constexpr std::string_view kUnitsSql =
    R"sql(SELECT *, CAST(round(100000 * (1 - exp(-({1})))) AS BIGINT) AS effort
FROM (
  SELECT unit_id, customer_id, interaction_id, "at", channel, intent, goal, result, known, events, length, wait_ms AS wait,
    {2},
    abandoned, coalesce(repeat_us <= {3}, false) AS repeated, coalesce(cancelled_us <= {4}, false) AS cancelled,
    CASE WHEN goal IN ({5}) AND state IN ('closed', 'lapsed') THEN NOT ({6}) END AS sale_lost,
    known AND watched_us >= {3} AS followed, known AND watched_us >= {4} AND coalesce(goal, '') <> 'cancellation' AS followed_to_cancel, survey
  FROM ({0})
))sql";

Result<bool> any_row(const Asking& asking, const std::string& from) {
  CLEW_TRY(const auto rows, asking.connection.query_rows("SELECT count(*) FROM (SELECT 1 FROM " +
                                                         from + " LIMIT 1)"));
  return std::get<std::int64_t>(rows[0][0]) > 0;
}

Result<bool> has_surveys(const Asking& asking) {
  return any_row(asking,
                 "events WHERE event_type = 'survey.answered' AND score_type IN ('ces', "
                 "'csat') AND score_max > score_min");
}

// What each part is made of.
std::string part_sql(const EffortPart& part, const EffortConfig& config) {
  if (!part.left_out.empty()) return "NULL";
  if (part.name == "extra_contacts") return "earlier";
  if (part.name == "transfers") return "transfer_count";
  if (part.name == "switches_after_failure") return "switch_count";
  if (part.name == "repeated_authentication") return "authentication_count";
  if (part.name == "negative_turns") return "negative_count";
  if (part.name == "self_service_failed") return "failed_count";
  return fmt::format("log2(1 + wait_ms / {}.0)", config.expected_wait_us / 1000);
}

}  // namespace

Result<std::vector<EffortPart>> effort_parts(const Asking& asking) {
  const EffortConfig& config = asking.settings.counting.effort;
  std::vector<EffortPart> parts = {
      {"extra_contacts", config.extra_contacts, "earlier sittings about the same"},
      {"transfers", config.transfers, "times an agent passed the customer on"},
      {"switches_after_failure", config.switches_after_failure,
       "changes of channel after what did not succeed"},
      {"repeated_authentication", config.repeated_authentication,
       "identifications after the first"},
      {"wait_part", config.wait, "log2(1 + wait / effort.expected_wait)"},
      {"negative_turns", config.negative_turns, "turns scored below the middle of their scale"},
      {"self_service_failed", config.self_service_failed,
       "menus and bots left after no input, no match or a hand-over"},
      {"silence", 0, "share of silence over the customer's own baseline",
       "no source says how long there was silence"}};
  CLEW_TRY(const bool waits, any_row(asking, "transactions WHERE wait_ms > 0"));
  CLEW_TRY(const bool agents, any_row(asking, "transactions WHERE role = 'assisted'"));
  CLEW_TRY(const bool sentiment, any_row(asking, "events WHERE score_type = 'sentiment'"));
  CLEW_TRY(const bool menus, any_row(asking, "transactions WHERE system IN ('ivr', 'bot')"));
  if (!agents) parts[1].left_out = "no agent's leg is known";
  if (config.authentication_nodes.empty())
    parts[3].left_out = "effort.authentication_nodes names no node";
  if (!waits) parts[4].left_out = "no source states a wait";
  if (!sentiment) parts[5].left_out = "no source scores sentiment";
  if (!menus) parts[6].left_out = "there is no menu and no bot";
  return parts;
}

Result<std::string> effort_units_sql(const Asking& asking) {
  const EffortConfig& config = asking.settings.counting.effort;
  const std::string level = asking.option("level");
  if (!level.empty() && level != "interaction" && level != "engagement")
    return Error{ErrorCode::usage, fmt::format("effort has no level `{}`", level),
                 "write --level interaction or --level engagement"};
  CLEW_TRY(const auto parts, effort_parts(asking));
  CLEW_TRY(const bool surveys, has_surveys(asking));
  std::string joins;
  std::string index = "0";
  std::string columns;
  for (const EffortPart& part : parts) {
    const bool used = part.left_out.empty();
    if (used) index += fmt::format(" + {} * {}", part.weight, part.name);
    columns += fmt::format("{}{} AS {}", columns.empty() ? "" : ", ", part_sql(part, config),
                           store::quote_identifier(part.name));
    if (!used) continue;
    if (part.name == "repeated_authentication")
      joins +=
          fmt::format(fmt::runtime(kAuthenticationJoin), list_sql(config.authentication_nodes));
    if (part.name == "self_service_failed") joins += kFailedJoin;
    if (part.name == "negative_turns") joins += kNegativeJoin;
  }
  if (surveys) joins += kSurveyJoin;
  const auto column = [&](std::size_t part, std::string_view name) {
    return parts[part].left_out.empty() ? fmt::format("coalesce({}, 0)", name)
                                        : std::string("CAST(NULL AS BIGINT)");
  };
  const std::string sittings =
      fmt::format(fmt::runtime(kSittingsSql), as_of_sql(asking.settings), joins,
                  column(3, "a.passes"), column(6, "f.failed"), column(5, "n.negative"),
                  surveys ? "v.answer" : "CAST(NULL AS INTEGER)");
  const bool engagements = level == "engagement";
  const std::string units =
      fmt::format(fmt::runtime(engagements ? kEngagementsSql : kInteractionsSql), sittings);
  return fmt::format(fmt::runtime(kUnitsSql), units, index, columns,
                     asking.settings.counting.resolution.window_us, config.cancelled_within_us,
                     list_sql(config.sale_goals), goal_reached_sql(asking.settings));
}

std::string effort_excluded_sql(const Asking&) {
  return "SELECT 'contacts that the company began', count(*) FROM interactions WHERE kind = "
         "'contact' AND initiated_by <> 'customer'";
}

std::vector<Measure> effort_measures(const Asking&) {
  using enum MeasureKind;
  const auto there = [](const std::string& part) { return among_sql(part + " IS NOT NULL"); };
  return {
      {"units", count, "1", "1", "begun by customers"},
      {"length", seconds, "length", "1", "plain measure: the customer's time"},
      {"events", mean, "events", "1", "plain measure: number of events"},
      {"effort", points, "effort", "1", "index of 0 to 100, uncalibrated weights"},
      {"extra_contacts", mean, "extra_contacts", "1", "part: earlier sittings about the same"},
      {"transfers", mean, "transfers", there("transfers"), "part: transfers"},
      {"switches_after_failure", mean, "switches_after_failure", "1",
       "part: changes of channel after what did not succeed"},
      {"repeated_authentication", mean, "repeated_authentication", there("repeated_authentication"),
       "part: identifications after the first"},
      {"wait", seconds, "wait", "1", "wait behind the part of the index"},
      {"negative_turns", mean, "negative_turns", there("negative_turns"), "part: negative turns"},
      {"self_service_failed", mean, "self_service_failed", there("self_service_failed"),
       "part: failed menus and bots"},
      {"abandoned", share, flag_sql("abandoned"), "1", "gave up waiting, nobody reached"},
      {"repeated", share, flag_sql("repeated"), among_sql("followed"),
       "came back within resolution.window, of those followed that long"},
      {"cancelled", share, flag_sql("cancelled"), among_sql("followed_to_cancel"),
       "asked to cancel within effort.cancelled_within, of those followed that long"},
      {"sale_lost", share, flag_sql("coalesce(sale_lost, false)"),
       among_sql("sale_lost IS NOT NULL"), "no sale, of ended engagements with effort.sale_goals"},
  };
}

}  // namespace clewline::insights
