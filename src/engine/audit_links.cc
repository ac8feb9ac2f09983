#include "engine/audit_links.h"

#include "engine/agent_ties.h"

namespace clewline::engine {
namespace {

// A transaction is as surely its customer's as the weakest of its events. A record alone claims
// nothing.
constexpr std::string_view kIdentitySql = R"sql(
WITH steps AS (
  SELECT transaction_id, any_value(customer_id) AS customer_id,
         max(list_position(['own_anchor', 'session_anchor', 'chain_anchor', 'shared_value', 'two_hops', 'component', 'record'], attribution)) AS step
  FROM store.event_places WHERE transaction_id IS NOT NULL GROUP BY transaction_id),
ordered AS (
  SELECT s.*, lag(s.transaction_id) OVER (PARTITION BY s.customer_id ORDER BY t.first_at, s.transaction_id) AS before
  FROM steps s JOIN store.transactions t USING (transaction_id))
INSERT INTO audit_links
SELECT 'identity:' || replace(transaction_id::VARCHAR, '-', ''), 'identity',
       ['identity: own name', 'identity: name in the session', 'identity: name in the chain', 'identity: shared value',
        'identity: two hops', 'identity: anonymous'][step],
       customer_id, transaction_id, CASE WHEN step = 6 THEN before END, NULL, NULL, NULL
FROM ordered WHERE step < 6 OR (step = 6 AND before IS NOT NULL))sql";

constexpr std::string_view kSittingsSql = R"sql(
WITH present AS (
  SELECT *, lag(transaction_id) OVER sitting AS before, lag(session_key) OVER sitting AS session_before, lag(source) OVER sitting AS source_before,
         lag(chain_key) OVER sitting AS chain_before,
         max(presence_to) OVER (PARTITION BY interaction_id ORDER BY presence_from, transaction_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
  FROM store.transactions WHERE presence_from IS NOT NULL
  WINDOW sitting AS (PARTITION BY interaction_id ORDER BY presence_from, transaction_id))
INSERT INTO audit_links
SELECT 'interaction:' || replace(transaction_id::VARCHAR, '-', ''), 'interaction',
       CASE WHEN session_key = session_before AND source = source_before THEN 'interaction: same session'
            WHEN chain_key = chain_before THEN 'interaction: same chain'
            WHEN presence_from <= reach THEN 'interaction: at the same time'
            WHEN presence_from <= reach + INTERVAL 2 MINUTE THEN 'interaction: within 2 minutes'
            WHEN presence_from <= reach + INTERVAL 10 MINUTE THEN 'interaction: within 10 minutes'
            ELSE 'interaction: later than 10 minutes' END,
       customer_id, transaction_id, before, NULL, NULL, NULL
FROM present WHERE before IS NOT NULL)sql";

// What holds no presence was placed beside the transaction that speaks most for it.
constexpr std::string_view kPlacedSql = R"sql(
WITH placed AS (
  SELECT r.transaction_id, r.customer_id, t.transaction_id AS beside,
         coalesce(r.source = t.source AND r.session_key = t.session_key, false) AS same_session,
         coalesce(r.chain_key = t.chain_key, false) AS same_chain, coalesce(r.case_key = t.case_key, false) AS same_case,
         tie.a IS NOT NULL AS same_agent,
         row_number() OVER (PARTITION BY r.transaction_id ORDER BY same_session DESC, same_chain DESC, same_case DESC, same_agent DESC,
                            t.presence_from <= r.first_at DESC, t.presence_from DESC, t.transaction_id) AS place
  FROM store.transactions r JOIN store.transactions t USING (interaction_id)
  LEFT JOIN agent_ties tie ON tie.a = r.transaction_id AND tie.b = t.transaction_id
  WHERE r.presence_from IS NULL AND t.presence_from IS NOT NULL)
INSERT INTO audit_links
SELECT 'interaction:' || replace(transaction_id::VARCHAR, '-', ''), 'interaction',
       CASE WHEN same_session OR same_chain THEN 'interaction: placed by session'
            WHEN same_case THEN 'interaction: placed by case'
            WHEN same_agent THEN 'interaction: placed by agent and time' ELSE 'interaction: placed by time' END,
       customer_id, transaction_id, beside, NULL, NULL, NULL
FROM placed WHERE place = 1)sql";

constexpr std::string_view kEngagementsSql = R"sql(
INSERT INTO audit_links
SELECT 'engagement:' || replace(l.interaction_id::VARCHAR, '-', '') || ':' || replace(l.joined_to::VARCHAR, '-', ''), 'engagement',
       CASE WHEN l.rule <> 'score' THEN 'engagement: same ' || l.rule
            WHEN l.probability >= 0.99 THEN 'engagement: score .99 and more'
            WHEN l.probability >= 0.95 THEN 'engagement: score .95 to .99'
            ELSE 'engagement: score below .95' END,
       i.customer_id, l.interaction_id, l.joined_to, l.rule, l.probability, l.detail
FROM store.engagement_links l JOIN store.interactions i USING (interaction_id)
QUALIFY row_number() OVER (PARTITION BY l.interaction_id, l.joined_to ORDER BY l.probability DESC, l.rule) = 1)sql";

}  // namespace

Status make_audit_links(store::Connection& connection, const LinkingConfig& linking) {
  CLEW_TRY_VOID(make_agent_ties(connection, linking));
  CLEW_TRY_VOID(connection.execute(
      "CREATE OR REPLACE TEMP TABLE audit_links(link VARCHAR, kind VARCHAR, stratum VARCHAR, "
      "customer_id UUID, a UUID, b UUID, rule VARCHAR, probability DOUBLE, detail VARCHAR)"));
  for (const std::string_view sql : {kIdentitySql, kSittingsSql, kPlacedSql, kEngagementsSql})
    CLEW_TRY_VOID(connection.execute(sql));
  return {};
}

}  // namespace clewline::engine
