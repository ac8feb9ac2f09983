#include <fmt/format.h>

#include "insights/service/service_internal.h"

namespace clewline::insights {
namespace {

// A leg in a queue together with the agent's leg that ends its wait is one queue visit; an agent's
// leg without a queue before it is one too, with no wait. A wait that the source does not state
// runs to the agent's start. Clocks of queue and agent may be apart: of a chain with one leg of
// each that overlap, the queue comes first.
constexpr std::string_view kUnitsSql =
    R"sql(SELECT transaction_id AS unit_id, customer_id, interaction_id, first_at AS "at",
  coalesce(n.name, v.queue_id) AS queue, v.queue_id, channel, v.source, intent, agent, entry, ended,
  wait_ms AS wait, talk_ms AS talk, hold_ms AS hold, wrap_ms AS wrap,
  coalesce(talk_ms, 0) + coalesce(hold_ms, 0) + coalesce(wrap_ms, 0) AS handle,
  handled, transferred
FROM (
  SELECT *,
    CASE WHEN role = 'assisted' OR served THEN 'answered'
         WHEN outcome IN ('abandoned', 'abandoned_short') THEN 'abandoned' ELSE 'other' END AS ended,
    CASE WHEN role = 'assisted' THEN 0 WHEN coalesce(stated_wait, 0) > 0 OR NOT served THEN coalesce(stated_wait, 0)
         ELSE greatest(0, date_diff('millisecond', first_at, next_at)) END AS wait_ms,
    role = 'assisted' OR (served AND coalesce(next_role, '') = 'assisted') AS handled,
    CASE WHEN role = 'assisted' THEN agent_id WHEN served THEN next_agent END AS agent,
    CASE WHEN role = 'assisted' THEN own_talk WHEN served THEN next_talk END AS talk_ms,
    CASE WHEN role = 'assisted' THEN own_hold WHEN served THEN next_hold END AS hold_ms,
    CASE WHEN role = 'assisted' THEN own_wrap WHEN served THEN next_wrap END AS wrap_ms,
    CASE WHEN role = 'assisted' THEN coalesce(outcome = 'transferred', false) OR coalesce(next_role, '') <> ''
         WHEN served THEN coalesce(next_outcome = 'transferred', false) OR coalesce(later_role, '') <> '' ELSE false END AS transferred
  FROM (
    SELECT *, CASE WHEN role = 'routing' THEN 'queue' WHEN last_outcome = 'callback_booked' THEN 'callback' ELSE 'direct' END AS entry,
      role = 'routing' AND coalesce(outcome, '') NOT IN ({0})
        AND (coalesce(next_role, '') = 'assisted' OR coalesce(outcome, '') = 'answered') AS served,
      role = 'assisted' AND coalesce(last_role, '') = 'routing' AND coalesce(last_outcome, '') NOT IN ({0}) AS absorbed
    FROM (
      SELECT *, lead(role) OVER legs AS next_role, lead(role, 2) OVER legs AS later_role, lead(first_at) OVER legs AS next_at,
        lead(agent_id) OVER legs AS next_agent, lead(outcome) OVER legs AS next_outcome, lead(own_talk) OVER legs AS next_talk,
        lead(own_hold) OVER legs AS next_hold, lead(own_wrap) OVER legs AS next_wrap,
        lag(role) OVER legs AS last_role, lag(outcome) OVER legs AS last_outcome
      FROM (
        SELECT *, count(*) OVER chains = 2 AND count(*) FILTER (WHERE role = 'routing') OVER chains = 1
            AND max(left_at) FILTER (WHERE role = 'assisted') OVER chains > min(first_at) FILTER (WHERE role = 'routing') OVER chains AS one_of_each
        FROM (
          SELECT transaction_id, interaction_id, customer_id, source, channel, role, first_at, queue_id, agent_id, intent, outcome,
            coalesce(presence_to, last_at) AS left_at, wait_ms AS stated_wait, talk_ms AS own_talk, hold_ms AS own_hold,
            wrap_ms AS own_wrap, coalesce(chain_key, session_key, transaction_id) AS chain
          FROM transactions WHERE role IN ('routing', 'assisted') AND channel IN ({1})
        )
        WINDOW chains AS (PARTITION BY source, chain)
      )
      WINDOW legs AS (PARTITION BY source, chain ORDER BY CASE WHEN one_of_each THEN NULL ELSE first_at END, role DESC, transaction_id)
    )
  )
  WHERE NOT absorbed
) v
LEFT JOIN (SELECT source, queue_id, min(queue_name) AS name FROM events WHERE queue_name IS NOT NULL GROUP BY ALL) n
  ON n.source = v.source AND n.queue_id = v.queue_id)sql";

constexpr std::string_view kNotServed =
    "'abandoned', 'abandoned_short', 'callback_booked', 'voicemail', 'timeout', 'overflow'";

constexpr std::string_view kExcludedSql =
    "SELECT CASE WHEN role = 'routing' THEN 'queue legs' ELSE 'agent legs' END || ' of channel ' "
    "|| "
    "channel || ' (counting.yaml: service.channels)', count(*) FROM transactions "
    "WHERE role IN ('routing', 'assisted') AND channel NOT IN ({}) GROUP BY ALL ORDER BY ALL";

std::string channel_list(const Settings& settings) {
  std::string out;
  for (const std::string& channel : settings.counting.service.channels)
    out += (out.empty() ? "" : ", ") + store::quote_literal(channel);
  return out.empty() ? "NULL" : out;
}

}  // namespace

Result<std::string> service_units_sql(const Asking& asking) {
  return fmt::format(fmt::runtime(kUnitsSql), kNotServed, channel_list(asking.settings));
}

std::string service_excluded_sql(const Asking& asking) {
  return fmt::format(fmt::runtime(kExcludedSql), channel_list(asking.settings));
}

std::vector<Measure> service_measures(const Asking& asking) {
  const Settings& settings = asking.settings;
  const std::int64_t within = settings.counting.service.level_within_us / 1000;
  const std::int64_t brief = settings.short_abandon_us / 1000;
  const std::string offered = "CASE WHEN entry <> 'callback' AND ended <> 'other' THEN 1 END";
  const auto flag = [](const std::string& test) { return "CAST(" + test + " AS INTEGER)"; };
  const std::string answered = "ended = 'answered' AND entry <> 'callback'";
  const std::string abandoned = "ended = 'abandoned'";
  const std::string in_time = fmt::format("{} AND wait <= {}", answered, within);
  const std::string left_in_time = fmt::format("{} AND wait <= {}", abandoned, within);
  const std::string is_short = fmt::format("{} AND wait < {}", abandoned, brief);
  const auto among = [](const std::string& test) { return "CASE WHEN " + test + " THEN 1 END"; };
  using enum MeasureKind;
  return {
      {"offered", count, "coalesce(" + offered + ", 0)", "1", "answered or abandoned"},
      {"answered", count, flag(answered), "1", "reached a person"},
      {"abandoned", count, flag(abandoned), "1", "hung up while waiting"},
      {"abandoned_short", count, flag(is_short), "1",
       "of them sooner than counting.yaml's short_abandon"},
      {"left_otherwise", count, flag("ended = 'other'"), "1",
       "callback booked, overflow, time-out: not offered"},
      {"abandonment", share, flag(abandoned), offered, "abandoned of offered"},
      {"abandonment_without_short", share, flag(abandoned),
       fmt::format("CASE WHEN entry <> 'callback' AND ended <> 'other' AND NOT ({}) THEN 1 END",
                   is_short),
       "the same, short ones in neither"},
      {"service_level_ignoring", share, flag(in_time),
       fmt::format("CASE WHEN entry <> 'callback' AND ended <> 'other' AND NOT ({}) THEN 1 END",
                   left_in_time),
       "answered in time of offered, without those who left in time"},
      {"service_level_negative", share, flag(in_time), offered, "answered in time of offered"},
      {"service_level_positive", share, flag("(" + in_time + ") OR (" + left_in_time + ")"),
       offered, "answered or left in time, of offered"},
      {"service_level_of_answered", share, flag(in_time), among(answered),
       "answered in time of answered"},
      {"speed_of_answer", seconds, "wait", among(answered), "mean wait of the answered (ASA)"},
      {"handle_time", seconds, "handle", among("handled"),
       "talk, hold and wrap-up of an agent's leg (AHT)"},
      {"talk_time", seconds, "coalesce(talk, 0)", among("handled"), "of it talk"},
      {"hold_time", seconds, "coalesce(hold, 0)", among("handled"), "of it hold"},
      {"wrap_time", seconds, "coalesce(wrap, 0)", among("handled"), "of it wrap-up"},
      {"held", share, flag("coalesce(hold, 0) > 0"), among("handled"), "handled with a hold"},
      {"transferred", share, flag("transferred"), among("handled"), "handled and passed on"},
  };
}

}  // namespace clewline::insights
