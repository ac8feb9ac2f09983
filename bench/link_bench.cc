// `./dev bench link`: Parquet of canonical events to event_places and all unit tables, stored,
// against the best SQL for the same tables on the same DuckDB, and against the floor: copying the
// very tables from Parquet copies of them.

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "bench/cost_meter.h"
#include "engine/link_memory.h"
#include "engine/link_workspace.h"
#include "store/database.h"
#include "store/migrations.h"

namespace {

using namespace clewline;
using bench::Cost;
using bench::CostMeter;

struct BenchOptions {
  std::uint64_t events = 20'000'000;
  unsigned threads = 2;
  bool smoke = false;
  bool alone = false;  // for profiles: no peer, no floor
  double changed = 0;  // share of records that come after the first link; 0: none
  std::string memory;  // "300MB": link within it, in portions where it must; empty: no limit
  std::string input;   // a folder that keeps the events from run to run; empty: made anew
  double sql_ratio_min = 5.0;
  double floor_ratio_max = 2.5;
};

constexpr unsigned kFiles = 8;
constexpr double kBytesPerMegabyte = 1e6;

store::OpenOptions options_for(unsigned threads, const std::string& memory = "") {
  store::OpenOptions options;
  options.threads = threads;
  options.memory_limit = memory;
  return options;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

Result<std::vector<std::string>> make_files(const std::filesystem::path& folder,
                                            const BenchOptions& options) {
  std::filesystem::create_directories(folder);
  CLEW_TRY(auto database, store::Database::open(":memory:", options_for(options.threads)));
  CLEW_TRY(auto connection, database.connect());
  const std::string sql = read_text(std::filesystem::path(CLEWLINE_BENCH_FOLDER) / "link_data.sql");
  std::vector<std::string> files;
  for (unsigned i = 0; i < kFiles; ++i) {
    files.push_back((folder / fmt::format("events-{}-{}.parquet", options.events, i)).string());
    if (std::filesystem::exists(files.back())) continue;
    const std::uint64_t sittings = options.events / 5;
    std::string part = replace_all(sql, "$EVENTS", std::to_string(options.events));
    part = replace_all(part, "$FIRST", std::to_string(sittings * i / kFiles * 5));
    part = replace_all(part, "$LAST", std::to_string(sittings * (i + 1) / kFiles * 5));
    CLEW_TRY_VOID(connection.execute(replace_all(part, "$FILE", files.back())));
  }
  return files;
}

Result<store::Database> fresh_workspace(const std::filesystem::path& file, unsigned threads,
                                        const std::string& memory = "") {
  CLEW_TRY(auto database, store::Database::open(file.string(), options_for(threads, memory)));
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(store::migrate(connection));
  return database;
}

constexpr std::string_view kTables[] = {"event_places", "transactions", "interactions",
                                        "engagements",  "journeys",     "customers"};

Result<Cost> run_floor(const std::filesystem::path& folder, store::Connection& ours,
                       unsigned threads) {
  for (const std::string_view table : kTables) {
    CLEW_TRY_VOID(ours.execute(fmt::format(
        "COPY store.{0} TO '{1}/copy-{0}.parquet' (FORMAT parquet)", table, folder.string())));
  }
  CLEW_TRY(auto database,
           store::Database::open((folder / "floor.duckdb").string(), options_for(threads)));
  CLEW_TRY(auto connection, database.connect());
  const CostMeter meter;
  for (const std::string_view table : kTables) {
    CLEW_TRY_VOID(connection.execute(
        fmt::format("CREATE TABLE {0} AS FROM '{1}/copy-{0}.parquet'", table, folder.string())));
  }
  CLEW_TRY_VOID(connection.execute("CHECKPOINT"));
  return meter.cost();
}

/// The peer writes tables of the same names, columns and types, or the comparison means nothing.
Status check_columns(store::Connection& peer, store::Connection& ours) {
  for (const std::string_view table : kTables) {
    const auto columns = [table](store::Connection& connection, std::string_view schema) {
      return connection.query_text(fmt::format(
          "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_index) FROM "
          "duckdb_columns() WHERE schema_name = '{}' AND table_name = '{}'",
          schema, table));
    };
    CLEW_TRY(const std::string wanted, columns(ours, "store"));
    CLEW_TRY(const std::string made, columns(peer, "main"));
    if (wanted != made) {
      return Error{
          ErrorCode::internal,
          fmt::format("{} of the peer has other columns: {} instead of {}", table, made, wanted),
          "Correct bench/link_peer.sql."};
    }
  }
  return {};
}

Result<Cost> run_peer(const std::filesystem::path& folder, const std::string& files,
                      store::Connection& ours, unsigned threads) {
  CLEW_TRY(auto database,
           store::Database::open((folder / "peer.duckdb").string(), options_for(threads)));
  CLEW_TRY(auto connection, database.connect());
  const std::string sql = replace_all(
      read_text(std::filesystem::path(CLEWLINE_BENCH_FOLDER) / "link_peer.sql"), "$FILES", files);
  const CostMeter meter;
  CLEW_TRY_VOID(connection.execute(sql));
  CLEW_TRY_VOID(connection.execute("CHECKPOINT"));
  const Cost cost = meter.cost();
  CLEW_TRY_VOID(check_columns(connection, ours));
  return cost;
}

/// A hash of all rows of the tables that does not depend on their order.
Result<std::string> row_hash(store::Connection& connection) {
  std::string text;
  for (const std::string_view table : kTables) {
    CLEW_TRY(const std::string part,
             connection.query_text(fmt::format(
                 "SELECT to_hex(bit_xor(hash(t))) || '-' || count(*) FROM store.{} t", table)));
    text += (text.empty() ? "" : " ") + part;
  }
  return text;
}

/// The same input through store.events and the ordinary `link`; its tables must equal those of the
/// timed run.
Result<std::string> journey_hash(const std::filesystem::path& folder, const std::string& files,
                                 engine::LinkSettings settings) {
  CLEW_TRY(auto database, fresh_workspace(folder / "journey.duckdb", settings.threads));
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(connection.execute(
      fmt::format("INSERT INTO store.events BY NAME SELECT * FROM read_parquet({})", files)));
  settings.parquet_files.clear();
  settings.portion_events = settings.portion_events > 0 ? 0 : 50'000;  // the other way
  CLEW_TRY_VOID([&]() -> Status {
    CLEW_TRY(const auto summary, engine::link_workspace(database, settings));
    static_cast<void>(summary);
    return {};
  }());
  return row_hash(connection);
}

/// Stores the records of one import: those of the share, or all others.
Status deliver(store::Connection& connection, const std::string& files, int import, bool late,
               double share) {
  constexpr double kBuckets = 1e6;
  const std::string chosen =
      fmt::format("hash(record_id, 99) % {} {} {}", static_cast<std::int64_t>(kBuckets),
                  late ? "<" : ">=", static_cast<std::int64_t>(share * kBuckets));
  CLEW_TRY_VOID(connection.execute(fmt::format(
      "INSERT INTO store.imports BY NAME SELECT {0} AS import_id, 'import' AS command, "
      "to_timestamp({0}) AS started_at; INSERT INTO store.events BY NAME SELECT * REPLACE "
      "(to_timestamp({0}) AS ingested_at) FROM read_parquet({1}) WHERE {2}; INSERT INTO "
      "store.records BY NAME SELECT source, stream, record_id, {0} AS import_id FROM "
      "read_parquet({1}) WHERE {2}; "
      "CHECKPOINT",
      import, files, chosen)));
  return {};
}

/// Links most records, then the rest as an import that comes later: only whom it touches.
Result<int> run_changes(const BenchOptions& options, const std::filesystem::path& folder,
                        const std::string& files, engine::LinkSettings settings) {
  settings.parquet_files.clear();
  CLEW_TRY(auto database, fresh_workspace(folder / "growing.duckdb", options.threads));
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(deliver(connection, files, 1, false, options.changed));
  const CostMeter first;
  CLEW_TRY_VOID(engine::link_workspace(database, settings));
  const Cost full = first.cost();
  CLEW_TRY_VOID(deliver(connection, files, 2, true, options.changed));
  settings.full = false;
  const CostMeter second;
  CLEW_TRY(const auto summary, engine::link_workspace(database, settings));
  const Cost cost = second.cost();
  CLEW_TRY(const std::string hash, row_hash(connection));
  settings.full = true;
  CLEW_TRY_VOID(engine::link_workspace(database, settings));
  CLEW_TRY(const std::string wanted, row_hash(connection));
  if (hash != wanted)
    return Error{ErrorCode::internal, "the tables are not those of a full link", ""};
  const double touched =
      static_cast<double>(summary.relinked_customers) /
      static_cast<double>(summary.customers_identified + summary.customers_anonymous);
  const double budget = 2 * touched * full.seconds + 1;
  std::cout << fmt::format(
      R"({{"events": {}, "changed_share": {}, "touched_share": {:.4f}, "full_seconds": {:.3f}, "seconds": {:.3f}, "load_seconds": {:.3f}, "identity_seconds": {:.3f}, "hierarchy_seconds": {:.3f}, "store_seconds": {:.3f}, "budget_seconds": {:.3f}, "processor_seconds": {:.3f}, "full_processor_seconds": {:.3f}, "row_hash": "{}"}})"
      "\n",
      summary.events, options.changed, touched, full.seconds, cost.seconds, summary.load_seconds,
      summary.identity_seconds, summary.hierarchy_seconds, summary.store_seconds, budget,
      cost.processor_seconds, full.processor_seconds, hash);
  return cost.seconds <= budget ? 0 : 1;
}

Result<int> run(const BenchOptions& options, const std::filesystem::path& folder) {
  CLEW_TRY(
      const auto files,
      make_files(options.input.empty() ? folder : std::filesystem::path(options.input), options));
  std::string list;
  for (const std::string& file : files) list += (list.empty() ? "['" : ", '") + file + "'";
  list += "]";
  engine::LinkSettings settings;
  settings.threads = options.threads;
  settings.workspace_key = "bench key";
  settings.parquet_files = files;
  if (options.changed > 0) return run_changes(options, folder, list, settings);
  settings.memory_limit = options.memory;
  CLEW_TRY(auto database, fresh_workspace(folder / "ours.duckdb", options.threads, options.memory));
  CLEW_TRY(auto connection, database.connect());
  bench::forget_peak_rss();
  const CostMeter meter;
  CLEW_TRY(const auto summary, engine::link_workspace(database, settings));
  CLEW_TRY_VOID(connection.execute("CHECKPOINT"));
  const Cost cost = meter.cost();
  const std::int64_t peak = bench::peak_rss_bytes();
  CLEW_TRY(const std::string hash, row_hash(connection));
  if (options.smoke) {
    CLEW_TRY(const std::string other, journey_hash(folder, list, settings));
    if (other != hash)
      return Error{ErrorCode::internal, "the timed run and the ordinary link differ", ""};
  }
  if (options.alone) {
    std::cout << fmt::format(
        "portions {} load {:.2f} identity {:.2f} hierarchy {:.2f} store {:.2f} all {:.2f} "
        "processor "
        "{:.2f} peak {:.0f} MB hash {}\n",
        summary.portions, summary.load_seconds, summary.identity_seconds, summary.hierarchy_seconds,
        summary.store_seconds, cost.seconds, cost.processor_seconds,
        static_cast<double>(peak) / kBytesPerMegabyte, hash);
    const auto limit = engine::parse_memory(options.memory);
    constexpr double kAllocatorShare = 1.1;  // what it keeps differs from machine to machine
    return limit && static_cast<double>(peak) > kAllocatorShare * static_cast<double>(*limit) ? 1
                                                                                              : 0;
  }
  CLEW_TRY(const Cost floor, run_floor(folder, connection, options.threads));
  CLEW_TRY(const Cost sql, run_peer(folder, list, connection, options.threads));
  const double sql_ratio = sql.seconds / cost.seconds;
  const double floor_ratio = cost.seconds / floor.seconds;
  std::cout << fmt::format(
      R"({{"events": {}, "seconds": {:.3f}, "load_seconds": {:.3f}, "identity_seconds": {:.3f}, "hierarchy_seconds": {:.3f}, "store_seconds": {:.3f}, "sql_seconds": {:.3f}, "floor_seconds": {:.3f}, "sql_ratio": {:.2f}, "floor_ratio": {:.2f}, "processor_seconds": {:.3f}, "sql_processor_ratio": {:.2f}, "floor_processor_ratio": {:.2f}, "peak_rss_bytes": {}, "row_hash": "{}"}})"
      "\n",
      summary.events, cost.seconds, summary.load_seconds, summary.identity_seconds,
      summary.hierarchy_seconds, summary.store_seconds, sql.seconds, floor.seconds, sql_ratio,
      floor_ratio, cost.processor_seconds, sql.processor_seconds / cost.processor_seconds,
      cost.processor_seconds / floor.processor_seconds, peak, hash);
  if (options.smoke) return 0;
  return sql_ratio >= options.sql_ratio_min && floor_ratio <= options.floor_ratio_max ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  BenchOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--smoke") options.events = 200'000, options.smoke = true;
    if (word == "--changed" && i + 1 < argc) options.changed = std::strtod(argv[++i], nullptr);
    if (word == "--memory" && i + 1 < argc) options.memory = argv[++i];
    if (word == "--input" && i + 1 < argc) options.input = argv[++i];
    if (word == "--alone") options.alone = true;
    if (word == "--events" && i + 1 < argc) options.events = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--threads" && i + 1 < argc)
      options.threads = static_cast<unsigned>(std::atoi(argv[++i]));
  }
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("clewline-bench-{}", getpid());
  std::filesystem::create_directories(folder);
  const auto outcome = run(options, folder);
  std::filesystem::remove_all(folder);
  if (outcome.ok()) return *outcome;
  std::cerr << describe(outcome.error()) << "\n";
  return 4;
}
