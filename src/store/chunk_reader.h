#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace clewline::store {

/// What `read_in_parallel` reads: `SELECT columns FROM table WHERE filter`, tables by their SQL
/// names.
struct ParallelRead {
  std::string columns;  // as written in SQL, e.g. "event_id, occurred_at"
  std::string table;    // a base table (it needs row ids), e.g. "store.events"
  std::string filter;   // may be empty
  unsigned threads = 2;
};

/// Called for every chunk: `reader` 0..threads-1 tells which thread, so that each keeps its own
/// output. A reader's calls come from one thread, in the order of row ids. An error stops all
/// readers.
using ChunkVisitor = std::function<Status(unsigned reader, const QueryResult& chunk)>;

/// Reads a stored table with several threads, each with its own connection over its own range of
/// row ids: every committed row is visited exactly once. Rows of an open transaction are not seen.
Status read_in_parallel(Database& database, const ParallelRead& read, const ChunkVisitor& visit);

}  // namespace clewline::store
