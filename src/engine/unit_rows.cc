#include "engine/unit_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "engine/query_table.h"

namespace clewline::engine {

const std::string_view kMasked = "***";

namespace {

const render::Cell kNullCell;

constexpr std::string_view kCustomerSql =
    "SELECT 'c_' || replace(c.customer_id::VARCHAR, '-', '') AS customer_id, c.identified, "
    "c.naming_kind, c.naming_value, "
    "j.first_at, j.last_at, j.engagements, j.interactions, j.contacts, j.transactions, j.events, "
    "j.channels "
    "FROM store.customers c LEFT JOIN store.journeys j USING (customer_id) WHERE c.customer_id = "
    "$1";

constexpr std::string_view kEngagementsSql =
    "SELECT 'g_' || replace(engagement_id::VARCHAR, '-', '') AS engagement_id, kind, intent, goal, "
    "CASE WHEN last_state <> 'closed' AND lapses_at <= (SELECT value::TIMESTAMPTZ FROM "
    "store.settings WHERE key = 'as_of') "
    "THEN 'lapsed' ELSE last_state END AS state, "
    "result, first_at, last_at, interactions, contacts, contact_attempts, transactions, events, "
    "channels, agents, case_key, "
    "link_probability FROM store.engagements WHERE customer_id = $1 AND ($2 OR engagement_id = $3) "
    "ORDER BY first_at, store.engagements.engagement_id";

constexpr std::string_view kInteractionsSql =
    "SELECT 'i_' || replace(interaction_id::VARCHAR, '-', '') AS interaction_id, 'g_' || "
    "replace(engagement_id::VARCHAR, '-', '') AS engagement_id, "
    "kind, initiated_by, intent, outcome, pattern, first_at, last_at, presence_from, presence_to, "
    "first_channel, last_channel, transactions, "
    "handling_transactions, events, systems, channels, agents, contact_attempts, primary_case "
    "FROM store.interactions WHERE customer_id = $1 AND ($2 OR engagement_id = $3) AND ($4 OR "
    "interaction_id = $5) ORDER BY first_at, store.interactions.interaction_id";

constexpr std::string_view kTransactionsSql =
    "SELECT 't_' || replace(transaction_id::VARCHAR, '-', '') AS transaction_id, 'i_' || "
    "replace(interaction_id::VARCHAR, '-', '') AS interaction_id, "
    "system, channel, role, direction, source, first_at, last_at, presence_from, presence_to, "
    "events, agent_id, queue_id, intent, disposition, "
    "outcome, wait_ms, talk_ms, hold_ms, wrap_ms, session_key, chain_key, case_key, "
    "presence_clipped "
    "FROM store.transactions WHERE customer_id = $1 AND ($2 OR engagement_id = $3) AND ($4 OR "
    "interaction_id = $5) "
    "ORDER BY coalesce(presence_from, first_at), first_at, store.transactions.transaction_id";

// The wide table is read by row id: DuckDB then looks up the few rows instead of decoding every
// column of every row to join them (measured at 1 M events: 0.19 s against 1.2 s).
constexpr std::string_view kEventsSql =
    "WITH mine AS MATERIALIZED (SELECT event_id, transaction_id, attribution FROM "
    "store.event_places "
    "WHERE customer_id = $1 AND ($2 OR engagement_id = $3) AND ($4 OR interaction_id = $5)), "
    "e AS (SELECT * FROM store.events WHERE rowid IN "
    "(SELECT rowid FROM store.events WHERE event_id IN (SELECT event_id FROM mine))) "
    "SELECT replace(e.event_id::VARCHAR, '-', '') AS event_id, 't_' || "
    "replace(p.transaction_id::VARCHAR, '-', '') AS transaction_id, e.event_type, e.occurred_at, "
    "e.ended_at, "
    "e.system, e.channel, e.actor, e.direction, e.source, e.stream, e.record_id, "
    "e.source_event_type, e.activity, p.attribution, "
    "e.identifiers, e.intent, e.agent_id, e.agent_name, e.team, e.queue_id, e.queue_name, "
    "e.flow_name, e.node_id, e.node_type, e.node_result, e.outcome, "
    "e.outcome_reason, e.ended_by, e.disposition, e.duration_ms, e.wait_ms, e.talk_ms, e.hold_ms, "
    "e.acw_ms, e.score::DOUBLE AS score, e.score_type, "
    "e.amount::DOUBLE AS amount, e.currency, e.text, e.session_key, e.chain_key, e.case_key, "
    "e.issues "
    "FROM mine p JOIN e USING (event_id) LEFT JOIN store.event_types t USING (event_type) "
    "ORDER BY e.occurred_at, t.lifecycle_rank, e.sequence NULLS FIRST, e.event_id";

bool is_personal(std::string_view column) {
  return column == "naming_value" || column == "agent_name" || column == "text" ||
         column == "identifiers";
}

// Replaces whole values; lists become empty.
void hide(render::ResultTable& table) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (!is_personal(table.columns[c].name)) continue;
    const bool is_list = table.columns[c].kind == render::ColumnKind::json;
    for (auto& row : table.rows) {
      if (std::holds_alternative<std::monostate>(row[c])) continue;
      row[c] = is_list ? std::string("[]") : std::string(kMasked);
    }
  }
}

CustomerRows hidden(CustomerRows rows, Masking masking) {
  if (masking == Masking::none) return rows;
  for (render::ResultTable* table :
       {&rows.customer, &rows.engagements, &rows.interactions, &rows.transactions, &rows.events})
    hide(*table);
  return rows;
}

std::string replaced(std::string_view sql, std::string_view what, std::string_view by) {
  const std::size_t at = sql.find(what);
  CLEW_ASSERT(at != std::string_view::npos);
  return std::string(sql.substr(0, at)) + std::string(by) +
         std::string(sql.substr(at + what.size()));
}

constexpr std::string_view kOfOne =
    "customer_id = $1 AND ($2 OR engagement_id = $3) AND ($4 OR interaction_id = $5)";

// The same rows, chosen by interaction in place of one customer's.
std::string of_chosen(std::string_view sql) {
  return replaced(sql, kOfOne,
                  "interaction_id IN (SELECT interaction_id FROM chosen_interactions)");
}

// Which of a customer's places are read: values of $1 to $5.
struct Scope {
  Id128 customer;
  bool every_engagement = true;
  Id128 engagement;
  bool every_interaction = true;
  Id128 interaction;
};

Scope scope_of(const Id128& customer_id, const UnitScope& scope) {
  return {customer_id, !scope.engagement, scope.engagement.value_or(Id128()), !scope.interaction,
          scope.interaction.value_or(Id128())};
}

Result<std::int64_t> count_events(store::Connection& connection, const Scope& scope) {
  CLEW_TRY(
      const auto rows,
      connection.query_rows("SELECT count(*) FROM store.event_places WHERE " + std::string(kOfOne),
                            {scope.customer, scope.every_engagement, scope.engagement,
                             scope.every_interaction, scope.interaction}));
  return std::get<std::int64_t>(rows[0][0]);
}

Status read_all(store::Connection& connection, const Scope& scope, CustomerRows& rows) {
  CLEW_TRY(rows.engagements,
           query_table(connection, kEngagementsSql,
                       {scope.customer, scope.every_engagement, scope.engagement}));
  const auto read = [&](std::string_view sql) {
    return query_table(connection, sql,
                       {scope.customer, scope.every_engagement, scope.engagement,
                        scope.every_interaction, scope.interaction});
  };
  CLEW_TRY(rows.interactions, read(kInteractionsSql));
  CLEW_TRY(rows.transactions, read(kTransactionsSql));
  CLEW_TRY(rows.events, read(kEventsSql));
  return {};
}

// The latest events, and the units in which they are.
Status read_latest(store::Connection& connection, const Scope& scope, std::int64_t events_max,
                   CustomerRows& rows) {
  CLEW_TRY_VOID(connection.execute(
      fmt::format("CREATE OR REPLACE TEMP TABLE latest_events AS SELECT event_id, transaction_id, "
                  "interaction_id, engagement_id FROM (FROM store.event_places WHERE {}) JOIN "
                  "store.events e USING (event_id) ORDER BY e.occurred_at DESC, e.sequence DESC "
                  "NULLS LAST, event_id LIMIT {}",
                  kOfOne, events_max),
      {scope.customer, scope.every_engagement, scope.engagement, scope.every_interaction,
       scope.interaction}));
  const auto read = [&](std::string_view sql, std::string_view condition, std::string_view unit) {
    return query_table(
        connection,
        replaced(sql, condition, fmt::format("{0} IN (SELECT {0} FROM latest_events)", unit)));
  };
  constexpr std::string_view kOfEngagement = "customer_id = $1 AND ($2 OR engagement_id = $3)";
  CLEW_TRY(rows.engagements, read(kEngagementsSql, kOfEngagement, "engagement_id"));
  CLEW_TRY(rows.interactions, read(kInteractionsSql, kOfOne, "interaction_id"));
  CLEW_TRY(rows.transactions, read(kTransactionsSql, kOfOne, "transaction_id"));
  CLEW_TRY(rows.events, read(kEventsSql, kOfOne, "event_id"));
  return {};
}

}  // namespace

const render::Cell& UnitRow::cell(std::string_view column) const {
  for (std::size_t i = 0; i < table_->columns.size(); ++i) {
    if (table_->columns[i].name == column) return table_->rows[row_][i];
  }
  return kNullCell;
}

std::string UnitRow::text(std::string_view column) const {
  const auto* found = std::get_if<std::string>(&cell(column));
  return found == nullptr ? std::string() : *found;
}

std::int64_t UnitRow::number(std::string_view column) const {
  const auto* found = std::get_if<std::int64_t>(&cell(column));
  return found == nullptr ? 0 : *found;
}

TimeUs UnitRow::time(std::string_view column) const {
  const auto* found = std::get_if<render::TimeCell>(&cell(column));
  return found == nullptr ? kNoTime : found->us;
}

Result<CustomerRows> read_customer_rows(store::Connection& connection, const Id128& customer_id,
                                        const UnitScope& unit, Masking masking) {
  CustomerRows rows;
  const Scope scope = scope_of(customer_id, unit);
  CLEW_TRY(rows.customer, query_table(connection, kCustomerSql, {customer_id}));
  CLEW_TRY(const std::int64_t events, count_events(connection, scope));
  rows.events_left_out = std::max<std::int64_t>(0, events - unit.events_max);
  CLEW_TRY_VOID(rows.events_left_out == 0 ? read_all(connection, scope, rows)
                                          : read_latest(connection, scope, unit.events_max, rows));
  return hidden(std::move(rows), masking);
}

Result<CustomerRows> read_chosen_rows(store::Connection& connection, Masking masking) {
  CustomerRows rows;
  CLEW_TRY(rows.customer, query_table(connection, replaced(kCustomerSql, "c.customer_id = $1",
                                                           "c.customer_id IN (SELECT customer_id "
                                                           "FROM store.interactions SEMI JOIN "
                                                           "chosen_interactions USING "
                                                           "(interaction_id))")));
  CLEW_TRY(rows.interactions, query_table(connection, of_chosen(kInteractionsSql)));
  CLEW_TRY(rows.transactions, query_table(connection, of_chosen(kTransactionsSql)));
  CLEW_TRY(rows.events, query_table(connection, of_chosen(kEventsSql)));
  return hidden(std::move(rows), masking);
}

}  // namespace clewline::engine
