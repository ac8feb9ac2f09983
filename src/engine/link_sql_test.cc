// The linker against plain SQL on random data (the gap query of bench/, without keys): same
// customers, same gaps, so the interactions must hold exactly the same events.

#include <gtest/gtest.h>

#include <random>

#include "engine/link_workspace.h"
#include "store/database.h"
#include "store/migrations.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO store.events BY NAME SELECT "
    "(lpad(to_hex(hash(i, $1)), 16, '0') || lpad(to_hex(hash(i, $1 + 1)), 16, '0'))::UUID AS "
    "event_id, "
    "'web' AS source, 'default' AS stream, 'r' || i AS record_id, 0 AS ordinal, 'web' AS channel, "
    "'web.page_viewed' AS event_type, "
    "TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_seconds((hash(i, $1 + 2) % 400000)::BIGINT) AS "
    "occurred_at, 'customer' AS actor, "
    "'web' AS system, now() AS ingested_at, "
    "[{kind: 'crm_id', value: 'C' || (hash(i, $1 + 3) % 40), raw: NULL, role: 'customer', "
    "assurance: 'system', issue: NULL}] AS identifiers "
    "FROM range(3000) t(i)";

/// Every event with the number of its sitting by the plain gap rule of 30 minutes.
constexpr std::string_view kDifferences =
    "WITH cut AS (SELECT event_id, identifiers[1].value AS customer, occurred_at, "
    "  CASE WHEN occurred_at - lag(occurred_at) OVER w <= INTERVAL 30 MINUTE THEN 0 ELSE 1 END AS "
    "starts "
    "  FROM store.events WINDOW w AS (PARTITION BY identifiers[1].value ORDER BY occurred_at, "
    "event_id)), "
    "sql AS (SELECT event_id, customer || '-' || sum(starts) OVER (PARTITION BY customer ORDER BY "
    "occurred_at, event_id ROWS UNBOUNDED PRECEDING) AS sitting FROM cut), "
    "both_ways AS (SELECT sitting, interaction_id FROM sql JOIN store.event_places USING "
    "(event_id)) "
    "SELECT (SELECT count(*) FROM (SELECT sitting FROM both_ways GROUP BY 1 HAVING count(DISTINCT "
    "interaction_id) > 1)) "
    "     + (SELECT count(*) FROM (SELECT interaction_id FROM both_ways GROUP BY 1 HAVING "
    "count(DISTINCT sitting) > 1)) "
    "     + (SELECT count(*) FROM sql ANTI JOIN store.event_places USING (event_id))";

TEST(LinkAgainstSql, InteractionsEqualThePlainGapQuery) {
  for (std::int64_t seed = 1; seed <= 5; ++seed) {
    auto database = store::Database::open(":memory:");
    ASSERT_TRUE(database.ok());
    auto connection = database->connect();
    ASSERT_TRUE(connection.ok());
    ASSERT_TRUE(store::migrate(*connection).ok());
    const auto inserted = connection->execute(kInsert, {seed * 10});
    ASSERT_TRUE(inserted.ok()) << describe(inserted.error());
    LinkSettings settings;
    settings.workspace_key = "test key";
    const auto summary = link_workspace(*database, settings);
    ASSERT_TRUE(summary.ok()) << describe(summary.error());
    EXPECT_EQ(summary->events, 3000U);
    EXPECT_EQ(summary->customers_identified, 40U);
    const auto sittings = connection->query_int64("SELECT count(*) FROM store.interactions");
    ASSERT_TRUE(sittings.ok());
    EXPECT_GT(*sittings, 500);
    const auto differences = connection->query_int64(kDifferences);
    ASSERT_TRUE(differences.ok()) << describe(differences.error());
    EXPECT_EQ(*differences, 0) << "seed " << seed;
  }
}

}  // namespace
}  // namespace clewline::engine
