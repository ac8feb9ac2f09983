#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "store/chunk_appender.h"
#include "store/chunk_reader.h"
#include "store/column_insert.h"
#include "store/functions.h"

// Rows a second of the ways in and out, beside what DuckDB does alone. Run:
// build/release/bench/store_bench

namespace clewline::store {
namespace {

constexpr std::size_t kRows = 20'000'000;
constexpr std::size_t kBatch = 1 << 17;

constexpr std::string_view kPlaces =
    "CREATE OR REPLACE TABLE places (event_id UUID, customer_id UUID, transaction_id UUID, "
    "interaction_id UUID, "
    "engagement_id UUID, occurred_at TIMESTAMPTZ, ordinal BIGINT)";

Database make_database() {
  OpenOptions options;
  options.threads = 2;
  return Database::open(":memory:", options).value();
}

/// One batch of seven columns, five of them 128-bit ids.
struct Batch {
  std::vector<Id128> ids[5];
  std::vector<TimeUs> times;
  std::vector<std::int64_t> ordinals;

  explicit Batch(std::uint64_t seed) {
    std::uint64_t state = seed;
    const auto next = [&] {
      return state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    };
    for (auto& column : ids) {
      const std::uint64_t distinct = &column == ids ? kBatch : kBatch / 20;
      for (std::size_t i = 0; i < kBatch; ++i)
        column.push_back({(i % distinct + 1) * 0x9E3779B97F4A7C15ULL ^ seed, next()});
    }
    for (std::size_t i = 0; i < kBatch; ++i) {
      times.push_back(static_cast<TimeUs>(1'700'000'000'000'000 + i * 1000));
      ordinals.push_back(static_cast<std::int64_t>(i));
    }
  }
  std::vector<ColumnInput> inputs() const {
    return {ColumnInput::ids(ids[0]),   ColumnInput::ids(ids[1]), ColumnInput::ids(ids[2]),
            ColumnInput::ids(ids[3]),   ColumnInput::ids(ids[4]), ColumnInput::times(times),
            ColumnInput::ints(ordinals)};
  }
};

void append_rows(Connection& connection, const Batch& batch, std::size_t rows) {
  auto appender = ChunkAppender::open(connection, "main", "places").value();
  const auto inputs = batch.inputs();
  for (std::size_t done = 0; done < rows; done += kBatch)
    appender.append(inputs, std::min(kBatch, rows - done)).value();
  appender.finish().value();
}

void BM_Append(benchmark::State& state) {
  const auto threads = static_cast<std::size_t>(state.range(0));
  const Batch batch(7);
  for (auto _ : state) {
    Database database = make_database();
    Connection connection = database.connect().value();
    connection.execute(kPlaces).value();
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        Connection own = database.connect().value();
        auto transaction = Transaction::begin(own).value();
        append_rows(own, batch, kRows / threads);
        transaction.commit().value();
      });
    }
    for (std::thread& worker : workers) worker.join();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kRows));
}
BENCHMARK(BM_Append)
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void BM_InsertColumns(benchmark::State& state) {
  const Batch batch(7);
  for (auto _ : state) {
    Database database = make_database();
    Connection connection = database.connect().value();
    connection.execute(kPlaces).value();
    std::vector<ColumnPart> parts;
    for (std::size_t done = 0; done < kRows; done += kBatch)
      parts.push_back({batch.inputs(), std::min(kBatch, kRows - done)});
    insert_columns(connection, "main", "places", parts).value();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kRows));
}
BENCHMARK(BM_InsertColumns)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

struct Filled {
  Database database = make_database();
  Filled() {
    Connection connection = database.connect().value();
    connection.execute(kPlaces).value();
    append_rows(connection, Batch(7), kRows);
  }
};

Filled& filled() {
  static Filled tables;
  return tables;
}

void BM_CopyTable(benchmark::State& state) {
  Connection connection = filled().database.connect().value();
  for (auto _ : state)
    connection.execute("CREATE OR REPLACE TABLE copy AS SELECT * FROM places").value();
  connection.execute("DROP TABLE copy").value();
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kRows));
}
BENCHMARK(BM_CopyTable)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

std::uint64_t sum_ids(const QueryResult& chunk) {
  std::uint64_t sum = 0;
  for (std::size_t column = 0; column < 5; ++column)
    for (const IdCell& id : chunk.column(column).ids()) sum += id.low;
  for (const TimeUs time : chunk.column(5).times()) sum += static_cast<std::uint64_t>(time);
  return sum;
}

void BM_Stream(benchmark::State& state) {
  Connection connection = filled().database.connect().value();
  for (auto _ : state) {
    QueryResult result = connection.stream("SELECT * FROM places").value();
    std::uint64_t sum = 0;
    while (result.next().value()) sum += sum_ids(result);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kRows));
}
BENCHMARK(BM_Stream)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void BM_ReadInParallel(benchmark::State& state) {
  Database& database = filled().database;
  for (auto _ : state) {
    std::vector<std::uint64_t> sums(8);
    const ParallelRead read{"*", "main.places", "", static_cast<unsigned>(state.range(0))};
    read_in_parallel(database, read, [&](unsigned reader, const QueryResult& chunk) -> Status {
      sums[reader] += sum_ids(chunk);
      return {};
    }).value();
    benchmark::DoNotOptimize(sums);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kRows));
}
BENCHMARK(BM_ReadInParallel)
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

constexpr std::size_t kTextRows = 3'000'000;
constexpr std::size_t kTextColumns = 12;

/// Twelve text columns, by reference into one text.
class TextSource final : public Source {
 public:
  explicit TextSource(unsigned threads) : threads_(threads) {}
  std::vector<SourceColumn> columns() const override {
    std::vector<SourceColumn> columns;
    for (std::size_t i = 0; i < kTextColumns; ++i)
      columns.push_back({"c" + std::to_string(i), Type::varchar});
    return columns;
  }
  unsigned threads_max() const override { return threads_; }
  Result<std::unique_ptr<SourceCursor>> open(std::span<const std::size_t>) override {
    return std::unique_ptr<SourceCursor>(new Cursor(taken_));
  }

 private:
  class Cursor final : public SourceCursor {
   public:
    explicit Cursor(std::atomic<std::size_t>& taken) : taken_(taken) {}
    Result<std::size_t> next(SourceBatch& batch) override {
      const std::size_t first = taken_.fetch_add(kChunkRows);
      if (first >= kTextRows) return std::size_t{0};
      const std::size_t rows = std::min(kChunkRows, kTextRows - first);
      for (std::size_t column = 0; column < batch.columns(); ++column) {
        const auto cells = batch.column(column).texts();
        const std::size_t length = 6 + column * 2;
        for (std::size_t row = 0; row < rows; ++row)
          cells[row] =
              TextCell::reference(text_.substr((first + row * (column + 1)) % 900, length));
      }
      return rows;
    }

   private:
    std::atomic<std::size_t>& taken_;
    std::string_view text_ = kText;
    static const std::string kText;
  };
  unsigned threads_;
  std::atomic<std::size_t> taken_ = 0;
};

const std::string TextSource::Cursor::kText = [] {
  std::string text;
  for (int i = 0; text.size() < 1000; ++i) text += "contact " + std::to_string(i * 7919) + ";";
  return text;
}();

void BM_Source(benchmark::State& state, const std::string& sql) {
  for (auto _ : state) {
    Database database = make_database();
    Connection connection = database.connect().value();
    TextSource source(static_cast<unsigned>(state.range(0)));
    const SourceRegistration registration = register_source(connection, "texts", source).value();
    connection.execute(sql).value();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kTextRows));
}
BENCHMARK_CAPTURE(BM_Source, stored, "CREATE TABLE t AS SELECT * FROM clew_source('texts')")
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK_CAPTURE(BM_Source, read_only,
                  "SELECT max(c0), max(c1), max(c2), max(c3), max(c4), max(c5), max(c6), max(c7), "
                  "max(c8), max(c9), max(c10), max(c11) FROM clew_source('texts')")
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void BM_CopyTexts(benchmark::State& state) {
  Database database = make_database();
  Connection connection = database.connect().value();
  TextSource source(2);
  const SourceRegistration registration = register_source(connection, "texts", source).value();
  connection.execute("CREATE TABLE t AS SELECT * FROM clew_source('texts')").value();
  for (auto _ : state) connection.execute("CREATE OR REPLACE TABLE u AS SELECT * FROM t").value();
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kTextRows));
}
BENCHMARK(BM_CopyTexts)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace clewline::store
