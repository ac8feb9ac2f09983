#include "engine/linking_map.h"

#include <string>

#include "engine/query_table.h"

namespace clewline::engine {
namespace {

// A customer found by an own, session or chain anchor is sure; by a shared value or component less
// so.
constexpr std::string_view kMapSql = R"sql(
WITH tx AS (
  SELECT t.transaction_id, t.source, t.interaction_id, t.customer_id, t.session_key, t.chain_key, t.case_key
  FROM store.transactions t
), certainty AS (
  SELECT transaction_id, bool_and(attribution IN ('own_anchor', 'session_anchor', 'chain_anchor')) AS sure
  FROM store.event_places WHERE transaction_id IS NOT NULL GROUP BY transaction_id
), agent_time AS (
  SELECT unnest($1::VARCHAR[]) AS case_source, unnest($2::VARCHAR[]) AS call_source
), pairs AS (
  SELECT a.transaction_id, a.source AS from_source, b.source AS to_source,
         bool_or(coalesce(a.session_key = b.session_key, false)) AS same_session,
         bool_or(coalesce(a.chain_key = b.chain_key, false)) AS same_chain,
         bool_or(coalesce(a.case_key = b.case_key, false)) AS same_case
  FROM tx a JOIN tx b ON a.interaction_id = b.interaction_id AND a.source <> b.source
  GROUP BY ALL
), ruled AS (
  SELECT p.*, CASE WHEN same_session THEN 1 WHEN same_chain THEN 2 WHEN same_case THEN 3
                   WHEN EXISTS (SELECT 1 FROM agent_time r WHERE (r.case_source, r.call_source) IN ((p.from_source, p.to_source), (p.to_source, p.from_source))) THEN 4
                   ELSE 5 END AS rule, c.sure
  FROM pairs p JOIN certainty c USING (transaction_id)
), sources AS (
  SELECT source, count(*) AS transactions FROM tx GROUP BY source
), customers AS (
  SELECT DISTINCT customer_id, source FROM tx
), same_customer AS (
  SELECT a.source AS from_source, c.source AS to_source, count(*) AS n
  FROM tx a JOIN customers c USING (customer_id) WHERE a.source <> c.source GROUP BY ALL
), left_out AS (
  SELECT a.source AS from_source, s.source AS to_source, min(a.transaction_id) AS example
  FROM tx a JOIN sources s ON s.source <> a.source
  ANTI JOIN pairs p ON p.transaction_id = a.transaction_id AND p.to_source = s.source
  GROUP BY ALL
)
SELECT a.source AS from_source, b.source AS to_source, a.transactions,
       count(r.transaction_id) AS same_sitting, round(100.0 * count(r.transaction_id) / a.transactions, 1) AS share_percent,
       count(*) FILTER (WHERE rule = 1) AS by_session_id, count(*) FILTER (WHERE rule = 2) AS by_chain, count(*) FILTER (WHERE rule = 3) AS by_case,
       count(*) FILTER (WHERE rule = 4) AS by_agent_and_time, count(*) FILTER (WHERE rule = 5) AS by_customer_and_time,
       round(100.0 * count(*) FILTER (WHERE rule <= 3 OR r.sure) / nullif(count(r.transaction_id), 0), 1) AS sure_percent,
       coalesce(any_value(s.n), 0) AS same_customer,
       a.transactions - count(r.transaction_id) AS left_out,
       any_value('t_' || replace(l.example::VARCHAR, '-', '')) AS left_out_example
FROM sources a JOIN sources b ON a.source <> b.source
LEFT JOIN ruled r ON r.from_source = a.source AND r.to_source = b.source
LEFT JOIN same_customer s ON s.from_source = a.source AND s.to_source = b.source
LEFT JOIN left_out l ON l.from_source = a.source AND l.to_source = b.source
GROUP BY a.source, b.source, a.transactions
ORDER BY a.source, b.source)sql";

std::vector<std::string> case_sources(const LinkingConfig& linking) {
  std::vector<std::string> out;
  for (const AgentTimeRule& rule : linking.agent_time_rules) out.push_back(rule.case_source);
  return out;
}

std::vector<std::string> call_sources(const LinkingConfig& linking) {
  std::vector<std::string> out;
  for (const AgentTimeRule& rule : linking.agent_time_rules) out.push_back(rule.call_source);
  return out;
}

}  // namespace

Result<render::ResultTable> linking_map(Workspace& workspace) {
  CLEW_TRY(auto connection, workspace.connect());
  const std::vector<std::string> cases = case_sources(workspace.config().linking);
  const std::vector<std::string> calls = call_sources(workspace.config().linking);
  CLEW_TRY(render::ResultTable table,
           query_table(connection, kMapSql,
                       {std::span<const std::string>(cases), std::span<const std::string>(calls)}));
  if (table.rows.empty()) {
    table.notes.push_back(
        "There are not two linked sources: import another one, then run `clewline link -w " +
        workspace.folder() + "`.");
  } else {
    table.notes.push_back(
        "Look at an example: clewline why -w " + workspace.folder() +
        " EXAMPLE OTHER, or show customer EXAMPLE. More links: rules in config/linking.yaml.");
  }
  return table;
}

}  // namespace clewline::engine
