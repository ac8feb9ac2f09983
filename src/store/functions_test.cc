#include "store/functions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "store/store_test_support.h"

namespace clewline::store {
namespace {

ScalarFunction reversed_text() {
  ScalarFunction function;
  function.name = "clew_reversed";
  function.parameters = {Type::varchar, Type::int64};
  function.returns = Type::varchar;
  function.body = [](const FunctionInput& input, ColumnWriter& output) -> Status {
    for (std::size_t row = 0; row < input.rows(); ++row) {
      if (input.any_null(row)) continue;
      std::string text(input.column(0).text(row));
      if (text == "bad")
        return Error{ErrorCode::bad_input, "The text is bad", "Write a better one."};
      std::reverse(text.begin(), text.end());
      output.copy_text(row, text + std::to_string(input.column(1).ints<std::int64_t>()[row]));
    }
    return {};
  };
  return function;
}

TEST(ScalarFunction, WorksOnColumnsConstantsAndNulls) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(register_function(database, reversed_text()).ok());
  EXPECT_EQ(register_function(database, reversed_text()).error().code, ErrorCode::conflict);
  EXPECT_EQ(*connection.query_text("SELECT clew_reversed('a text of more than twelve', 5)"),
            "evlewt naht erom fo txet a5");
  EXPECT_EQ(
      *connection.query_int64("SELECT count(clew_reversed(t, i)) FROM (SELECT i, CASE WHEN i % 3 = "
                              "0 THEN NULL ELSE 'x' || i END AS t FROM range(30000) r(i))"),
      20000);
  EXPECT_EQ(*connection.query_int64(
                "SELECT count(*) FROM range(30000) r(i) WHERE clew_reversed('ab', i) = 'ba' || i"),
            30000);
  EXPECT_EQ(*connection.query_int64("SELECT count(*) WHERE clew_reversed(NULL, 1) IS NULL"), 1);
}

TEST(ScalarFunction, ErrorsReachTheCallerWithCodeAndHint) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ASSERT_TRUE(register_function(database, reversed_text()).ok());
  for (const std::string_view sql :
       {"SELECT clew_reversed('bad', 1)",
        "SELECT clew_reversed(t, 1) FROM (VALUES ('good'), ('bad')) v(t)"}) {
    const auto result = connection.query_rows(sql);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::bad_input);
    EXPECT_EQ(result.error().message, "The text is bad");
    EXPECT_EQ(result.error().hint, "Write a better one.");
  }
}

TEST(ScalarFunction, ReturnsListsOfStructuresAndTakesAnyNumberOfArguments) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ScalarFunction function;
  function.name = "clew_pairs";
  function.parameters = {Type::int64};
  function.further_parameters = Type::varchar;
  function.returns =
      ColumnType::list(ColumnType::structure({{"k", Type::int64}, {"v", Type::varchar}}));
  function.nulls = NullHandling::by_function;
  function.body = [](const FunctionInput& input, ColumnWriter& output) -> Status {
    const std::size_t each = input.columns() - 1;
    ColumnWriter child = output.child(input.rows() * each);
    ColumnWriter keys = child.field(0);
    ColumnWriter values = child.field(1);
    for (std::size_t row = 0; row < input.rows(); ++row) {
      output.lists()[row] = {row * each, each};
      for (std::size_t i = 0; i < each; ++i) {
        keys.ints<std::int64_t>()[row * each + i] = input.column(0).ints<std::int64_t>()[row];
        if (input.column(i + 1).is_null(row)) {
          values.set_null(row * each + i);
        } else {
          values.copy_text(row * each + i, input.column(i + 1).text(row));
        }
      }
    }
    return {};
  };
  ASSERT_TRUE(register_function(database, std::move(function)).ok());
  const auto rows = connection.query_rows(
      "SELECT clew_pairs(i, 'first text beyond twelve ' || i, NULL) FROM range(2500) r(i) ORDER BY "
      "i");
  ASSERT_TRUE(rows.ok()) << describe(rows.error());
  EXPECT_EQ(
      (*rows)[2400][0],
      Cell(std::string(R"([{"k":2400,"v":"first text beyond twelve 2400"},{"k":2400,"v":null}])")));
}

TEST(ScalarFunction, VolatileOnesAreCalledForEveryRow) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  ScalarFunction function;
  function.name = "clew_tick";
  function.returns = Type::int64;
  function.purity = Purity::changes_each_call;
  function.body = [next = std::make_shared<std::atomic<std::int64_t>>(0)](
                      const FunctionInput& input, ColumnWriter& output) -> Status {
    for (std::size_t row = 0; row < input.rows(); ++row)
      output.ints<std::int64_t>()[row] = (*next)++;
    return {};
  };
  ASSERT_TRUE(register_function(database, std::move(function)).ok());
  EXPECT_EQ(*connection.query_int64("SELECT count(DISTINCT clew_tick()) FROM range(1000)"), 1000);
}

/// Offers `rows` rows of (number, text, other); texts live in the cursor.
class NumberSource final : public Source {
 public:
  NumberSource(std::int64_t rows, unsigned threads) : rows_(rows), threads_(threads) {}

  std::vector<SourceColumn> columns() const override {
    return {{"number", Type::int64}, {"label", Type::varchar}, {"other", Type::varchar}};
  }
  unsigned threads_max() const override { return threads_; }
  Result<std::unique_ptr<SourceCursor>> open(std::span<const std::size_t> wanted) override {
    cursors_opened++;
    return std::unique_ptr<SourceCursor>(new Cursor(*this, {wanted.begin(), wanted.end()}));
  }

  std::int64_t fails_at = -1;
  std::atomic<std::int64_t> taken = 0;
  std::atomic<int> cursors_opened = 0;
  std::atomic<int> most_columns = 0;

 private:
  class Cursor final : public SourceCursor {
   public:
    Cursor(NumberSource& source, std::vector<std::size_t> wanted)
        : source_(source), wanted_(std::move(wanted)) {}
    Result<std::size_t> next(SourceBatch& batch) override {
      const std::int64_t first = source_.taken.fetch_add(kChunkRows);
      const std::int64_t rows = std::clamp<std::int64_t>(source_.rows_ - first, 0, kChunkRows);
      if (source_.fails_at >= 0 && first > source_.fails_at)
        return Error{ErrorCode::io, "The disk is gone", "Plug it in."};
      texts_.assign(static_cast<std::size_t>(rows), "");
      if (static_cast<int>(batch.columns()) > source_.most_columns)
        source_.most_columns = static_cast<int>(batch.columns());
      for (std::size_t i = 0; i < wanted_.size(); ++i)
        fill(batch.column(i), wanted_[i], first, static_cast<std::size_t>(rows));
      return static_cast<std::size_t>(rows);
    }

   private:
    void fill(ColumnWriter& out, std::size_t column, std::int64_t first, std::size_t rows) {
      for (std::size_t row = 0; row < rows; ++row) {
        const std::int64_t number = first + static_cast<std::int64_t>(row);
        if (column == 0) {
          out.ints<std::int64_t>()[row] = number;
        } else if (column == 2 || number % 10 == 0) {
          out.set_null(row);
        } else {
          texts_[row] = "label of the row numbered " + std::to_string(number);
          out.texts()[row] = TextCell::reference(texts_[row]);
        }
      }
    }
    NumberSource& source_;
    std::vector<std::size_t> wanted_;
    std::vector<std::string> texts_;
  };

  std::int64_t rows_;
  unsigned threads_;
};

TEST(Source, FeedsQueriesFromSeveralThreads) {
  OpenOptions options;
  options.threads = 4;
  Database database = opened(":memory:", options);
  Connection connection = connected(database);
  NumberSource source(1'000'000, 4);
  auto registration = register_source(connection, "numbers", source);
  ASSERT_TRUE(registration.ok());
  const auto made =
      connection.execute("CREATE TABLE t AS SELECT number, label FROM clew_source('numbers')");
  ASSERT_TRUE(made.ok()) << describe(made.error());
  EXPECT_EQ(*connection.query_int64(
                "SELECT count(*) FROM t WHERE label = 'label of the row numbered ' || number"),
            900'000);
  EXPECT_EQ(*connection.query_int64("SELECT count(DISTINCT number) FROM t"), 1'000'000);
  EXPECT_EQ(source.most_columns, 2);
  EXPECT_GT(source.cursors_opened, 1);
}

TEST(Source, GivesOnlyWhatIsAsked) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  NumberSource source(10'000, 1);
  auto registration = register_source(connection, "numbers", source);
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM clew_source('numbers')"), 10'000);
  EXPECT_LE(source.most_columns, 1);
  EXPECT_EQ(register_source(connection, "numbers", source).error().code, ErrorCode::conflict);
  source.taken = 0;
  EXPECT_EQ(*connection.query_text("SELECT label FROM clew_source('numbers') WHERE number = 4711"),
            "label of the row numbered 4711");
  source.taken = 0;
  EXPECT_EQ(*connection.query_int64(
                "SELECT count(*) FROM (SELECT * FROM clew_source('numbers') LIMIT 5)"),
            5);
}

TEST(Source, ErrorsAndEndsAreReported) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  NumberSource source(1'000'000, 2);
  source.fails_at = 50'000;
  {
    auto registration = register_source(connection, "numbers", source);
    const auto failed =
        connection.execute("CREATE TABLE t AS SELECT * FROM clew_source('numbers')");
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().code, ErrorCode::io);
    EXPECT_EQ(failed.error().message, "The disk is gone");
    EXPECT_EQ(failed.error().hint, "Plug it in.");
  }
  EXPECT_EQ(connection.execute("SELECT * FROM clew_source('numbers')").error().code,
            ErrorCode::not_found);
}

TEST(Source, WorksInsideATransaction) {
  Database database = opened(":memory:");
  Connection connection = connected(database);
  NumberSource source(5'000, 1);
  auto transaction = Transaction::begin(connection);
  auto registration = register_source(connection, "numbers", source);
  ASSERT_TRUE(connection.execute("CREATE TABLE t AS SELECT * FROM clew_source('numbers')").ok());
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ(*connection.query_int64("SELECT count(*) FROM t"), 5'000);
}

}  // namespace
}  // namespace clewline::store
