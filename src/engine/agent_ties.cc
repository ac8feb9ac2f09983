#include "engine/agent_ties.h"

#include <string>
#include <vector>

namespace clewline::engine {
namespace {

constexpr std::string_view kTiesSql = R"sql(
CREATE OR REPLACE TEMP TABLE agent_ties AS
WITH rules AS (
  SELECT unnest($1::VARCHAR[]) AS case_source, unnest($2::VARCHAR[]) AS call_source,
         unnest($3::VARCHAR[])::BIGINT AS wrap_us, unnest($4::VARCHAR[])::BIGINT AS offset_us
), saves AS (
  SELECT p.interaction_id, r.call_source, e.agent_id, e.occurred_at + to_microseconds(r.offset_us) AS saved_at,
         to_microseconds(r.wrap_us) AS wrap, p.transaction_id AS record
  FROM rules r JOIN store.events e ON e.source = r.case_source JOIN store.event_places p USING (event_id)
  WHERE e.agent_id IS NOT NULL AND e.case_key IS NOT NULL AND p.transaction_id IS NOT NULL
), legs AS (
  SELECT DISTINCT l.interaction_id, l.source, l.session_key, l.transaction_id, s.record
  FROM store.transactions l JOIN saves s
    ON s.interaction_id = l.interaction_id AND s.call_source = l.source AND s.agent_id = l.agent_id
  WHERE s.saved_at BETWEEN l.presence_from AND l.presence_to + s.wrap
), calls AS (
  SELECT transaction_id AS call, record FROM legs
  UNION
  SELECT t.transaction_id, l.record FROM legs l JOIN store.transactions t USING (interaction_id, source, session_key)
)
SELECT call AS a, record AS b FROM calls
UNION
SELECT record, call FROM calls)sql";

}  // namespace

Status make_agent_ties(store::Connection& connection, const LinkingConfig& linking) {
  std::vector<std::string> cases;
  std::vector<std::string> calls;
  std::vector<std::string> wraps;
  std::vector<std::string> offsets;
  for (const AgentTimeRule& rule : linking.agent_time_rules) {
    cases.push_back(rule.case_source);
    calls.push_back(rule.call_source);
    wraps.push_back(std::to_string(rule.wrap_us));
    offsets.push_back(std::to_string(rule.clock_offset_us));
  }
  CLEW_TRY_VOID(connection.execute(
      kTiesSql, {std::span<const std::string>(cases), std::span<const std::string>(calls),
                 std::span<const std::string>(wraps), std::span<const std::string>(offsets)}));
  return {};
}

}  // namespace clewline::engine
