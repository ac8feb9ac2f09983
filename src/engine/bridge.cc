#include "engine/bridge.h"

#include "engine/query_table.h"

namespace clewline::engine {
namespace {

// Counts of one level. `level` order is part of the answer. An event's kind is that of its
// interaction.
constexpr std::string_view kBridgeSql = R"sql(
WITH placed AS (
  SELECT p.event_id, p.customer_id, p.transaction_id, p.interaction_id, p.engagement_id
  FROM store.event_places p WHERE p.attribution <> 'not_a_customer'
), left_out AS (
  SELECT count(*) FILTER (WHERE NOT t.in_tree) AS outside
  FROM store.events e JOIN store.event_types t USING (event_type)
), blocked AS (
  SELECT count(*) AS n FROM store.event_places WHERE attribution = 'not_a_customer'
), of_transaction AS (
  SELECT transaction_id, count(*) AS events, min(interaction_id) AS i, max(interaction_id) AS i2,
         min(engagement_id) AS g, max(engagement_id) AS g2, min(customer_id) AS c, max(customer_id) AS c2
  FROM placed GROUP BY transaction_id
), transactions_wrong AS (
  SELECT count(*) AS n FROM store.transactions t FULL JOIN of_transaction o USING (transaction_id)
  WHERE t.events IS DISTINCT FROM o.events OR t.interaction_id IS DISTINCT FROM o.i OR o.i IS DISTINCT FROM o.i2
     OR t.engagement_id IS DISTINCT FROM o.g OR o.g IS DISTINCT FROM o.g2
     OR t.customer_id IS DISTINCT FROM o.c OR o.c IS DISTINCT FROM o.c2
), of_interaction AS (
  SELECT interaction_id, count(*) AS transactions, sum(events) AS events, min(engagement_id) AS g, max(engagement_id) AS g2,
         min(customer_id) AS c, max(customer_id) AS c2
  FROM store.transactions GROUP BY interaction_id
), interactions_wrong AS (
  SELECT count(*) AS n FROM store.interactions t FULL JOIN of_interaction o USING (interaction_id)
  WHERE t.transactions IS DISTINCT FROM o.transactions OR t.events IS DISTINCT FROM o.events
     OR t.engagement_id IS DISTINCT FROM o.g OR o.g IS DISTINCT FROM o.g2 OR t.customer_id IS DISTINCT FROM o.c OR o.c IS DISTINCT FROM o.c2
), of_engagement AS (
  SELECT engagement_id, count(*) AS interactions, count(*) FILTER (WHERE kind = 'contact') AS contacts,
         sum(transactions) AS transactions, sum(events) AS events, min(customer_id) AS c, max(customer_id) AS c2
  FROM store.interactions GROUP BY engagement_id
), engagements_wrong AS (
  SELECT count(*) AS n FROM store.engagements t FULL JOIN of_engagement o USING (engagement_id)
  WHERE t.interactions IS DISTINCT FROM o.interactions OR t.contacts IS DISTINCT FROM o.contacts OR t.transactions IS DISTINCT FROM o.transactions
     OR t.events IS DISTINCT FROM o.events OR t.customer_id IS DISTINCT FROM o.c OR o.c IS DISTINCT FROM o.c2
), of_journey AS (
  SELECT customer_id, count(*) AS engagements, sum(interactions) AS interactions, sum(contacts) AS contacts,
         sum(transactions) AS transactions, sum(events) AS events
  FROM store.engagements GROUP BY customer_id
), journeys_wrong AS (
  SELECT count(*) AS n FROM store.journeys t FULL JOIN of_journey o USING (customer_id)
  WHERE t.engagements IS DISTINCT FROM o.engagements OR t.interactions IS DISTINCT FROM o.interactions OR t.contacts IS DISTINCT FROM o.contacts
     OR t.transactions IS DISTINCT FROM o.transactions OR t.events IS DISTINCT FROM o.events
     OR NOT EXISTS (SELECT 1 FROM store.customers c WHERE c.customer_id = t.customer_id)
), known AS (
  SELECT customer_id, identified FROM store.customers
), units AS (
  SELECT 1 AS position, 'events' AS level, sum(t.events) AS units, sum(t.events) FILTER (WHERE i.kind = 'contact') AS contact,
         sum(t.events) FILTER (WHERE i.kind = 'company') AS company, sum(t.events) FILTER (WHERE i.kind = 'feedback') AS feedback,
         sum(t.events) FILTER (WHERE k.identified) AS identified, sum(t.events) FILTER (WHERE NOT k.identified) AS anonymous
  FROM of_transaction t LEFT JOIN store.interactions i ON i.interaction_id = t.i LEFT JOIN known k ON k.customer_id = t.c
  UNION ALL
  SELECT 2, 'transactions', count(*), count(*) FILTER (WHERE i.kind = 'contact'), count(*) FILTER (WHERE i.kind = 'company'),
         count(*) FILTER (WHERE i.kind = 'feedback'), count(*) FILTER (WHERE k.identified), count(*) FILTER (WHERE NOT k.identified)
  FROM store.transactions t LEFT JOIN store.interactions i USING (interaction_id) LEFT JOIN known k ON k.customer_id = t.customer_id
  UNION ALL
  SELECT 3, 'interactions', count(*), count(*) FILTER (WHERE kind = 'contact'), count(*) FILTER (WHERE kind = 'company'),
         count(*) FILTER (WHERE kind = 'feedback'), count(*) FILTER (WHERE k.identified), count(*) FILTER (WHERE NOT k.identified)
  FROM store.interactions LEFT JOIN known k USING (customer_id)
  UNION ALL
  SELECT 4, 'engagements', count(*), count(*) FILTER (WHERE kind = 'contact'), count(*) FILTER (WHERE kind = 'company'),
         count(*) FILTER (WHERE kind = 'feedback'), count(*) FILTER (WHERE k.identified), count(*) FILTER (WHERE NOT k.identified)
  FROM store.engagements LEFT JOIN known k USING (customer_id)
  UNION ALL
  SELECT 5, 'journeys', count(*), count(*) FILTER (WHERE contacts > 0), NULL, NULL,
         count(*) FILTER (WHERE k.identified), count(*) FILTER (WHERE NOT k.identified)
  FROM store.journeys LEFT JOIN known k USING (customer_id)
), residuals AS (
  SELECT 1 AS position, (SELECT count(*) FROM store.events) - (SELECT count(*) FROM placed) - (SELECT outside FROM left_out)
         - (SELECT n FROM blocked) AS residual
  UNION ALL SELECT 2, n FROM transactions_wrong UNION ALL SELECT 3, n FROM interactions_wrong
  UNION ALL SELECT 4, n FROM engagements_wrong UNION ALL SELECT 5, n FROM journeys_wrong
)
SELECT level, coalesce(units, 0)::BIGINT AS units, coalesce(contact, 0)::BIGINT AS contact,
       CASE WHEN position < 5 THEN coalesce(company, 0)::BIGINT END AS company,
       CASE WHEN position < 5 THEN coalesce(feedback, 0)::BIGINT END AS feedback,
       coalesce(identified, 0)::BIGINT AS identified, coalesce(anonymous, 0)::BIGINT AS anonymous, residual::BIGINT AS residual
FROM (SELECT * FROM units JOIN residuals USING (position)
      UNION ALL
      SELECT 6, 'events not in the tree', outside, NULL, NULL, NULL, NULL, NULL, 0 FROM left_out
      UNION ALL
      SELECT 7, 'events of no customer', n, NULL, NULL, NULL, NULL, NULL, 0 FROM blocked)
ORDER BY position)sql";

std::int64_t whole(const render::Cell& cell) {
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

// The two lines below the levels have no kinds.
void clear_kinds(render::ResultTable& table) {
  for (auto& row : table.rows) {
    const std::string& level = std::get<std::string>(row[0]);
    if (!level.starts_with("events ")) continue;
    for (std::size_t column = 2; column <= 6; ++column) row[column] = render::Cell();
  }
}

}  // namespace

Result<render::ResultTable> bridge(Workspace& workspace) {
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(render::ResultTable table, query_table(connection, kBridgeSql));
  clear_kinds(table);
  const auto linked =
      connection.query_text("SELECT value FROM store.settings WHERE key = 'config_hash'");
  table.columns.push_back({"config_hash", render::ColumnKind::text, render::Audience::machines});
  for (auto& row : table.rows) row.push_back(linked.ok() ? render::Cell(*linked) : render::Cell());
  if (!linked.ok()) {
    table.notes.push_back("Not linked: run `clewline link -w " + workspace.folder() + "`.");
  } else {
    table.notes.push_back("Linked under configuration " + linked->substr(0, 12) + ".");
    if (*linked != workspace.config().hash) {
      table.notes.push_back("The configuration has changed since (" +
                            workspace.config().hash.substr(0, 12) + "): run `clewline link -w " +
                            workspace.folder() + "`.");
    }
  }
  if (bridge_residual(table) != 0)
    table.notes.push_back(
        "The residual is not 0: records came in after the last link, or the tables were changed. "
        "Run `clewline link`.");
  return table;
}

std::int64_t bridge_residual(const render::ResultTable& bridge) {
  std::int64_t sum = 0;
  for (const auto& row : bridge.rows) sum += std::abs(whole(row[7]));
  return sum;
}

}  // namespace clewline::engine
