// `./dev bench paths`: the directly-follows map and the variants of 20 million steps of a million
// customers, read from a stored table that is clustered by path, against the best of several SQL
// statements on the same table and against pm4py on the same rows in memory.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "bench/cost_meter.h"
#include "insights/paths/path_map.h"
#include "insights/paths/path_variants.h"
#include "store/database.h"

namespace {

using namespace clewline;
using bench::Cost;
using bench::CostMeter;
namespace fs = std::filesystem;

struct BenchOptions {
  std::uint64_t customers = 1'000'000;
  unsigned threads = 2;
  std::string input;  // a folder that keeps the steps from run to run; empty: made anew
  std::string pm4py;  // a folder to install pm4py in; empty: it is not run
  double sql_ratio_min = 3;
  double pm4py_ratio_min = 20;
};

// Twenty steps a customer on average, of 24 kinds; what comes next hangs on what was before.
constexpr std::string_view kSteps = R"sql(INSERT INTO steps
SELECT path::UINTEGER AS path, activity::UINTEGER AS activity, TIMESTAMPTZ '2026-01-01' + to_seconds(hash(path) % 7000000 + i * 60 + hash(path * 41 + i) % 50) AS "at"
FROM (SELECT path, i, CASE WHEN hash(path * 31 + i) % 4 = 0 THEN hash(path * 37 + i) % 24 ELSE (hash(path) % 6 + i * (1 + hash(path) % 3)) % 24 END AS activity
  FROM range({}, {}) p(path), range(39) s(i) WHERE i < 1 + hash(path * 7 + 1) % 39)
ORDER BY path, i)sql";

// The map with counts, mean and median, the fastest counts.
constexpr std::string_view kMapSql[] = {
    R"sql(SELECT activity, next, count(*) AS n, avg(gap), median(gap) FROM (
  SELECT activity, lead(activity) OVER w AS next, epoch_us(lead("at") OVER w) - epoch_us("at") AS gap FROM steps
  WINDOW w AS (PARTITION BY path ORDER BY "at")) WHERE next IS NOT NULL GROUP BY ALL)sql",
    R"sql(SELECT a.activity, b.activity, count(*) AS n, avg(epoch_us(b."at") - epoch_us(a."at")), median(epoch_us(b."at") - epoch_us(a."at"))
FROM steps a JOIN steps b ON b.rowid = a.rowid + 1 AND a.path = b.path GROUP BY ALL)sql"};
// One thread reads a clustered table in its order, so that no statement need sort.
constexpr std::string_view kVariantsSql[] = {
    R"sql(SELECT acts, count(*) AS n FROM (SELECT list(activity ORDER BY "at") AS acts FROM steps GROUP BY path) GROUP BY acts)sql",
    R"sql(SELECT acts, count(*) AS n FROM (SELECT string_agg(chr((65 + activity)::INTEGER), '' ORDER BY "at") AS acts FROM steps GROUP BY path) GROUP BY acts)sql"};
constexpr std::string_view kVariantsInOrderSql[] = {
    R"sql(SELECT acts, count(*) AS n FROM (SELECT list(activity) AS acts FROM steps GROUP BY path) GROUP BY acts)sql",
    R"sql(SELECT acts, count(*) AS n FROM (SELECT string_agg(chr((65 + activity)::INTEGER), '') AS acts FROM steps GROUP BY path) GROUP BY acts)sql"};

struct Found {
  Cost cost;
  std::uint64_t total = 0;  // steps to a next one, or paths
  std::uint64_t rows = 0;
};

/// Hands a stored table, clustered by path, to a scan.
template <typename Scan>
Status scan_steps(store::Connection& connection, Scan& scan) {
  CLEW_TRY(auto rows, connection.stream("SELECT path, activity, \"at\" FROM steps"));
  std::vector<std::uint32_t> activities;
  std::vector<TimeUs> times;
  std::uint32_t path = 0;
  const auto end = [&] {
    if (!activities.empty()) scan.add({path, activities, times});
    activities.clear();
    times.clear();
  };
  while (true) {
    CLEW_TRY(const bool more, rows.next());
    if (!more) break;
    const auto paths = rows.column(0).ints<std::uint32_t>();
    const auto names = rows.column(1).ints<std::uint32_t>();
    const auto at = rows.column(2).times();
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      if (paths[r] != path) end();
      path = paths[r];
      activities.push_back(names[r]);
      times.push_back(at[r]);
    }
  }
  end();
  scan.finish();
  return {};
}

Result<Found> run_map(store::Connection& connection) {
  const CostMeter meter;
  insights::PathMap map;
  CLEW_TRY_VOID(scan_steps(connection, map));
  double medians = 0;
  for (insights::EdgeCounts& edge : map.edges()) medians += insights::median(edge.times);
  if (medians < 0) return Error{ErrorCode::internal, "times run backwards", ""};
  return Found{meter.cost(), static_cast<std::uint64_t>(map.transitions()), map.edges().size()};
}

Result<Found> run_variants(store::Connection& connection) {
  const CostMeter meter;
  insights::PathVariants variants;
  CLEW_TRY_VOID(scan_steps(connection, variants));
  double paths = 0;
  for (const insights::Variant& variant : variants.all()) paths += variant.paths.total;
  return Found{meter.cost(), static_cast<std::uint64_t>(paths), variants.all().size()};
}

Result<Found> best_sql(store::Connection& connection,
                       std::span<const std::string_view> statements) {
  Found best;
  for (const std::string_view sql : statements) {
    const CostMeter meter;
    const auto answer =
        connection.query_rows(fmt::format("SELECT sum(n)::BIGINT, count(*) FROM ({})", sql));
    if (!answer) continue;  // out of memory, out of the race: ordered lists do not spill
    const auto& rows = *answer;
    Found found{meter.cost(), static_cast<std::uint64_t>(std::get<std::int64_t>(rows[0][0])),
                static_cast<std::uint64_t>(std::get<std::int64_t>(rows[0][1]))};
    if (best.cost.seconds == 0 || found.cost.seconds < best.cost.seconds) best = found;
  }
  return best;
}

struct Peer {
  double map = 0;
  double variants = 0;
  unsigned long long transitions = 0;
  unsigned long long kinds = 0;
};

Result<Peer> run_pm4py(const BenchOptions& options, const std::string& parquet) {
  const std::string python = options.pm4py + "/bin/python";
  const std::string command = fmt::format(
      "(test -x '{0}' || (python3 -m venv '{1}' && '{1}/bin/pip' install -q "
      "--disable-pip-version-check pm4py==2.7.14 requests pyarrow)) >&2 && '{0}' "
      "'{2}/paths_peer.py' '{3}'",
      python, options.pm4py, CLEWLINE_BENCH_FOLDER, parquet);
  std::FILE* pipe = popen(command.c_str(), "r");
  Peer peer;
  const bool read =
      pipe != nullptr && std::fscanf(pipe, "%lf %lf %llu %llu", &peer.map, &peer.variants,
                                     &peer.transitions, &peer.kinds) == 4;
  if (pipe == nullptr || pclose(pipe) != 0 || !read)
    return Error{ErrorCode::io, "pm4py did not run", "Give --pm4py a folder to install it in."};
  return peer;
}

/// Makes the table, and a Parquet file of the same rows for pm4py.
Status make_steps(store::Connection& connection, std::uint64_t customers,
                  const std::string& parquet) {
  CLEW_TRY_VOID(connection.execute(
      "CREATE TABLE steps (path UINTEGER, activity UINTEGER, \"at\" TIMESTAMPTZ)"));
  constexpr std::uint64_t kPortion = 50'000;  // customers made at once
  for (std::uint64_t first = 0; first < customers; first += kPortion)
    CLEW_TRY_VOID(connection.execute(
        fmt::format(fmt::runtime(kSteps), first, std::min(first + kPortion, customers))));
  CLEW_TRY_VOID(connection.execute("CHECKPOINT"));
  CLEW_TRY_VOID(
      connection.execute(fmt::format("COPY (SELECT 'case ' || path AS path, 'activity ' || "
                                     "activity AS name, \"at\"::TIMESTAMP AS "
                                     "\"at\" FROM steps) TO '{}' (FORMAT parquet)",
                                     parquet)));
  return {};
}

Result<bool> run(const BenchOptions& options) {
  const fs::path folder = options.input.empty() ? fs::temp_directory_path() / "clewline-paths-bench"
                                                : fs::path(options.input);
  fs::create_directories(folder);
  const fs::path file = folder / fmt::format("steps-{}.duckdb", options.customers);
  const std::string parquet =
      (folder / fmt::format("steps-{}.parquet", options.customers)).string();
  store::OpenOptions open;
  open.threads = options.threads;
  open.memory_limit = "8GB";
  open.row_order = store::RowOrder::preserved;
  const bool is_new = !fs::exists(file);
  CLEW_TRY(auto database, store::Database::open(file.string(), open));
  CLEW_TRY(auto connection, database.connect());
  if (is_new) CLEW_TRY_VOID(make_steps(connection, options.customers, parquet));
  // Reads every page once, so that nobody is the first to.
  CLEW_TRY_VOID(connection.execute("SELECT sum(path), sum(activity), max(\"at\") FROM steps"));
  CLEW_TRY(const std::int64_t steps, connection.query_int64("SELECT count(*) FROM steps"));
  bench::forget_peak_rss();
  CLEW_TRY(const Found map, run_map(connection));
  const std::int64_t map_memory = bench::peak_rss_bytes();
  bench::forget_peak_rss();
  CLEW_TRY(const Found variants, run_variants(connection));
  const std::int64_t variants_memory = bench::peak_rss_bytes();
  CLEW_TRY(const Found map_sql, best_sql(connection, kMapSql));
  CLEW_TRY(Found variants_sql, best_sql(connection, kVariantsSql));
  CLEW_TRY_VOID(connection.execute("SET threads = 1"));
  CLEW_TRY(const Found in_order, best_sql(connection, kVariantsInOrderSql));
  if (variants_sql.rows == 0 || in_order.cost.seconds < variants_sql.cost.seconds)
    variants_sql = in_order;
  if (map_sql.total != map.total || map_sql.rows != map.rows || variants_sql.rows != variants.rows)
    return Error{ErrorCode::internal, "SQL counts another map", ""};
  const double sql_ratio = std::min(map_sql.cost.seconds / map.cost.seconds,
                                    variants_sql.cost.seconds / variants.cost.seconds);
  std::string peer_text;
  double peer_ratio = 0;
  if (!options.pm4py.empty()) {
    CLEW_TRY(const Peer peer, run_pm4py(options, parquet));
    if (peer.transitions != map.total || peer.kinds != variants.rows)
      return Error{ErrorCode::internal, "pm4py counts another map", ""};
    peer_ratio = std::min(peer.map / map.cost.seconds, peer.variants / variants.cost.seconds);
    peer_text = fmt::format(
        ", \"pm4py_map_seconds\": {:.2f}, \"pm4py_variants_seconds\": {:.2f}, \"pm4py_ratio\": "
        "{:.1f}",
        peer.map, peer.variants, peer_ratio);
  }
  const auto timed = [](const char* name, const Cost& cost) {
    return fmt::format("\"{0}_seconds\": {1:.2f}, \"{0}_processor_seconds\": {2:.2f}, ", name,
                       cost.seconds, cost.processor_seconds);
  };
  std::cout << fmt::format("{{\"steps\": {}, \"customers\": {}, \"edges\": {}, \"variants\": {}, ",
                           steps, options.customers, map.rows, variants.rows)
            << timed("map", map.cost) << timed("variants", variants.cost)
            << timed("sql_map", map_sql.cost) << timed("sql_variants", variants_sql.cost)
            << fmt::format(
                   "\"map_peak_rss_bytes\": {}, \"variants_peak_rss_bytes\": {}, \"sql_ratio\": "
                   "{:.1f}{}}}\n",
                   map_memory, variants_memory, sql_ratio, peer_text);
  return sql_ratio >= options.sql_ratio_min &&
         (options.pm4py.empty() || peer_ratio >= options.pm4py_ratio_min);
}

}  // namespace

int main(int argc, char** argv) {
  BenchOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--smoke") {
      options.customers = 20'000;
      options.sql_ratio_min = 0;
      continue;
    }
    const std::string value = i + 1 < argc ? argv[++i] : "";
    if (name == "--customers") options.customers = std::stoull(value);
    if (name == "--threads") options.threads = static_cast<unsigned>(std::stoul(value));
    if (name == "--input") options.input = value;
    if (name == "--pm4py") options.pm4py = value;
  }
  const auto passed = run(options);
  if (!passed) {
    std::cerr << passed.error().message << "\n";
    return 2;
  }
  return *passed ? 0 : 1;
}
