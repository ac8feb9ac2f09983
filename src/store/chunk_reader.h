#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/database.h"

namespace clewline::store {

/// What `read_in_parallel` reads: `SELECT columns FROM table WHERE filter`.
struct ParallelRead {
  std::string columns;  // as written in SQL, e.g. "event_id, occurred_at"
  std::string table;    // anything that may follow FROM, e.g. "store.events", "read_parquet('x')"
  std::string filter;   // may be empty
  unsigned threads = 2;
};

/// Called for every chunk: `reader` 0..threads-1 tells which thread, so that each keeps its own
/// output. A reader's calls come from one thread; which chunks it gets, and in which order, is left
/// to chance. An error stops all readers.
using ChunkVisitor = std::function<Status(unsigned reader, const QueryResult& chunk)>;

/// Reads one answer with several threads that take its chunks in turn: every row is visited exactly
/// once, and all of them belong to one moment of the database. The connection is in use until it
/// returns.
Status read_in_parallel(Connection& connection, const ParallelRead& read,
                        const ChunkVisitor& visit);
/// As above on a connection of its own: rows of an open transaction are not seen.
Status read_in_parallel(Database& database, const ParallelRead& read, const ChunkVisitor& visit);

}  // namespace clewline::store
