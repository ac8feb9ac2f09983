#include "store/chunk_reader.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace clewline::store {
namespace {

/// Ranges are whole row groups of DuckDB (122,880 rows), so that no two readers share one.
constexpr std::int64_t kRowGroupRows = 122'880;
constexpr std::int64_t kRangeRows = 8 * kRowGroupRows;

/// What the readers share: the next range to take and the first error.
struct SharedWork {
  std::atomic<std::int64_t> next_row = 0;
  std::int64_t rows_end = 0;
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  std::optional<Error> error;

  void fail(Error failure) {
    const std::lock_guard guard(mutex);
    if (!error) error = std::move(failure);
    stopped = true;
  }
};

std::string range_sql(const ParallelRead& read, std::int64_t first, std::int64_t end) {
  return "SELECT " + read.columns + " FROM " + read.table +
         " WHERE rowid >= " + std::to_string(first) + " AND rowid < " + std::to_string(end) +
         (read.filter.empty() ? "" : " AND (" + read.filter + ")");
}

Status read_range(Connection& connection, const std::string& sql, unsigned reader,
                  const ChunkVisitor& visit, const SharedWork& work) {
  CLEW_TRY(QueryResult result, connection.stream(sql));
  while (!work.stopped) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    CLEW_TRY_VOID(visit(reader, result));
  }
  return {};
}

void read_ranges(Connection& connection, const ParallelRead& read, unsigned reader,
                 const ChunkVisitor& visit, SharedWork& work) {
  while (!work.stopped) {
    const std::int64_t first = work.next_row.fetch_add(kRangeRows);
    if (first >= work.rows_end) return;
    const auto done =
        read_range(connection, range_sql(read, first, first + kRangeRows), reader, visit, work);
    if (!done.ok()) return work.fail(done.error());
  }
}

}  // namespace

Status read_in_parallel(Database& database, const ParallelRead& read, const ChunkVisitor& visit) {
  CLEW_ASSERT(read.threads > 0);
  SharedWork work;
  std::vector<Connection> connections;
  for (unsigned reader = 0; reader < read.threads; ++reader) {
    CLEW_TRY(Connection connection, database.connect());
    connections.push_back(std::move(connection));
  }
  CLEW_TRY(work.rows_end,
           connections[0].query_int64("SELECT coalesce(max(rowid), -1) + 1 FROM " + read.table));
  std::vector<std::thread> threads;
  for (unsigned reader = 1; reader < read.threads; ++reader)
    threads.emplace_back(
        [&, reader] { read_ranges(connections[reader], read, reader, visit, work); });
  read_ranges(connections[0], read, 0, visit, work);
  for (std::thread& thread : threads) thread.join();
  if (work.error) return *work.error;
  return {};
}

}  // namespace clewline::store
