#include "store/sql_check.h"

#include <gtest/gtest.h>

namespace clewline::store {
namespace {

const SqlPolicy kPolicy{{"events", "journeys"}};

ErrorCode refusal(std::string_view sql) {
  const Status checked = check_sql(sql, kPolicy);
  EXPECT_FALSE(checked.ok()) << sql;
  if (checked.ok()) return ErrorCode::internal;
  EXPECT_FALSE(checked.error().hint.empty()) << sql;
  return checked.error().code;
}

TEST(SqlCheck, AllowsWhatAnalystsWrite) {
  for (const std::string_view sql :
       {"SELECT 1",
        "FROM events",
        "select count(*) from Events e join main.journeys j using (customer_id);",
        "SELECT event_type, count(*) FILTER (WHERE channel = 'voice') AS n FROM events GROUP BY "
        "ALL HAVING n > 3 ORDER BY 2 DESC NULLS LAST LIMIT 10 -- the end",
        "WITH e AS (SELECT * FROM events), f AS (SELECT * FROM e) SELECT * FROM e UNION ALL BY "
        "NAME SELECT * FROM f",
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * "
        "FROM n",
        "SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY occurred_at) AS i, lag(x, "
        "1, 0) OVER w FROM events WINDOW w AS (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT "
        "ROW) QUALIFY i = 1",
        "SELECT * EXCLUDE (a) REPLACE (upper(b) AS b) FROM events WHERE x BETWEEN 1 AND 2 OR y IN "
        "('a', 'b') OR z NOT IN (SELECT z FROM journeys) AND q IS NOT NULL AND NOT r",
        "SELECT list_transform([1, 2], lambda x: x + 1), [x * 2 FOR x IN [1, 2] IF x > 1], {'a': "
        "1}.a, MAP {'k': 2}['k'], 'a'[1:2]",
        "SELECT CASE WHEN a THEN 1 ELSE 2 END, coalesce(a, b), nullif(a, b), a::DECIMAL(9, 2), "
        "CAST(b AS STRUCT(x INT, y VARCHAR[])), TRY_CAST(c AS DATE), DATE '2026-01-01' + INTERVAL "
        "3 DAY FROM events",
        "SELECT * FROM events, unnest([1, 2, 3]) u(i), range(5), generate_series(1, 3)",
        "SELECT unnest(identifiers, recursive := true) FROM events",
        "SELECT quantile_cont(d, [0.5, 0.9]), string_agg(x, ',' ORDER BY y), mode(x), arg_max(a, "
        "b) FROM events",
        "SELECT date_trunc('hour', occurred_at), extract(dow FROM occurred_at), "
        "strftime(occurred_at, '%H'), time_bucket(INTERVAL 15 MINUTE, occurred_at), occurred_at AT "
        "TIME ZONE 'Europe/Berlin' FROM events",
        "SELECT a, b, count(*) FROM events GROUP BY GROUPING SETS ((a), (a, b), ()), ROLLUP (a)",
        "VALUES (1), (2)",
        "TABLE events",
        "SELECT DISTINCT ON (a) a FROM events TABLESAMPLE 10%",
        "SELECT COLUMNS('a.*') FROM events",
        "SELECT a ~ 'x', a LIKE 'b%', a ILIKE 'c', a SIMILAR TO 'd', a || b, -a, 5! FROM events",
        "SELECT EXISTS (SELECT 1 FROM journeys j WHERE j.id = e.id), (SELECT max(x) FROM journeys) "
        "FROM events e ASOF JOIN journeys k ON e.t >= k.t"}) {
    const Status checked = check_sql(sql, kPolicy);
    EXPECT_TRUE(checked.ok()) << sql << "\n" << describe(checked.error());
  }
}

TEST(SqlCheck, RefusesOtherStatements) {
  for (const std::string_view sql : {"ATTACH 'x.duckdb'",
                                     "COPY events TO 'x.csv'",
                                     "COPY (SELECT 1) TO 'x'",
                                     "EXPORT DATABASE 'x'",
                                     "INSTALL httpfs",
                                     "LOAD httpfs",
                                     "SET threads = 1",
                                     "RESET ALL",
                                     "PRAGMA database_list",
                                     "PRAGMA threads = 4",
                                     "CALL pragma_version()",
                                     "CHECKPOINT",
                                     "CREATE TABLE t (a INT)",
                                     "CREATE MACRO m() AS 1",
                                     "CREATE SECRET s (TYPE s3)",
                                     "DROP TABLE events",
                                     "DELETE FROM events",
                                     "UPDATE events SET a = 1",
                                     "INSERT INTO events VALUES (1)",
                                     "EXPLAIN SELECT 1",
                                     "EXPLAIN ANALYZE DELETE FROM events",
                                     "BEGIN",
                                     "VACUUM",
                                     "PREPARE p AS SELECT 1",
                                     "USE memory",
                                     "SELECT 1; SELECT 2",
                                     "SELECT 1; DROP TABLE events",
                                     "PIVOT events ON a USING sum(b)",
                                     "FORCE CHECKPOINT",
                                     "DETACH memory",
                                     "COMMENT ON TABLE events IS 'x'",
                                     "",
                                     ";"})
    EXPECT_EQ(refusal(sql), ErrorCode::not_allowed) << sql;
  for (const std::string_view sql :
       {"SELEC 1", "SELECT (1",
        "WITH x AS (INSERT INTO events VALUES (1) RETURNING *) SELECT * FROM x",
        "SELECT 1 /* open"})
    EXPECT_EQ(refusal(sql), ErrorCode::usage) << sql;
}

TEST(SqlCheck, RefusesOtherRelations) {
  for (const std::string_view sql :
       {"SELECT * FROM store.events", "SELECT * FROM store.settings",
        "SELECT * FROM other.main.events", "SELECT * FROM information_schema.tables",
        "SELECT * FROM duckdb_settings", "SELECT * FROM duckdb_settings()",
        "SELECT * FROM sqlite_master", "SELECT * FROM pg_catalog.pg_class",
        "SELECT * FROM 'file.csv'", "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM events WHERE a IN (SELECT value FROM store.settings)",
        "SELECT (SELECT value FROM settings)", "SHOW TABLES", "SELECT * FROM (DESCRIBE events)",
        "SUMMARIZE events", "SELECT * FROM events AT (VERSION => 1)", "DESCRIBE SELECT 1"})
    EXPECT_EQ(refusal(sql), ErrorCode::not_allowed) << sql;
}

TEST(SqlCheck, NamesOfWithHoldOnlyWhereTheyMeanTheQuery) {
  for (const std::string_view sql :
       {"WITH duckdb_settings AS (SELECT * FROM duckdb_settings) SELECT * FROM duckdb_settings",
        "WITH a AS (SELECT * FROM duckdb_settings), duckdb_settings AS (SELECT 1) SELECT * FROM a",
        "SELECT * FROM (WITH duckdb_settings AS (SELECT 1) SELECT * FROM duckdb_settings), "
        "duckdb_settings",
        "WITH duckdb_settings AS (SELECT 1) SELECT * FROM main.duckdb_views",
        "WITH settings AS (SELECT 1) SELECT * FROM store.settings",
        "WITH RECURSIVE duckdb_settings AS (SELECT name FROM duckdb_settings UNION ALL SELECT name "
        "FROM duckdb_settings) SELECT * FROM duckdb_settings",
        "WITH duckdb_views AS (SELECT 1) SELECT * FROM main.duckdb_views"})
    EXPECT_EQ(refusal(sql), ErrorCode::not_allowed) << sql;
}

TEST(SqlCheck, RefusesFunctionsThatReachOutside) {
  for (const std::string_view sql :
       {"SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('x')",
        "SELECT * FROM parquet_scan('x')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM checkpoint()",
        "SELECT * FROM force_checkpoint()",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('events')",
        "SELECT * FROM json_execute_serialized_sql('x')",
        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM pragma_storage_info('events')",
        "SELECT * FROM arrow_scan(1, 2, 3)",
        "SELECT * FROM seq_scan('events')",
        "SELECT * FROM sniff_csv('x')",
        "SELECT current_setting('threads')",
        "SELECT getvariable('x')",
        "SELECT nextval('s')",
        "SELECT getenv('HOME')",
        "SELECT write_log('x')",
        "SELECT sleep_ms(1000)",
        "SELECT pg_sleep(10)",
        "SELECT json_serialize_plan('SELECT 1')",
        "SELECT system.main.current_setting('threads')",
        "SELECT e.a.current_setting() FROM events e",
        "SELECT version()",
        "SELECT a FROM events ORDER BY getvariable('x')",
        "SELECT list_transform([1], lambda x: nextval('s'))",
        "SELECT sum(a) OVER (PARTITION BY current_setting('x')) FROM events",
        "SELECT * REPLACE (getvariable('v') AS a) FROM events",
        "SELECT unnest([current_setting('x')])",
        "SELECT * FROM range(nextval('s'))",
        "SELECT sum(a) FILTER (WHERE nextval('s') > 0) FROM events",
        "SELECT clew_source('x')",
        "SELECT * FROM clew_source('x')",
        "SELECT 1 LIMIT current_setting('threads')",
        "SELECT $1",
        "SELECT ?",
        "SELECT * FROM events WHERE a = $name"})
    EXPECT_EQ(refusal(sql), ErrorCode::not_allowed) << sql;
}

TEST(SqlCheck, RefusesWhatIsTooLargeOrTooDeep) {
  EXPECT_EQ(refusal("SELECT '" + std::string(2 << 20, 'x') + "'"), ErrorCode::limit);
  std::string deep = "SELECT ";
  for (int i = 0; i < 900; ++i) deep += "(1 + ";
  deep += "1" + std::string(900, ')');
  EXPECT_EQ(refusal(deep), ErrorCode::not_allowed);
  EXPECT_EQ(refusal(std::string("SELECT 1\0; DROP TABLE x", 23)), ErrorCode::usage);
}

}  // namespace
}  // namespace clewline::store
