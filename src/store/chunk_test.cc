#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <numeric>
#include <optional>
#include <random>

#include "store/chunk_appender.h"
#include "store/chunk_reader.h"
#include "store/column_insert.h"
#include "store/store_test_support.h"

namespace clewline::store {
namespace {

/// Random rows of every kind of column that stages write, with nulls everywhere.
struct Columns {
  std::vector<Id128> ids;
  std::vector<TimeUs> times;
  std::vector<std::int64_t> numbers;
  std::vector<std::uint8_t> valid;
  std::vector<double> doubles;
  std::vector<std::uint8_t> flags;
  std::vector<std::string> texts;
  std::vector<std::uint32_t> text_numbers;
  StringTable table;
  std::vector<std::uint32_t> offsets = {0};
  std::vector<std::string> kinds;
  std::vector<std::string_view> values;
};

Columns random_columns(std::size_t rows, unsigned seed) {
  std::mt19937_64 random(seed);
  Columns columns;
  const auto text = [&](std::size_t longest) {
    std::string result(random() % longest, ' ');
    for (char& character : result) character = static_cast<char>('a' + random() % 26);
    return result;
  };
  for (std::size_t row = 0; row < rows; ++row) {
    columns.ids.push_back(random() % 5 == 0 ? Id128{} : Id128{random(), random()});
    columns.times.push_back(
        random() % 5 == 0 ? kNoTime : static_cast<TimeUs>(random() % 4'000'000'000'000'000));
    columns.numbers.push_back(static_cast<std::int32_t>(random()));
    columns.valid.push_back(random() % 4 != 0);
    columns.doubles.push_back(static_cast<double>(random()) / 7);
    columns.flags.push_back(random() % 2);
    columns.texts.push_back(text(40));
    columns.text_numbers.push_back(columns.table.intern(text(3)));
    const std::size_t elements = random() % 4;
    for (std::size_t i = 0; i < elements; ++i) columns.kinds.push_back(text(30));
    columns.offsets.push_back(static_cast<std::uint32_t>(columns.kinds.size()));
  }
  for (std::size_t i = 0; i < columns.kinds.size(); ++i)
    columns.values.push_back(i % 3 == 0 ? std::string_view{} : std::string_view(columns.kinds[i]));
  return columns;
}

constexpr std::string_view kTable =
    "CREATE SCHEMA s; CREATE TABLE s.t (id UUID, occurred_at TIMESTAMPTZ, number BIGINT, small "
    "INTEGER, amount DECIMAL(18,4), "
    "share DOUBLE, flag BOOLEAN, label VARCHAR, code VARCHAR, same VARCHAR, nothing VARCHAR, tags "
    "VARCHAR[], "
    "identifiers STRUCT(kind VARCHAR, value VARCHAR)[], place STRUCT(x BIGINT, y VARCHAR))";

std::vector<ColumnInput> inputs(const Columns& columns) {
  return {
      ColumnInput::ids(columns.ids),
      ColumnInput::times(columns.times),
      ColumnInput::ints(columns.numbers),
      ColumnInput::ints(columns.numbers, columns.valid),
      ColumnInput::ints(columns.numbers),
      ColumnInput::doubles(columns.doubles, columns.valid),
      ColumnInput::bools(columns.flags),
      ColumnInput::texts(columns.texts),
      ColumnInput::texts(columns.text_numbers, columns.table),
      ColumnInput::same_text("one text for all rows"),
      ColumnInput::nulls(),
      ColumnInput::lists(columns.offsets, ColumnInput::texts(columns.kinds), columns.valid),
      ColumnInput::lists(columns.offsets,
                         ColumnInput::structures({ColumnInput::texts(columns.kinds),
                                                  ColumnInput::texts(columns.values)})),
      ColumnInput::structures(
          {ColumnInput::ints(columns.numbers), ColumnInput::texts(columns.texts)}, columns.valid)};
}

void expect_nested(const QueryResult& result, std::size_t row, const Columns& columns,
                   std::size_t i) {
  const ColumnView tags = result.column(11);
  const ColumnView identifiers = result.column(12);
  const ColumnView place = result.column(13);
  EXPECT_EQ(tags.is_null(row), columns.valid[i] == 0);
  EXPECT_EQ(place.is_null(row), columns.valid[i] == 0);
  if (columns.valid[i] != 0) {
    EXPECT_EQ(place.field("x").ints<std::int64_t>()[row], columns.numbers[i]);
  }
  const std::size_t elements = columns.offsets[i + 1] - columns.offsets[i];
  const ListEntry list = identifiers.lists()[row];
  ASSERT_EQ(list.length, elements);
  for (std::size_t k = 0; k < elements; ++k) {
    const std::size_t from = columns.offsets[i] + k;
    EXPECT_EQ(identifiers.child().field("kind").text(list.offset + k), columns.kinds[from]);
    EXPECT_EQ(identifiers.child().field("value").is_null(list.offset + k),
              columns.values[from].data() == nullptr);
    if (columns.valid[i] != 0) {
      EXPECT_EQ(tags.child().text(tags.lists()[row].offset + k), columns.kinds[from]);
    }
  }
}

void expect_row(const QueryResult& result, std::size_t row, const Columns& columns, std::size_t i) {
  EXPECT_EQ(result.column(0).is_null(row), columns.ids[i].is_zero());
  if (!columns.ids[i].is_zero()) {
    EXPECT_EQ(result.column(0).id(row), columns.ids[i]);
  }
  EXPECT_EQ(result.column(1).is_null(row), columns.times[i] == kNoTime);
  if (columns.times[i] != kNoTime) {
    EXPECT_EQ(result.column(1).times()[row], columns.times[i]);
  }
  EXPECT_EQ(result.column(2).ints<std::int64_t>()[row], columns.numbers[i]);
  EXPECT_EQ(result.column(3).is_null(row), columns.valid[i] == 0);
  if (columns.valid[i] != 0) {
    EXPECT_EQ(result.column(3).ints<std::int32_t>()[row], columns.numbers[i]);
  }
  EXPECT_EQ(result.column(4).ints<std::int64_t>()[row], columns.numbers[i]);
  if (columns.valid[i] != 0) {
    EXPECT_EQ(result.column(5).doubles()[row], columns.doubles[i]);
  }
  EXPECT_EQ(result.column(6).bools()[row], columns.flags[i] != 0);
  EXPECT_EQ(result.column(7).text(row), columns.texts[i]);
  EXPECT_EQ(result.column(8).is_null(row), columns.text_numbers[i] == 0);
  if (columns.text_numbers[i] != 0) {
    EXPECT_EQ(result.column(8).text(row), columns.table.at(columns.text_numbers[i]));
  }
  EXPECT_EQ(result.column(9).text(row), "one text for all rows");
  EXPECT_TRUE(result.column(10).is_null(row));
  expect_nested(result, row, columns, i);
}

TEST(ChunkAppender, WritesWhatTheReaderReads) {
  for (const std::size_t rows : {0UL, 1UL, 2048UL, 2049UL, 10'000UL, 210'000UL}) {
    const Columns columns = random_columns(rows, static_cast<unsigned>(rows));
    OpenOptions options;
    options.row_order = RowOrder::preserved;
    Database database = opened(":memory:", options);
    Connection connection = connected(database);
    ASSERT_TRUE(connection.execute(kTable).ok());
    auto appender = ChunkAppender::open(connection, "s", "t");
    ASSERT_TRUE(appender.ok()) << describe(appender.error());
    ASSERT_TRUE(appender->append(inputs(columns), rows).ok());
    ASSERT_TRUE(appender->finish().ok());
    auto result = connection.stream("SELECT * FROM s.t");
    std::size_t i = 0;
    for (Result<bool> more = result->next(); more.ok() && *more; more = result->next())
      for (std::size_t row = 0; row < result->rows() && !::testing::Test::HasFailure(); ++row)
        expect_row(*result, row, columns, i++);
    EXPECT_EQ(i, rows);
  }
}

TEST(InsertColumns, WritesEveryPartOnce) {
  const std::size_t rows = 150'000;
  const Columns columns = random_columns(rows, 11);
  OpenOptions options;
  options.threads = 4;
  Database database = opened(":memory:", options);
  Connection connection = connected(database);
  ASSERT_TRUE(connection
                  .execute(std::string(kTable) +
                           "; CREATE TABLE s.u AS FROM s.t; CREATE TABLE s.v AS FROM s.t")
                  .ok());
  auto appender = ChunkAppender::open(connection, "s", "t");
  ASSERT_TRUE(appender->append(inputs(columns), rows).ok());
  ASSERT_TRUE(appender->finish().ok());
  auto transaction = Transaction::begin(connection);
  const std::vector<ColumnPart> parts = {{inputs(columns), rows},
                                         {inputs(columns), 0},
                                         {inputs(columns), rows - 1},
                                         {inputs(columns), 1}};
  EXPECT_EQ(*insert_columns(connection, "s", "u", parts), 2 * static_cast<std::int64_t>(rows));
  EXPECT_EQ(*insert_columns(connection, "s", "v", {}), 0);
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM (FROM s.t EXCEPT ALL FROM s.u)"), 0);
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM (FROM s.u EXCEPT ALL FROM s.t)"), rows);
}

TEST(ChunkAppender, JoinsTheOpenTransactionAndTakesAColumnList) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(
      connection.execute("CREATE TABLE t (a BIGINT, b VARCHAR DEFAULT 'none', c VARCHAR)").ok());
  const std::vector<std::int64_t> numbers(300'000, 7);
  const std::array<std::string_view, 2> names = {"c", "a"};
  {
    auto transaction = Transaction::begin(connection);
    auto appender = ChunkAppender::open(connection, "main", "t", names);
    ASSERT_TRUE(appender
                    ->append(std::vector{ColumnInput::same_text("x"), ColumnInput::ints(numbers)},
                             numbers.size())
                    .ok());
    ASSERT_TRUE(appender->finish().ok());
    EXPECT_EQ(
        *connection.query_int64("SELECT count(*) FROM t WHERE b = 'none' AND c = 'x' AND a = 7"),
        300'000);
  }
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM t"), 0);
}

TEST(ChunkAppender, ReportsConflictsAndUnknownTables) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  EXPECT_FALSE(ChunkAppender::open(connection, "main", "absent").ok());
  ASSERT_TRUE(connection.execute("CREATE TABLE t (a BIGINT PRIMARY KEY)").ok());
  const std::vector<std::int64_t> numbers = {1, 1};
  auto appender = ChunkAppender::open(connection, "main", "t");
  ASSERT_TRUE(appender->append(std::vector{ColumnInput::ints(numbers)}, 2).ok());
  const auto finished = appender->finish();
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().code, ErrorCode::conflict) << describe(finished.error());
}

TEST(ChunkReader, ReadsEveryCommittedRowOnceInParallel) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  constexpr std::int64_t kRows = 3'000'000;
  ASSERT_TRUE(connection.execute("CREATE TABLE t AS SELECT range AS a FROM range(3000000)").ok());
  ASSERT_TRUE(connection.execute("DELETE FROM t WHERE a % 1000 = 0").ok());
  for (const unsigned threads : {1U, 2U, 5U}) {
    std::vector<std::int64_t> sums(threads);
    std::vector<std::int64_t> counts(threads);
    const auto done =
        read_in_parallel(database, {"a", "main.t", "a < 2999000", threads},
                         [&](unsigned reader, const QueryResult& chunk) -> Status {
                           for (const std::int64_t value : chunk.column(0).ints<std::int64_t>())
                             sums[reader] += value;
                           counts[reader] += static_cast<std::int64_t>(chunk.rows());
                           return {};
                         });
    ASSERT_TRUE(done.ok()) << describe(done.error());
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}),
              (kRows - 1000) / 1000 * 999);
    EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), std::int64_t{0}),
              *connection.query_int64("SELECT sum(a)::BIGINT FROM t WHERE a < 2999000"));
  }
}

TEST(ChunkReader, SeesTheConnectionsOwnTransactionAndAnyRelation) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  auto transaction = Transaction::begin(connection);
  ASSERT_TRUE(connection.execute("CREATE TABLE t AS SELECT range AS a FROM range(500000)").ok());
  std::atomic<std::int64_t> rows = 0;
  const auto count = [&](unsigned, const QueryResult& chunk) -> Status {
    rows += static_cast<std::int64_t>(chunk.rows());
    return {};
  };
  ASSERT_TRUE(
      read_in_parallel(connection, {"t.a", "t JOIN range(10) r(i) ON t.a % 10 = r.i", "", 3}, count)
          .ok());
  EXPECT_EQ(rows, 500'000);
  EXPECT_FALSE(read_in_parallel(database, {"a", "t", "", 3}, count).ok());
  EXPECT_FALSE(read_in_parallel(connection,
                                {"CASE a WHEN 499999 THEN error('late') ELSE a END", "t", "", 3},
                                count)
                   .ok());
}

TEST(ChunkReader, StopsAtTheFirstError) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(connection.execute("CREATE TABLE t AS SELECT range AS a FROM range(3000000)").ok());
  const auto done = read_in_parallel(database, {"a", "main.t", "", 2},
                                     [](unsigned, const QueryResult& chunk) -> Status {
                                       if (chunk.column(0).ints<std::int64_t>()[0] > 1'500'000)
                                         return Error{ErrorCode::limit, "enough", "stop"};
                                       return {};
                                     });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "enough");
  EXPECT_FALSE(read_in_parallel(database, {"a", "absent", "", 2},
                                [](unsigned, const QueryResult&) -> Status { return {}; })
                   .ok());
}

TEST(ColumnView, ReadsNestedValuesThatSqlMakes) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  const auto rows = connection.query_rows(
      "SELECT list_filter([i, NULL, i + 1, i + 2], x -> x IS NULL OR x % 2 = 1) AS filtered, "
      "{'a': i, 'b': ['x', NULL, repeat('y', i::BIGINT)]} AS s, MAP {'k': i} AS m, [{'d': DATE "
      "'2026-01-31', 'n': i / 4}] AS l, "
      "(i * 1.5)::DECIMAL(9,2) AS dec, (-i)::DECIMAL(38,3) AS wide, "
      "170141183460469231731687303715884105727::HUGEINT AS h, "
      "i::UBIGINT AS u, '\\xAB'::BLOB AS b FROM range(1, 4) r(i) ORDER BY i");
  ASSERT_TRUE(rows.ok()) << describe(rows.error());
  const auto text = [&](std::size_t row, std::size_t column) {
    return std::get<std::string>((*rows)[row][column]);
  };
  EXPECT_EQ(text(0, 0), "[1,null,3]");
  EXPECT_EQ(text(1, 0), "[null,3]");
  EXPECT_EQ(text(2, 1), R"({"a":3,"b":["x",null,"yyy"]})");
  EXPECT_EQ(text(2, 2), R"({"k":3})");
  EXPECT_EQ(text(0, 3), R"([{"d":"2026-01-31","n":0.25}])");
  EXPECT_EQ(text(2, 4), "4.50");
  EXPECT_EQ(text(2, 5), "-3.000");
  EXPECT_EQ(text(0, 6), "170141183460469231731687303715884105727");
  EXPECT_EQ((*rows)[2][7], Cell(std::int64_t{3}));
  EXPECT_EQ(text(0, 8), "ab");
}

TEST(ColumnView, ReadsListsThatCarrySlicesAndConstants) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(
      connection
          .execute("CREATE TABLE t AS SELECT i, [i::VARCHAR, 'long enough to leave the cell ' || "
                   "i] AS l, "
                   "{'p': i, 'q': 'constant text beyond twelve'} AS s FROM range(10000) r(i)")
          .ok());
  for (const std::string_view sql :
       {"SELECT i, l, s FROM t WHERE i % 7 = 3",
        "SELECT a.i, a.l, a.s FROM t a JOIN t b ON a.i = b.i + 1",
        "SELECT i, CASE WHEN i % 2 = 0 THEN l ELSE ['k', l[2]] END, s FROM t"}) {
    auto result = connection.stream(sql);
    ASSERT_TRUE(result.ok()) << describe(result.error());
    for (Result<bool> more = result->next(); more.ok() && *more; more = result->next()) {
      for (std::size_t row = 0; row < result->rows(); ++row) {
        const auto i = result->column(0).ints<std::int64_t>()[row];
        const ListEntry list = result->column(1).lists()[row];
        ASSERT_EQ(list.length, 2U);
        ASSERT_EQ(result->column(1).child().text(list.offset + 1),
                  "long enough to leave the cell " + std::to_string(i));
        ASSERT_EQ(result->column(2).field("p").ints<std::int64_t>()[row], i);
        ASSERT_EQ(result->column(2).field("q").text(row), "constant text beyond twelve");
      }
    }
  }
}

}  // namespace
}  // namespace clewline::store
