#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/chunk_reader.h"
#include "store/database.h"

namespace clewline::engine {

/// Which canonical events to read, and what of them.
struct EventScan {
  std::string columns;                     // as written in SQL
  std::string filter;                      // extra SQL condition on store.events, empty for all
  std::vector<std::string> parquet_files;  // to read in place of store.events, each by one thread
  unsigned threads = 2;
  /// Whose temporary tables the filter names; null: a connection of its own.
  store::Connection* connection = nullptr;
};

/// Visits every event once; `reader` 0..threads-1 tells which thread calls.
Status scan_events(store::Database& database, const EventScan& scan,
                   const store::ChunkVisitor& visit);

/// Returns how many events a scan without filter visits; both kinds of source know it unread.
Result<std::uint64_t> count_events(store::Connection& connection, const EventScan& scan);

}  // namespace clewline::engine
