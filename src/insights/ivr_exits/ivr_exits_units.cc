#include <fmt/format.h>

#include "insights/ivr_exits/ivr_exits_internal.h"

namespace clewline::insights {
namespace {

// What belongs together: legs are transactions in which something is handled; a chain of legs is
// one contact attempt; an issue is what a customer's chains are about: their intent, else that of
// their engagement, else the engagement itself.
constexpr std::string_view kLegsSql = R"sql(WITH legs AS (
  SELECT transaction_id, interaction_id, engagement_id, customer_id, source, system, channel, role, first_at,
    coalesce(presence_to, last_at) AS left_at, queue_id, outcome, intent, talk_ms, coalesce(direction, 'in') = 'out' AS outbound,
    presence_from IS NOT NULL AS present, coalesce(chain_key, session_key, transaction_id) AS chain,
    CASE WHEN role = 'assisted' THEN coalesce(talk_ms, 0) + coalesce(hold_ms, 0) + coalesce(wrap_ms, 0) ELSE 0 END AS handle_ms,
    role = 'self_service' AND system IN ({systems}) AS is_visit
  FROM transactions WHERE role IN ('self_service', 'routing', 'assisted')
), chains AS (
  SELECT customer_id, source, chain, first_at, is_visit_chain, handle_ms,
    min(CASE WHEN is_contact THEN first_at END) OVER later AS next_at,
    min(CASE WHEN is_visit_chain THEN first_at END) OVER later AS next_visit_at,
    sum(CAST(is_visit_chain AS INTEGER)) OVER (PARTITION BY customer_id, issue ORDER BY first_at, source, chain) AS visit_number,
    issue
  FROM (
    SELECT c.* EXCLUDE (intent), coalesce(c.intent, e.intent, c.engagement_id) AS issue
    FROM (
      SELECT customer_id, source, chain, min(first_at) AS first_at, arg_min(engagement_id, (first_at, transaction_id)) AS engagement_id,
        arg_min(intent, (first_at, transaction_id)) FILTER (WHERE intent IS NOT NULL) AS intent, sum(handle_ms) AS handle_ms,
        bool_or(present AND NOT outbound) AS is_contact, bool_or(is_visit) AS is_visit_chain
      FROM legs GROUP BY customer_id, source, chain
    ) c LEFT JOIN (SELECT engagement_id, intent FROM engagements WHERE intent IS NOT NULL) e USING (engagement_id)
  )
  WINDOW later AS (PARTITION BY customer_id, issue ORDER BY first_at, source, chain ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
), followed AS (
  SELECT *, sum(handle_ms) OVER (PARTITION BY customer_id, issue, visit_number ORDER BY first_at
    RANGE BETWEEN CURRENT ROW AND to_microseconds({window}) FOLLOWING) AS agent_ms
  FROM chains WHERE visit_number > 0
), paths AS (
  SELECT transaction_id, flow, steps, array_to_string(list_transform(steps, lambda s: s.step), '') AS path
  FROM (
    SELECT transaction_id, list(struct_pack(node := node, step := CASE WHEN step = 'a' AND lower(result) IN ({person}) THEN 'p' ELSE step END)
      ORDER BY occurred_at, sequence, event_id) AS steps, arg_max(flow, (occurred_at, event_id)) AS flow
    FROM (
      SELECT transaction_id, event_id, occurred_at, sequence, coalesce(flow_name, flow_id) AS flow, node_id AS node, node_result AS result,
        CASE event_type WHEN 'ivr.input' THEN 'a' WHEN 'ivr.no_input' THEN 'i' WHEN 'ivr.no_match' THEN 'm' WHEN 'bot.no_match' THEN 'm'
          ELSE CASE WHEN lower(node_result) IN ({faults}) THEN 'f' WHEN lower(node_result) IN ({timeouts}) THEN 't' ELSE 'r' END END AS step
      FROM events
      WHERE event_type IN ('ivr.step', 'ivr.input', 'ivr.no_input', 'ivr.no_match', 'bot.step', 'bot.no_match')
        AND system IN ({systems}) AND customer_id IS NOT NULL
    ) GROUP BY transaction_id
  )
))sql";

// What came after a visit: the legs through which a person was asked for.
constexpr std::string_view kVisitsSql = R"sql(, persons AS (
  SELECT v.transaction_id, bool_or(l.role = 'assisted') AS reached, arg_min(l.role, (l.first_at, l.transaction_id)) AS first_role,
    arg_max(l.outcome, (l.first_at, l.transaction_id)) AS last_outcome,
    arg_min(l.outcome, (l.first_at, l.transaction_id)) FILTER (WHERE l.role = 'assisted') AS agent_outcome,
    arg_min(l.talk_ms, (l.first_at, l.transaction_id)) FILTER (WHERE l.role = 'assisted') AS agent_talk_ms,
    count(DISTINCT l.queue_id) AS queues
  FROM (SELECT * FROM legs WHERE is_visit) v
  JOIN (SELECT * FROM legs WHERE role IN ('routing', 'assisted')) l
    ON l.interaction_id = v.interaction_id AND l.channel = v.channel AND l.first_at >= v.first_at
      AND ((l.source = v.source AND l.chain = v.chain) OR (l.source <> v.source AND l.first_at <= v.left_at + to_microseconds({handover})))
  GROUP BY v.transaction_id
)
SELECT unit_id, customer_id, interaction_id, "at", source, system, channel, intent, flow, path, steps, label, to_person, known, agent_ms,
  returns, watched_us, next_us, seconds,
  CASE label WHEN 'error' THEN list_filter(steps, lambda s: s.step IN ('f', 't'))[-1].node
    WHEN 'no_match' THEN list_filter(steps, lambda s: s.step IN ('m', 'i'))[-1].node
    WHEN 'done' THEN steps[-1].node WHEN 'hang_up' THEN steps[-1].node
    ELSE coalesce(list_filter(steps, lambda s: s.step IN ('a', 'p'))[-1].node, steps[-1].node) END AS node
FROM (
  SELECT *, CASE
      WHEN regexp_matches(path, '[ft]r?$') THEN 'error'
      WHEN regexp_matches(path, '[im]{{{loop},}}$') AND regexp_matches(path, 'm[im]*$') THEN 'no_match'
      WHEN NOT to_person AND regexp_matches(path, 'm$') THEN 'no_match'
      WHEN to_person AND NOT coalesce(reached, false) AND last_outcome IN ('abandoned', 'abandoned_short') THEN 'wait'
      WHEN reached AND agent_outcome = 'transferred' AND queues > 1 AND agent_talk_ms <= {misroute} THEN 'misroute'
      WHEN to_person AND (path LIKE '%p%' OR (regexp_matches(path, '[im]') AND NOT path LIKE '%a%')) THEN 'zero_out'
      WHEN to_person THEN 'routed'
      WHEN path = '' THEN 'unknown'
      WHEN regexp_matches(path, '[ap].*r$') OR (system = 'bot' AND path LIKE '%r') THEN 'done'
      ELSE 'hang_up' END AS label
  FROM (
    SELECT v.transaction_id AS unit_id, v.customer_id, v.interaction_id, v.first_at AS "at", v.source, v.system, v.channel,
      CASE WHEN f.issue NOT LIKE 'g\_%' ESCAPE '\' THEN f.issue END AS intent, p.flow, coalesce(p.path, '') AS path,
      coalesce(p.steps, []) AS steps, o.transaction_id IS NOT NULL AS to_person, o.reached, o.last_outcome, o.agent_outcome,
      o.agent_talk_ms, o.queues, date_diff('millisecond', v.first_at, v.left_at) AS seconds,
      k.known, f.agent_ms, f.next_visit_at IS NOT NULL AND f.next_visit_at <= f.first_at + to_microseconds({window}) AS returns,
      date_diff('microsecond', v.left_at, {as_of}) AS watched_us, CASE WHEN f.next_at IS NOT NULL THEN greatest(0, date_diff('microsecond', v.left_at, f.next_at)) END AS next_us
    FROM (SELECT * FROM legs WHERE is_visit) v
    JOIN (SELECT customer_id, naming_kind NOT IN ('session', 'chain', 'record') AS known FROM customers) k USING (customer_id)
    LEFT JOIN (SELECT * FROM followed WHERE is_visit_chain) f ON f.customer_id = v.customer_id AND f.source = v.source AND f.chain = v.chain
    LEFT JOIN paths p ON p.transaction_id = v.transaction_id
    LEFT JOIN persons o ON o.transaction_id = v.transaction_id
  )
))sql";

std::string list_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts)
    out += (out.empty() ? "" : ", ") + store::quote_literal(text);
  return out.empty() ? "NULL" : out;
}

std::string as_of(const Settings& settings) {
  return "TIMESTAMPTZ " + store::quote_literal(settings.as_of.empty() ? "epoch" : settings.as_of);
}

}  // namespace

Result<std::string> ivr_exits_units_sql(const Asking& asking) {
  const MenuConfig& menu = asking.settings.counting.menu;
  const IvrExitsConfig& exits = asking.settings.counting.ivr_exits;
  return fmt::format(
      fmt::runtime(std::string(kLegsSql) + std::string(kVisitsSql)),
      fmt::arg("systems", list_of(menu.systems)), fmt::arg("faults", list_of(menu.fault_results)),
      fmt::arg("timeouts", list_of(menu.timeout_results)),
      fmt::arg("person", list_of(exits.person_options)), fmt::arg("window", exits.window_us),
      fmt::arg("handover", exits.handover_us), fmt::arg("loop", exits.loop_steps),
      fmt::arg("misroute", exits.misroute_talk_us / 1000),
      fmt::arg("as_of", as_of(asking.settings)));
}

std::vector<Measure> ivr_exits_measures(const Asking& asking) {
  const std::int64_t window = asking.settings.counting.ivr_exits.window_us;
  const std::string followed = fmt::format("known AND watched_us >= {}", window);
  const auto flag = [](const std::string& test) { return "CAST(" + test + " AS INTEGER)"; };
  const auto among = [](const std::string& test) { return "CASE WHEN " + test + " THEN 1 END"; };
  const auto is = [&](const char* label) { return flag(fmt::format("label = '{}'", label)); };
  const std::string back = fmt::format("coalesce(next_us <= {}, false)", window);
  using enum MeasureKind;
  return {
      {"exits", count, "1", "1", "visits to self-service"},
      {"done", share, is("done"), "1", "heard or did what they came for, and left"},
      {"routed", share, is("routed"), "1", "chose an option that leads to a person"},
      {"zero_out", share, is("zero_out"), "1", "asked for a person without saying what about"},
      {"no_match", share, is("no_match"), "1", "left, or got a person, after not being understood"},
      {"error", share, is("error"), "1", "left, or got a person, after the system failed"},
      {"misroute", share, is("misroute"), "1", "reached the wrong place and were passed on"},
      {"wait", share, is("wait"), "1", "gave up in the queue behind the menu"},
      {"hang_up", share, is("hang_up"), "1", "left before anything was done"},
      {"unknown", share, is("unknown"), "1", "no steps are known"},
      {"contained_naive", share, flag("NOT to_person"), "1", "asked for no person"},
      {"identity_coverage", share, flag("known"), "1", "whose customer would be recognised again"},
      {"followed", count, flag(followed), "1", "recognised, and watched for the whole window"},
      {"contained_naive_followed", share, flag("NOT to_person"), among(followed),
       "of those followed, asked for no person"},
      {"contained_true", share, flag("NOT to_person AND NOT " + back), among(followed),
       "asked for no person and had no follow-up about the same in the window"},
      {"came_back", share, flag(back), among(followed + " AND NOT to_person"),
       "of those naively contained, followed up after all"},
      {"agent_time", seconds, "agent_ms", among(followed + " AND agent_ms IS NOT NULL"),
       "agents' time on the same issue until its next visit, in the window"},
  };
}

}  // namespace clewline::insights
