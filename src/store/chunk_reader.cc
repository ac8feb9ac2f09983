#include "store/chunk_reader.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "store/duckdb_internal.h"
#include "store/query_state_internal.h"

namespace clewline::store {
namespace {

/// The answer that the readers share; one of them at a time takes the next chunk from it.
class SharedAnswer {
 public:
  explicit SharedAnswer(QueryResult answer) : answer_(std::move(answer)) {}

  const std::vector<ResultColumn>& columns() const { return answer_.columns(); }

  /// Moves the next chunk to a reader; false at the end or after an error.
  bool take(QueryResult::State& reader) {
    reader.leave_chunk();
    const std::lock_guard guard(mutex_);
    if (ended_) return false;
    auto more = answer_.next();
    if (!more.ok()) error_ = std::move(more).error();
    ended_ = error_.has_value() || !*more;
    if (!ended_) answer_.give_chunk(reader);
    return !ended_;
  }

  void fail(Error error) {
    const std::lock_guard guard(mutex_);
    if (!error_) error_ = std::move(error);
    ended_ = true;
  }

  Status outcome() const {
    if (error_) return *error_;
    return {};
  }

 private:
  QueryResult answer_;
  std::mutex mutex_;
  bool ended_ = false;
  std::optional<Error> error_;
};

void visit_chunks(SharedAnswer& answer, unsigned reader, const ChunkVisitor& visit) {
  auto state = std::make_unique<QueryResult::State>(Prepared{});
  state->columns = answer.columns();
  QueryResult::State& taken = *state;
  const QueryResult chunk(std::move(state));
  while (answer.take(taken)) {
    const Status visited = visit(reader, chunk);
    if (!visited.ok()) return answer.fail(visited.error());
  }
}

std::string select_sql(const ParallelRead& read) {
  return "SELECT " + read.columns + " FROM " + read.table +
         (read.filter.empty() ? "" : " WHERE " + read.filter);
}

}  // namespace

Status read_in_parallel(Connection& connection, const ParallelRead& read,
                        const ChunkVisitor& visit) {
  CLEW_ASSERT(read.threads > 0);
  CLEW_TRY(QueryResult result, connection.stream(select_sql(read)));
  SharedAnswer answer(std::move(result));
  std::vector<std::thread> threads;
  for (unsigned reader = 1; reader < read.threads; ++reader)
    threads.emplace_back([&, reader] { visit_chunks(answer, reader, visit); });
  visit_chunks(answer, 0, visit);
  for (std::thread& thread : threads) thread.join();
  return answer.outcome();
}

Status read_in_parallel(Database& database, const ParallelRead& read, const ChunkVisitor& visit) {
  CLEW_TRY(Connection connection, database.connect());
  return read_in_parallel(connection, read, visit);
}

}  // namespace clewline::store
