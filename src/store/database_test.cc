#include "store/database.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/store_test_support.h"

namespace clewline::store {
namespace {

TEST(Database, KeepsRowsBetweenOpenings) {
  const TemporaryFolder folder;
  {
    Database database = opened(folder.file("w.duckdb"));
    Connection connection = connected(database);
    ASSERT_TRUE(
        connection.execute("CREATE TABLE t (a BIGINT); INSERT INTO t VALUES (1), (2)").ok());
  }
  Database database = opened(folder.file("w.duckdb"));
  Connection connection = connected(database);
  EXPECT_EQ(*connection.query_int64("SELECT sum(a) FROM t"), 3);
}

TEST(Database, SharesOneInstanceAFileAndRefusesAnotherAccess) {
  const TemporaryFolder folder;
  Database first = opened(folder.file("w.duckdb"));
  Database second = opened(folder.file("../" + folder.name() + "/w.duckdb"));
  Connection writer = connected(first);
  Connection reader = connected(second);
  ASSERT_TRUE(writer.execute("CREATE TABLE t AS SELECT 7 AS a").ok());
  EXPECT_EQ(*reader.query_int64("SELECT a FROM t"), 7);
  OpenOptions options;
  options.access = Access::read_only;
  const auto third = Database::open(folder.file("w.duckdb"), options);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, ErrorCode::conflict);
}

TEST(Database, NamesTheProcessThatHoldsTheFile) {
  const TemporaryFolder folder;
  const std::string path = folder.file("w.duckdb");
  int ready[2];
  int release[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(release), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto database = Database::open(path);
    char byte = database.ok() ? 'y' : 'n';
    if (::write(ready[1], &byte, 1) != 1 || ::read(release[0], &byte, 1) != 1) ::_exit(1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  const auto refused = Database::open(path);
  EXPECT_EQ(::write(release[1], "x", 1), 1);
  ::waitpid(child, nullptr, 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_NE(refused.error().message.find("(process " + std::to_string(child) + ")"),
            std::string::npos)
      << describe(refused.error());
  EXPECT_NE(refused.error().message.find("store_test"), std::string::npos);
  EXPECT_NE(refused.error().hint.find("kill " + std::to_string(child)), std::string::npos);
  EXPECT_TRUE(Database::open(path).ok());
}

TEST(Database, ReadsWhatAKilledWriterCommitted) {
  const TemporaryFolder folder;
  const std::string path = folder.file("w.duckdb");
  const pid_t child = ::fork();
  if (child == 0) {
    auto database = Database::open(path);
    auto connection = database->connect();
    const bool done =
        connection->execute("CREATE TABLE t AS SELECT range AS a FROM range(1000)").ok() &&
        connection->execute("BEGIN; INSERT INTO t VALUES (-1)").ok();
    ::_exit(done ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  ASSERT_TRUE(std::filesystem::exists(path + ".wal"));
  OpenOptions options;
  options.access = Access::read_only;
  {
    Database database = opened(path, options);
    Connection connection = connected(database);
    EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM t"), 1000);
    EXPECT_FALSE(connection.execute("INSERT INTO t VALUES (1)").ok());
  }
  Database database = opened(path);
  Connection connection = connected(database);
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM t WHERE a >= 0"), 1000);
}

TEST(Database, ManyThreadsOpenAndCloseOneFile) {
  const TemporaryFolder folder;
  const std::string path = folder.file("w.duckdb");
  {
    Database database = opened(path);
    connected(database).execute("CREATE TABLE t (a BIGINT)").value();
  }
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        Database database = opened(path);
        Connection connection = connected(database);
        connection.execute("INSERT INTO t VALUES (1)").value();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Database database = opened(path);
  Connection connection = connected(database);
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM t"), 100);
}

TEST(Database, SaysWhyAFileIsNoDatabase) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("w.duckdb")) << std::string(20000, 'x');
  const auto database = Database::open(folder.file("w.duckdb"));
  ASSERT_FALSE(database.ok());
  EXPECT_EQ(database.error().code, ErrorCode::bad_input) << describe(database.error());
  OpenOptions options;
  options.access = Access::read_only;
  const auto absent = Database::open(folder.file("absent.duckdb"), options);
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().code, ErrorCode::not_found) << describe(absent.error());
  options.memory_limit = "plenty";
  EXPECT_EQ(Database::open(":memory:", options).error().code, ErrorCode::usage);
}

TEST(Connection, BindsEveryKindOfParameter) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  const Id128 id{0x8000000000000001ULL, 0xfedcba9876543210ULL};
  const std::vector<std::string> list = {"a", "b'c"};
  const auto rows = connection.query_rows(
      "SELECT $1, $2::BOOLEAN, $3::BIGINT, $4::DOUBLE, $5::VARCHAR, $6::TIMESTAMPTZ, $7::UUID, "
      "$8::VARCHAR[], "
      "$7::VARCHAR, typeof($6)",
      {std::monostate{}, true, std::int64_t{-5}, 2.5, "Ü", TimeValue{1'000'001}, id,
       std::span<const std::string>(list)});
  ASSERT_TRUE(rows.ok()) << describe(rows.error());
  const auto& row = (*rows)[0];
  EXPECT_EQ(row[0], Cell(std::monostate{}));
  EXPECT_EQ(row[1], Cell(true));
  EXPECT_EQ(row[2], Cell(std::int64_t{-5}));
  EXPECT_EQ(row[3], Cell(2.5));
  EXPECT_EQ(row[4], Cell(std::string("Ü")));
  EXPECT_EQ(row[5], Cell(TimeValue{1'000'001}));
  EXPECT_EQ(row[6], Cell(id));
  EXPECT_EQ(row[7], Cell(std::string(R"(["a","b'c"])")));
  EXPECT_EQ(row[8], Cell(std::string("80000000-0000-0001-fedc-ba9876543210")));
  EXPECT_EQ(row[9], Cell(std::string("TIMESTAMP WITH TIME ZONE")));
}

TEST(Connection, OrdersIdsAsOneNumber) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(connection.execute("CREATE TABLE t (id UUID)").ok());
  const std::vector<Id128> ids = {
      {0, 1}, {1, 0}, {0x7fffffffffffffffULL, 5}, {0x8000000000000000ULL, 0}, {~0ULL, ~0ULL}};
  for (auto id = ids.rbegin(); id != ids.rend(); ++id)
    ASSERT_TRUE(connection.execute("INSERT INTO t VALUES ($1)", {*id}).ok());
  const auto rows = connection.query_rows("SELECT id FROM t ORDER BY id");
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ((*rows)[i][0], Cell(ids[i]));
}

ErrorCode code_of(Connection& connection, std::string_view sql) {
  const auto result = connection.execute(sql);
  if (result.ok()) return ErrorCode::internal;
  EXPECT_FALSE(result.error().hint.empty()) << result.error().message;
  return result.error().code;
}

TEST(Connection, MapsErrorsToCodesWithHints) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(
      connection.execute("CREATE TABLE t (a BIGINT PRIMARY KEY); INSERT INTO t VALUES (1)").ok());
  EXPECT_EQ(code_of(connection, "INSERT INTO t VALUES (1)"), ErrorCode::conflict);
  EXPECT_EQ(code_of(connection, "SELEC 1"), ErrorCode::usage);
  EXPECT_EQ(code_of(connection, "SELECT b FROM t"), ErrorCode::usage);
  EXPECT_EQ(code_of(connection, "SELECT * FROM absent"), ErrorCode::usage);
  EXPECT_EQ(code_of(connection, "SELECT 'x'::BIGINT"), ErrorCode::bad_input);
  EXPECT_EQ(code_of(connection, "COPY t TO '/proc/no/such/file.csv'"), ErrorCode::io);
  ASSERT_TRUE(
      connection.execute("SET memory_limit = '20MB'; SET max_temp_directory_size = '0KiB'").ok());
  EXPECT_EQ(code_of(connection, "SELECT list(i) FROM range(100000000) r(i)"), ErrorCode::limit);
}

TEST(Connection, SaysErrorsInPlainWordsWithTheLineAndTheCaret) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  const auto message = [&](std::string_view sql) {
    return connection.execute(sql).error().message;
  };
  EXPECT_EQ(message("SELECT b FROM (SELECT 1 AS a)"),
            "There is no column \"b\"\nSimilar names: \"a\"\n"
            "LINE 1: SELECT b FROM (SELECT 1 AS a)\n               ^");
  EXPECT_EQ(message("SELECT nothing_of_this(1)").substr(0, 38),
            "There is no function nothing_of_this()");
  EXPECT_TRUE(message("SELECT sum('a')").starts_with("No function takes sum(VARCHAR); a cast"));
  for (const std::string_view sql :
       {"SELEC 1", "SELECT b", "SELECT * FROM absent", "SELECT 'x'::BIGINT", "SELECT sum('a')",
        "SELECT strptime('a', 'b')", "COPY (SELECT 1) TO '/proc/no/such/file.csv'"}) {
    const std::string text = message(sql);
    EXPECT_EQ(text.find("Error:"), std::string::npos) << text;
    EXPECT_EQ(text.find("\n\n"), std::string::npos) << text;
    EXPECT_EQ(text.find('\t'), std::string::npos) << text;
  }
}

TEST(Connection, RefusesSeveralStatementsAndWrongParameterCounts) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  EXPECT_EQ(connection.query("SELECT 1; SELECT 2").error().code, ErrorCode::usage);
  EXPECT_EQ(connection.query("").error().code, ErrorCode::usage);
  EXPECT_EQ(connection.query("SELECT $1::BIGINT").error().code, ErrorCode::usage);
  EXPECT_EQ(connection.query_int64("SELECT 1 WHERE false").error().code, ErrorCode::not_found);
}

TEST(Connection, RefusesTextThatIsNotUtf8) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  EXPECT_EQ(connection.query("SELECT $1", {std::string_view("\xFF")}).error().code,
            ErrorCode::bad_input);
  const std::vector<std::string> texts = {"a", "\xFF"};
  EXPECT_EQ(connection.query("SELECT $1", {std::span<const std::string>(texts)}).error().code,
            ErrorCode::bad_input);
}

TEST(Connection, InterruptStopsAQuery) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    connection.interrupt();
  });
  const auto result = connection.execute(
      "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range = -b.range - 1 "
      "AND random() < 2");
  stopper.join();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::interrupted) << describe(result.error());
}

TEST(Transaction, RollsBackUnlessCommitted) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(connection.execute("CREATE TABLE t (a BIGINT)").ok());
  {
    auto transaction = Transaction::begin(connection);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(connection.execute("INSERT INTO t VALUES (1)").ok());
  }
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM t"), 0);
  auto transaction = Transaction::begin(connection);
  ASSERT_TRUE(connection.execute("INSERT INTO t VALUES (1)").ok());
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM t"), 1);
}

TEST(Transaction, CommitFailsWhenAnEarlierStatementDid) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(connection.execute("CREATE TABLE t (a BIGINT)").ok());
  auto transaction = Transaction::begin(connection);
  ASSERT_TRUE(connection.execute("INSERT INTO t VALUES (1)").ok());
  EXPECT_FALSE(connection.execute("SELECT 'x'::BIGINT FROM t").ok());
  EXPECT_EQ(transaction->commit().error().code, ErrorCode::conflict);
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM t"), 0);
}

TEST(Connection, StreamsInBoundedMemory) {
  OpenOptions options;
  options.memory_limit = "100MB";
  Database database = opened(":memory:", options);
  Connection connection = connected(database);
  auto result = connection.stream("SELECT range AS a, range * 2 AS b FROM range(30000000)");
  ASSERT_TRUE(result.ok());
  std::int64_t rows = 0;
  std::int64_t sum = 0;
  for (;;) {
    const auto more = result->next();
    ASSERT_TRUE(more.ok()) << describe(more.error());
    if (!*more) break;
    rows += static_cast<std::int64_t>(result->rows());
    for (const auto value : result->column(*result->find("b")).ints<std::int64_t>()) sum += value;
  }
  EXPECT_EQ(rows, 30000000);
  EXPECT_EQ(sum, 30000000LL * 29999999LL);
}

TEST(Connection, StreamStaysAtItsEnd) {
  for (int round = 0; round < 50; ++round) {  // a matter of timing
    Database database = opened(":memory:");
    Connection connection = connected(database);
    auto rows = connection.stream("SELECT 1");
    ASSERT_TRUE(rows.ok());
    ASSERT_TRUE(*rows->next());
    for (int again = 0; again < 3; ++again) {
      const auto more = rows->next();
      ASSERT_TRUE(more.ok()) << describe(more.error());
      EXPECT_FALSE(*more);
    }
  }
}

TEST(Connection, StreamReportsErrorsThatComeLate) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  auto result = connection.stream(
      "SELECT CASE WHEN range = 900000 THEN error('late') ELSE range END FROM range(1000000)");
  Result<bool> more = true;
  while (result.ok() && more.ok() && *more) more = result->next();
  EXPECT_TRUE(!result.ok() || !more.ok());
}

}  // namespace
}  // namespace clewline::store
