// The linker against plain SQL on random data. First the gap query of bench/, without keys; then
// calls, visits and chats with session and chain keys, grouped in SQL by asking every two of them
// until nothing changes. Same customers, so the units must hold exactly the same events.

#include <gtest/gtest.h>

#include <optional>

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

/// 1,500 calls, visits and chats of 40 customers in four days and a half, at whole minutes so that
/// gaps often equal their limit. A chat states its end; of the others the last event tells it.
constexpr std::string_view kInsertSessions =
    "INSERT INTO store.events BY NAME "
    "WITH session AS (SELECT i, ['voice', 'web', 'chat'][(hash(i, $1) % 3)::BIGINT + 1] AS "
    "channel, "
    "TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_minutes((hash(i, $1 + 1) % 6600)::BIGINT) AS "
    "starts, "
    "to_minutes((hash(i, $1 + 2) % 45)::BIGINT) AS length, 'C' || (hash(i, $1 + 3) % 40) AS "
    "customer, 'x' || (hash(i, $1 + 4) % 15) AS chain FROM range(1500) t(i)), "
    "event AS (SELECT *, 0 AS n, starts AS happened, CASE WHEN channel = 'chat' THEN starts + "
    "length END "
    "AS ends FROM session UNION ALL SELECT *, 1, starts + length, NULL FROM session WHERE channel "
    "<> 'chat') "
    "SELECT (lpad(to_hex(hash(i, n, $1 + 5)), 16, '0') || lpad(to_hex(hash(i, n, $1 + 6)), 16, "
    "'0'))::UUID AS event_id, 'all' AS source, 'default' AS stream, 'r' || i || '-' || n AS "
    "record_id, 0 AS ordinal, channel, CASE channel WHEN 'web' THEN 'web.page_viewed' WHEN 'chat' "
    "THEN 'agent.connected' ELSE ['ivr.entered', 'ivr.exited'][n + 1] END AS event_type, happened "
    "AS "
    "occurred_at, ends AS ended_at, 's' || i AS session_key, chain AS chain_key, CASE channel "
    "WHEN 'chat' THEN 'kim' END AS agent_id, now() AS ingested_at, [{kind: 'crm_id', value: "
    "customer, raw: NULL, role: 'customer', assurance: 'system', issue: NULL}] AS identifiers "
    "FROM event";

constexpr std::string_view kPresences =
    "CREATE TEMP TABLE presence AS SELECT *, row_number() OVER (ORDER BY session_key) AS label "
    "FROM "
    "(SELECT session_key, identifiers[1].value AS customer, channel, "
    "chain_key, min(occurred_at) AS starts, max(coalesce(ended_at, occurred_at)) AS ends FROM "
    "store.events GROUP BY ALL)";

/// Every two presences of a customer that overlap or lie within the gap of their channels or chain.
constexpr std::string_view kJoins =
    "CREATE TEMP TABLE joins AS "
    "SELECT a.session_key AS a, b.session_key AS b, gap <= by_channel AS near "
    "FROM presence a JOIN presence b ON a.customer = b.customer AND a.session_key < b.session_key, "
    "LATERAL (SELECT greatest(a.starts, b.starts) - least(a.ends, b.ends) AS gap, CASE "
    "WHEN a.channel = 'web' AND b.channel = 'web' THEN INTERVAL 30 MINUTE "
    "WHEN a.channel = 'web' OR b.channel = 'web' THEN INTERVAL 20 MINUTE "
    "WHEN a.channel = 'chat' AND b.channel = 'chat' THEN INTERVAL 15 MINUTE "
    "ELSE INTERVAL 10 MINUTE END AS by_channel) "
    "WHERE gap <= by_channel OR (a.chain_key = b.chain_key AND gap <= INTERVAL 2 HOUR)";

/// Gives every presence the least label among those it is joined to.
constexpr std::string_view kSpread =
    "UPDATE presence SET label = least.label FROM (SELECT mine, min(other.label) AS label FROM ("
    "SELECT a AS mine, b AS theirs FROM joins UNION ALL SELECT b, a FROM joins) "
    "JOIN presence other ON other.session_key = theirs GROUP BY 1) AS least "
    "WHERE least.mine = presence.session_key AND least.label < presence.label";

/// Gives groups whose hulls overlap the least label of them.
constexpr std::string_view kSpreadHulls =
    "UPDATE presence SET label = lower.to_label FROM ("
    "WITH hull AS (SELECT label, customer, min(starts) AS starts, max(ends) AS ends FROM presence "
    "GROUP BY ALL) "
    "SELECT x.label AS from_label, min(y.label) AS to_label FROM hull x JOIN hull y ON x.customer "
    "= y.customer AND x.starts <= y.ends AND y.starts <= x.ends AND y.label < x.label GROUP BY 1) "
    "AS lower WHERE presence.label = lower.from_label";

constexpr std::string_view kSessionDifferences =
    "WITH both_ways AS (SELECT p.session_key, label, transaction_id, interaction_id FROM "
    "store.events e JOIN store.event_places USING (event_id) JOIN presence p ON p.session_key = "
    "e.session_key) "
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM both_ways GROUP BY session_key HAVING "
    "count(DISTINCT transaction_id) > 1)) "
    "     + (SELECT count(*) FROM (SELECT 1 FROM both_ways GROUP BY transaction_id HAVING "
    "count(DISTINCT session_key) > 1)) "
    "     + (SELECT count(*) FROM (SELECT 1 FROM both_ways GROUP BY label HAVING count(DISTINCT "
    "interaction_id) > 1)) "
    "     + (SELECT count(*) FROM (SELECT 1 FROM both_ways GROUP BY interaction_id HAVING "
    "count(DISTINCT label) > 1)) "
    "     + abs((SELECT count(*) FROM store.events) - (SELECT count(*) FROM both_ways))";

/// Presences as the linker stored them, against the hull of each session's events.
constexpr std::string_view kPresenceDifferences =
    "SELECT count(*) FROM presence p FULL JOIN store.transactions t ON t.session_key = "
    "p.session_key WHERE t.presence_from IS DISTINCT FROM p.starts OR t.presence_to IS DISTINCT "
    "FROM p.ends";

/// A store of events made by `sql`, linked.
std::optional<store::Connection> linked(store::Database& database, std::string_view sql,
                                        std::int64_t seed) {
  auto connection = database.connect();
  EXPECT_TRUE(connection.ok());
  EXPECT_TRUE(store::migrate(*connection).ok());
  const auto inserted = connection->execute(sql, {seed});
  EXPECT_TRUE(inserted.ok()) << describe(inserted.error());
  LinkSettings settings;
  settings.workspace_key = "test key";
  const auto summary = link_workspace(database, settings);
  EXPECT_TRUE(summary.ok()) << describe(summary.error());
  if (!inserted.ok() || !summary.ok()) return std::nullopt;
  EXPECT_EQ(summary->customers_identified, 40U);
  return std::move(*connection);
}

/// Runs an UPDATE until it changes nothing; returns how many rows it changed.
std::int64_t spread(store::Connection& connection, std::string_view sql) {
  std::int64_t all = 0;
  for (std::int64_t changed = 1; changed != 0; all += changed) {
    const auto result = connection.execute(sql);
    EXPECT_TRUE(result.ok()) << describe(result.error());
    if (!result.ok()) return all;
    changed = *result;
  }
  return all;
}

TEST(LinkAgainstSql, SessionsAndSittingsEqualThoseOfPlainSql) {
  std::int64_t by_chain = 0;
  std::int64_t by_hull = 0;
  for (std::int64_t seed = 1; seed <= 5; ++seed) {
    auto database = store::Database::open(":memory:");
    ASSERT_TRUE(database.ok());
    auto connection = linked(*database, kInsertSessions, seed * 10);
    ASSERT_TRUE(connection);
    for (const std::string_view sql : {kPresences, kJoins}) {
      const auto made = connection->execute(sql);
      ASSERT_TRUE(made.ok()) << describe(made.error());
    }
    by_chain += *connection->query_int64("SELECT count(*) FROM joins WHERE NOT near");
    for (std::int64_t changed = 1; changed != 0;) {
      spread(*connection, kSpread);
      changed = spread(*connection, kSpreadHulls);
      by_hull += changed;
    }
    EXPECT_EQ(*connection->query_int64(kSessionDifferences), 0) << "seed " << seed;
    EXPECT_EQ(*connection->query_int64(kPresenceDifferences), 0) << "seed " << seed;
  }
  EXPECT_GT(by_chain, 0) << "no seed joined by chain alone";
  EXPECT_GT(by_hull, 0) << "no seed joined by overlapping hulls";
}

TEST(LinkAgainstSql, InteractionsEqualThePlainGapQuery) {
  for (std::int64_t seed = 1; seed <= 5; ++seed) {
    auto database = store::Database::open(":memory:");
    ASSERT_TRUE(database.ok());
    auto connection = linked(*database, kInsert, seed * 10);
    ASSERT_TRUE(connection);
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
