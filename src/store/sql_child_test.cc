#include "store/sql_child.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "store/sql_wire_internal.h"
#include "store/store_test_support.h"

// The test program is its own child: main hands the hidden argument on, as a program of ours does.
int main(int count, char** arguments) {
  if (count > 1 && arguments[1] == clewline::store::kSqlChildArgument)
    return clewline::store::sql_child_main();
  ::testing::InitGoogleTest(&count, arguments);
  return RUN_ALL_TESTS();
}

namespace clewline::store {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitsAddressSpace = false;
#else
constexpr bool kLimitsAddressSpace = true;
#endif

const std::string kEndless = "SELECT max(hash(a.i, b.i, c.i)) FROM events a, events b, events c";

struct Answer final : SqlAnswerSink {
  std::vector<SqlColumn> names;
  std::vector<std::vector<Cell>> cells;
  Status columns(std::span<const SqlColumn> columns) override {
    names.assign(columns.begin(), columns.end());
    return {};
  }
  Status rows(std::span<const std::vector<Cell>> rows) override {
    cells.insert(cells.end(), rows.begin(), rows.end());
    return {};
  }
};

class SqlChild : public ::testing::Test {
 protected:
  void SetUp() override {
    Database database = opened(path_);
    Connection connection = connected(database);
    ASSERT_TRUE(connection
                    .execute("CREATE SCHEMA store; CREATE TABLE store.events AS SELECT i, 'event ' "
                             "|| i AS label, "
                             "TIMESTAMPTZ '2026-01-31 09:00:00Z' + to_seconds(i) AS occurred_at "
                             "FROM range(100000) r(i); "
                             "CREATE TABLE store.settings AS SELECT 'secret' AS value; CREATE VIEW "
                             "events AS FROM store.events")
                    .ok());
  }

  SqlRequest request(std::string sql) const {
    SqlRequest request;
    request.database_path = path_;
    request.sql = std::move(sql);
    request.policy.relations = {"events"};
    request.limits.wall_time = std::chrono::seconds(30);
    return request;
  }

  Error failure(const SqlRequest& request) const {
    Answer answer;
    const auto ran = run_sql_in_child(request, answer);
    EXPECT_FALSE(ran.ok()) << request.sql;
    return ran.ok() ? Error{} : ran.error();
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("w.duckdb");
};

TEST_F(SqlChild, ReturnsTypedRowsInOrder) {
  Answer answer;
  const auto rows =
      run_sql_in_child(request("SELECT i, label, occurred_at, i / 4 AS share, i = 3 AS flag, NULL "
                               "AS nothing, (i * 1.1)::DECIMAL(9,2) AS amount, "
                               "'00000000-0000-0001-0000-0000000000ff'::UUID AS id, [label] AS "
                               "labels FROM events ORDER BY i DESC"),
                       answer);
  ASSERT_TRUE(rows.ok()) << describe(rows.error());
  EXPECT_EQ(*rows, 100'000);
  ASSERT_EQ(answer.cells.size(), 100'000U);
  const auto& row = answer.cells[99'996];
  EXPECT_EQ(row[0], Cell(std::int64_t{3}));
  EXPECT_EQ(row[1], Cell(std::string("event 3")));
  EXPECT_EQ(format_utc(std::get<TimeValue>(row[2]).us), "2026-01-31T09:00:03Z");
  EXPECT_EQ(row[3], Cell(0.75));
  EXPECT_EQ(row[4], Cell(true));
  EXPECT_EQ(row[5], Cell(std::monostate{}));
  EXPECT_EQ(row[6], Cell(std::string("3.30")));
  EXPECT_EQ(row[7], Cell(Id128{1, 255}));
  EXPECT_EQ(row[8], Cell(std::string(R"(["event 3"])")));
  EXPECT_EQ(answer.names[2].name, "occurred_at");
  EXPECT_EQ(answer.names[2].type, "TIMESTAMPTZ");
  EXPECT_EQ(answer.names[8].type, "VARCHAR[]");
}

TEST_F(SqlChild, ReadsTypesThatMustBeCast) {
  Answer answer;
  const auto rows =
      run_sql_in_child(request("SELECT i AS n, INTERVAL 90 MINUTE AS pause, TIME '10:30' AS n, "
                               "[INTERVAL 1 DAY] FROM events WHERE i < 3 ORDER BY i DESC; -- end"),
                       answer);
  ASSERT_TRUE(rows.ok()) << describe(rows.error());
  ASSERT_EQ(answer.cells.size(), 3U);
  EXPECT_EQ(answer.cells[0][0], Cell(std::int64_t{2}));
  EXPECT_EQ(answer.cells[0][1], Cell(std::string("01:30:00")));
  EXPECT_EQ(answer.cells[0][2], Cell(std::string("10:30:00")));
  EXPECT_EQ(answer.cells[0][3], Cell(std::string("[1 day]")));
  EXPECT_EQ(answer.names[1].name, "pause");
}

TEST_F(SqlChild, PreparedViewsCannotBeGoneRound) {
  SqlRequest masked = request("SELECT DISTINCT label FROM events");
  masked.prepare = "CREATE TEMP VIEW events AS SELECT i, '***' AS label FROM store.events";
  Answer answer;
  const auto rows = run_sql_in_child(masked, answer);
  ASSERT_TRUE(rows.ok()) << describe(rows.error());
  ASSERT_EQ(answer.cells.size(), 1U);
  EXPECT_EQ(answer.cells[0][0], Cell(std::string("***")));
  for (const std::string_view sql :
       {"SELECT label FROM main.events", "SELECT label FROM MAIN.\"events\"",
        "WITH e AS (SELECT label FROM main.events) SELECT * FROM e",
        "SELECT label FROM store.events", "SELECT label FROM w.main.events",
        "SELECT label FROM w.events"}) {
    masked.sql = sql;
    EXPECT_EQ(failure(masked).code, ErrorCode::not_allowed) << sql;
  }
}

TEST_F(SqlChild, EmptyAnswersHaveColumns) {
  Answer answer;
  EXPECT_EQ(*run_sql_in_child(request("SELECT i, label FROM events WHERE false"), answer), 0);
  EXPECT_EQ(answer.names.size(), 2U);
}

TEST_F(SqlChild, RefusesEscapesAndReportsErrors) {
  std::ofstream(folder_.file("x.csv")) << "a\n1\n";
  for (const std::string& sql :
       {std::string("SELECT * FROM checkpoint()"),
        std::string("SELECT * FROM query('SELECT * FROM store.settings')"),
        "SELECT * FROM read_csv('" + folder_.file("x.csv") + "')",
        "SELECT * FROM '" + folder_.file("x.csv") + "'", "ATTACH '" + folder_.file("y") + "'",
        "COPY events TO '" + folder_.file("y.csv") + "'", std::string("PRAGMA database_list"),
        std::string("SELECT 1; SELECT 2"), std::string("SELECT * FROM store.settings"),
        std::string("SELECT getenv('HOME')"), std::string("DELETE FROM events")})
    EXPECT_EQ(failure(request(sql)).code, ErrorCode::not_allowed) << sql;
  EXPECT_EQ(failure(request("SELECT nonsense FROM events")).code, ErrorCode::usage);
  EXPECT_EQ(failure(request("SELECT label::BIGINT FROM events")).code, ErrorCode::bad_input);
  EXPECT_FALSE(std::ifstream(folder_.file("y.csv")).good());
}

// The second wall: what the parse-tree check would let through by a mistake still meets a locked
// database.
TEST_F(SqlChild, TheLockedDatabaseHoldsWithoutTheCheck) {
  OpenOptions options;
  options.access = Access::read_only;
  Database database = opened(path_, options);
  Connection connection = connected(database);
  ASSERT_TRUE(
      connection.execute("SET enable_external_access = false; SET lock_configuration = true").ok());
  for (const std::string& sql :
       {std::string("SELECT * FROM read_text('/etc/hostname')"),
        "ATTACH '" + folder_.file("y") + "'", "COPY (SELECT 1) TO '" + folder_.file("y") + "'",
        std::string("SET threads = 1"), std::string("SET lock_configuration = false"),
        std::string("INSTALL httpfs"), std::string("LOAD httpfs"),
        std::string("SELECT * FROM glob('/*')"), std::string("DELETE FROM store.events"),
        std::string("CREATE TABLE t (a INT)"), "EXPORT DATABASE '" + folder_.file("z") + "'",
        std::string("SELECT * FROM '/etc/passwd'")})
    EXPECT_FALSE(connection.execute(sql).ok()) << sql;
}

TEST_F(SqlChild, MemoryBombsEndTheChildNotTheParent) {
  if (!kLimitsAddressSpace)
    GTEST_SKIP() << "a sanitizer needs the address space that this test limits";
  for (const std::string_view sql :
       {"SELECT repeat('x', 10000000000)", "SELECT length(repeat('x', 3000000000))",
        "SELECT len(range(2000000000))", "SELECT len(list(i)) FROM range(3000000000) r(i)",
        "SELECT string_agg(label, repeat('y', 100000)) FROM events",
        "SELECT len(list_transform(range(500000000), lambda x: x::VARCHAR || repeat('z', 50)))",
        "SELECT lpad('', 2000000000, 'x') || lpad('', 2000000000, 'y')"}) {
    SqlRequest bomb = request(std::string(sql));
    bomb.limits.memory_bytes = 1ULL << 30;
    bomb.limits.wall_time = std::chrono::seconds(3);
    const auto before = std::chrono::steady_clock::now();
    const Error error = failure(bomb);
    EXPECT_TRUE(error.code == ErrorCode::limit || error.code == ErrorCode::bad_input)
        << sql << "\n"
        << describe(error);
    EXPECT_FALSE(error.hint.empty());
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10)) << sql;
  }
  Answer answer;
  EXPECT_EQ(*run_sql_in_child(request("SELECT 1"), answer), 1);
}

TEST_F(SqlChild, LongQueriesAreStoppedByEitherClock) {
  SqlRequest slow = request(kEndless);
  slow.limits.wall_time = std::chrono::milliseconds(700);
  const auto before = std::chrono::steady_clock::now();
  Error error = failure(slow);
  EXPECT_EQ(error.code, ErrorCode::limit);
  EXPECT_NE(error.message.find("0.7"), std::string::npos) << error.message;
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  SqlRequest busy = request(kEndless);
  busy.limits.processor_time = std::chrono::seconds(1);
  error = failure(busy);
  EXPECT_EQ(error.code, ErrorCode::limit);
  EXPECT_NE(error.message.find("processor"), std::string::npos) << error.message;
}

TEST_F(SqlChild, StopsWhenAskedAndWhenTheSinkHasEnough) {
  SqlRequest slow = request(kEndless);
  int asked = 0;
  slow.cancelled = [&] { return ++asked > 3; };
  EXPECT_EQ(failure(slow).code, ErrorCode::interrupted);
  struct Full final : SqlAnswerSink {
    Status columns(std::span<const SqlColumn>) override { return {}; }
    Status rows(std::span<const std::vector<Cell>>) override {
      return Error{ErrorCode::io, "full", "empty it"};
    }
  } full;
  EXPECT_EQ(run_sql_in_child(request("SELECT i, label FROM events a, range(1000) b"), full)
                .error()
                .message,
            "full");
  SqlRequest large = request("SELECT label, label FROM events");
  large.limits.answer_bytes = 1 << 20;
  EXPECT_EQ(failure(large).code, ErrorCode::limit);
}

TEST_F(SqlChild, SaysWhoHoldsTheFile) {
  Database database = opened(path_);
  const Error error = failure(request("SELECT 1"));
  EXPECT_EQ(error.code, ErrorCode::busy) << describe(error);
  EXPECT_NE(error.message.find(std::to_string(::getpid())), std::string::npos) << error.message;
}

TEST(SqlWire, NoBytesOfAChildAreTakenOnTrust) {
  const std::vector<SqlColumn> columns = {{"a", "BIGINT"}, {"b", "VARCHAR"}};
  WireWriter out;
  out.cell(std::int64_t{7});
  out.cell(std::string("seven"));
  out.cell(std::monostate{});
  out.cell(Id128{1, 2});
  const std::string rows = out.take(Frame::rows).substr(kFrameHeadBytes);
  ASSERT_TRUE(decode_rows(rows, 2).has_value());
  for (std::size_t cut = 1; cut < rows.size(); ++cut) {
    const auto decoded = decode_rows(std::string_view(rows).substr(0, cut), 2);
    EXPECT_TRUE(!decoded || decoded->size() == 1) << cut;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string bent = rows;
    bent[i] = static_cast<char>(0xff);
    static_cast<void>(decode_rows(bent, 2));
    static_cast<void>(decode_columns(bent));
    static_cast<void>(decode_error(bent));
    static_cast<void>(decode_request(bent));
  }
  EXPECT_FALSE(decode_rows("x", 0).has_value());
  EXPECT_FALSE(decode_columns(std::string("\xff\xff\xff\x7f", 4)).has_value());
}

}  // namespace
}  // namespace clewline::store
