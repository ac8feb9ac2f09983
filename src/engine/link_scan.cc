#include "engine/link_scan.h"

#include <fmt/format.h>

#include "base/parallel.h"
namespace clewline::engine {
namespace {

Status read_parquet_file(store::Database& database, const EventScan& scan, const std::string& file,
                         unsigned reader, const store::ChunkVisitor& visit) {
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(auto result, connection.stream(fmt::format("SELECT {} FROM read_parquet({})",
                                                      scan.columns, store::quote_literal(file))));
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return {};
    CLEW_TRY_VOID(visit(reader, result));
  }
}

Status scan_parquet(store::Database& database, const EventScan& scan,
                    const store::ChunkVisitor& visit) {
  std::vector<Status> outcomes(scan.threads);
  for_each_block(static_cast<int>(scan.threads), scan.parquet_files.size(), 1,
                 [&](std::size_t reader, std::size_t file, std::size_t) {
                   if (!outcomes[reader].ok()) return;
                   outcomes[reader] = read_parquet_file(database, scan, scan.parquet_files[file],
                                                        static_cast<unsigned>(reader), visit);
                 });
  for (Status& outcome : outcomes) CLEW_TRY_VOID(std::move(outcome));
  return {};
}

}  // namespace

Status scan_events(store::Database& database, const EventScan& scan,
                   const store::ChunkVisitor& visit) {
  if (!scan.parquet_files.empty()) return scan_parquet(database, scan, visit);
  const store::ParallelRead read{scan.columns, "store.events", scan.filter, scan.threads};
  return scan.connection != nullptr ? store::read_in_parallel(*scan.connection, read, visit)
                                    : store::read_in_parallel(database, read, visit);
}

Result<std::uint64_t> count_events(store::Connection& connection, const EventScan& scan) {
  std::string files;
  for (const std::string& file : scan.parquet_files)
    files += (files.empty() ? "" : ", ") + store::quote_literal(file);
  CLEW_TRY(const std::int64_t rows,
           connection.query_int64(
               files.empty() ? std::string("SELECT count(*) FROM store.events")
                             : fmt::format("SELECT count(*) FROM read_parquet([{}])", files)));
  return static_cast<std::uint64_t>(rows);
}

}  // namespace clewline::engine
