// `./dev bench import`: a queue log of a contact centre to events, receipts and records under a
// simple mapping, against the DuckDB statements that write the same rows from the same file.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "bench/cost_meter.h"
#include "ingest/import.h"
#include "model/tables.h"
#include "store/database.h"
#include "store/migrations.h"

namespace {

using namespace clewline;
namespace fs = std::filesystem;

struct BenchOptions {
  std::uint64_t records = 2'000'000;
  unsigned threads = 2;
  bool smoke = false;
  double ratio_max = 2.0;
  double rate_min = 300'000;  // records a second
};

constexpr const char* kMapping = R"yaml(mapping: bench
version: 1.0.0
source: {vendor: asterisk, stream: queue_log, channel: voice}
reader: {format: csv, delim: "|", quote: "", header: false, columns: [epoch, callid, queue, agent, verb, d1, d2, d3]}
record: {key: none}
identifiers:
  - {kind: phone, value: d2, when: "verb = 'ENTERQUEUE'", role: customer, assurance: network}
common:
  occurred_at: ts(epoch, 'unix_s')
  occurred_precision: "'s'"
  sequence: line_number
  session_key: callid
  queue_id: queue
  source_event_type: verb
emit:
  - {when: "verb = 'ENTERQUEUE'", event_type: queue.entered}
  - {when: "verb = 'CONNECT'", event_type: agent.connected, agent_id: agent, wait_ms: number(d1) * 1000, ring_ms: number(d3) * 1000}
  - {when: "verb IN ('COMPLETEAGENT','COMPLETECALLER')", event_type: agent.disconnected, agent_id: agent, talk_ms: number(d2) * 1000, ended_by: "enum(ended_by, verb)"}
  - {when: "verb = 'ABANDON'", event_type: queue.abandoned, wait_ms: number(d3) * 1000, outcome: "'abandoned'"}
maps:
  ended_by: {COMPLETEAGENT: agent, COMPLETECALLER: customer, default: unknown}
)yaml";

/// Writes calls of a queue: entered, then abandoned or connected and completed. 50,000 callers.
void write_log(const fs::path& path, std::uint64_t records) {
  std::ofstream out(path);
  std::mt19937_64 random(7);
  std::uint64_t time = 1'709'629'200;
  for (std::uint64_t n = 0; n < records;) {
    time += random() % 3;
    const std::uint64_t wait = 1 + random() % 90;
    const std::string call = fmt::format("{}.{}", time, n);
    const char* queue = random() % 3 == 0 ? "sales" : "support";
    out << fmt::format("{}|{}|{}|NONE|ENTERQUEUE||+4420794{:05}|1\n", time, call, queue,
                       60'000 + random() % 40'000);
    ++n;
    if (random() % 5 == 0) {
      out << fmt::format("{}|{}|{}|NONE|ABANDON|1|1|{}\n", time + wait, call, queue, wait);
      ++n;
      continue;
    }
    const std::uint64_t agent = 100 + random() % 80;
    out << fmt::format("{}|{}|{}|SIP/{}|CONNECT|{}|{}.9|5\n", time + wait, call, queue, agent, wait,
                       time + wait);
    out << fmt::format("{}|{}|{}|SIP/{}|COMPLETECALLER|{}|200|1\n", time + wait + 200, call, queue,
                       agent, wait);
    n += 2;
  }
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// What of the events both sides must have alike, as one hash.
constexpr const char* kSameRows =
    "SELECT bit_xor(hash(occurred_at, event_type, session_key, chain_key, queue_id, agent_id, "
    "wait_ms, ring_ms, talk_ms, outcome, ended_by, source_event_type, sequence, system, actor, "
    "identifiers[1].value))::VARCHAR || '/' || count(*) FROM ";

struct Measured {
  bench::Cost cost;
  std::string rows;
};

Result<Measured> run_import(const fs::path& folder, const BenchOptions& options) {
  store::OpenOptions opening;
  opening.threads = options.threads;
  CLEW_TRY(store::Database database,
           store::Database::open((folder / "import.duckdb").string(), opening));
  CLEW_TRY(store::Connection connection, database.connect());
  CLEW_TRY_VOID(store::migrate(connection));
  const SystemClock clock;
  fs::create_directories(folder / "raw");
  const ingest::ImportEnvironment environment{database, (folder / "raw").string(), {}, {},
                                              clock,    options.threads,           {}};
  ingest::ImportOptions request;
  request.mapping = (folder / "bench.yaml").string();
  request.files = {(folder / "queue_log").string()};
  const bench::CostMeter meter;
  CLEW_TRY(const ingest::ImportSummary summary, ingest::import_files(environment, request));
  Measured measured;
  measured.cost = meter.cost();
  if (summary.accepted != summary.records) {
    return Error{ErrorCode::internal, "some records were not accepted", ""};
  }
  CLEW_TRY(measured.rows, connection.query_text(std::string(kSameRows) + "store.events"));
  return measured;
}

Result<Measured> run_peer(const fs::path& folder, const BenchOptions& options) {
  store::OpenOptions opening;
  opening.threads = options.threads;
  CLEW_TRY(store::Database database,
           store::Database::open((folder / "peer.duckdb").string(), opening));
  CLEW_TRY(store::Connection connection, database.connect());
  CLEW_TRY_VOID(store::migrate(connection));
  std::string sql = read_text(fs::path(CLEWLINE_BENCH_FOLDER) / "import_peer.sql");
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"$FILE", (folder / "queue_log").string()},
        {"peer.", "store."}}) {
    for (std::size_t at = sql.find(from); at != std::string::npos;
         at = sql.find(from, at + to.size()))
      sql.replace(at, from.size(), to);
  }
  const bench::CostMeter meter;
  CLEW_TRY(store::Transaction transaction, store::Transaction::begin(connection));
  CLEW_TRY([[maybe_unused]] const std::int64_t rows, connection.execute(sql));
  CLEW_TRY_VOID(transaction.commit());
  Measured measured;
  measured.cost = meter.cost();
  CLEW_TRY(measured.rows, connection.query_text(std::string(kSameRows) + "store.events"));
  return measured;
}

Result<int> run(const BenchOptions& options, const fs::path& folder) {
  write_log(folder / "queue_log", options.records);
  std::ofstream(folder / "bench.yaml") << kMapping;
  CLEW_TRY(const Measured ours, run_import(folder, options));
  CLEW_TRY(const Measured peer, run_peer(folder, options));
  const auto records = static_cast<double>(options.records);
  const double ratio = ours.cost.seconds / peer.cost.seconds;
  std::cout << fmt::format(
      "{{\"records\": {}, \"seconds\": {:.2f}, \"records_per_second\": {:.0f}, \"sql_seconds\": "
      "{:.2f}, "
      "\"sql_ratio\": {:.2f}, \"processor_seconds\": {:.2f}, \"sql_processor_seconds\": {:.2f}, "
      "\"processor_ratio\": {:.2f}, \"peak_rss_bytes\": {}, \"rows_equal\": {}, \"rows\": "
      "\"{}\"}}\n",
      options.records, ours.cost.seconds, records / ours.cost.seconds, peer.cost.seconds, ratio,
      ours.cost.processor_seconds, peer.cost.processor_seconds,
      ours.cost.processor_seconds / peer.cost.processor_seconds, bench::peak_rss_bytes(),
      ours.rows == peer.rows, ours.rows);
  if (ours.rows != peer.rows) {
    std::cerr << "The rows differ: " << ours.rows << " against " << peer.rows << "\n";
    return 1;
  }
  const double rate = records / ours.cost.seconds;
  if (options.smoke || (ratio <= options.ratio_max && rate >= options.rate_min)) return 0;
  std::cerr << fmt::format(
      "The import took {:.2f} times the SQL's time, at {:.0f} records a second; the budget is "
      "{:.1f} "
      "and {:.0f}.\n",
      ratio, rate, options.ratio_max, options.rate_min);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  BenchOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--smoke") options.records = 50'000, options.smoke = true;
    if (word == "--records" && i + 1 < argc)
      options.records = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--threads" && i + 1 < argc)
      options.threads = static_cast<unsigned>(std::atoi(argv[++i]));
  }
  const auto folder = fs::temp_directory_path() / fmt::format("clewline-import-bench-{}", getpid());
  fs::create_directories(folder);
  const auto outcome = run(options, folder);
  fs::remove_all(folder);
  if (outcome.ok()) return *outcome;
  std::cerr << describe(outcome.error()) << "\n";
  return 4;
}
