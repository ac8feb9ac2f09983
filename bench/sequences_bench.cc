// `./dev bench sequences`: a pattern of three steps over 20 million events. The kernel over columns
// in memory on one core (codes and attributes to marks, whether each unit matches, all matches),
// and `insight sequences` from the stored tables against the best SQL for the same count.

#include <fmt/format.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "base/random.h"
#include "bench/cost_meter.h"
#include "insights/sequences/sequences.h"
#include "sequences/automaton.h"
#include "sequences/matcher.h"
#include "store/database.h"
#include "store/migrations.h"

namespace {

using namespace clewline;
using bench::Cost;
using bench::CostMeter;

struct BenchOptions {
  std::size_t events = 20'000'000;
  std::size_t stored = 20'000'000;
  bool smoke = false;
};

constexpr double kRateMin = 20e6;  // events a second and core
constexpr double kStoredSeconds = 2.0;
constexpr std::size_t kEventsPerCustomer = 20;
constexpr std::uint32_t kCodes = 24;
constexpr const char* kPattern =
    "ivr.no_match -> agent.connected[queue_id = 'queue-1'] <24h> message.received";

/// Events of customers, one after another, as columns of codes.
struct Columns {
  std::vector<std::uint8_t> codes;
  std::vector<std::uint8_t> queues;
  std::vector<std::int64_t> times;
  std::vector<std::size_t> begins;
};

Columns make_columns(std::size_t events) {
  Columns out;
  SplitMix64 numbers(1);
  std::int64_t at = 0;
  for (std::size_t i = 0; i < events; ++i) {
    if (i % kEventsPerCustomer == 0) {
      out.begins.push_back(i);
      at = 0;
    }
    const std::uint64_t bits = numbers.next();
    at += static_cast<std::int64_t>(bits % (48 * 3600)) * kUsPerSecond;
    out.codes.push_back(static_cast<std::uint8_t>((bits >> 32) % kCodes));
    out.queues.push_back(static_cast<std::uint8_t>((bits >> 48) % 4));
    out.times.push_back(at);
  }
  out.begins.push_back(events);
  return out;
}

struct KernelOutcome {
  double seconds = 0;
  std::size_t units = 0;
  std::size_t matches = 0;
};

/// Codes 0, 1 and 2 are the steps; the second wants queue 1.
KernelOutcome run_kernel(const sequences::Automaton& automaton, const Columns& columns,
                         bool all_matches) {
  std::vector<std::uint64_t> by_code(kCodes, 0);
  for (std::size_t step = 0; step < 3; ++step) by_code[step] = std::uint64_t{1} << step;
  sequences::Matcher matcher(automaton, sequences::kNoLimit);
  std::vector<std::uint64_t> marks;
  std::vector<sequences::Match> matches;
  KernelOutcome out;
  const CostMeter meter;
  for (std::size_t unit = 0; unit + 1 < columns.begins.size(); ++unit) {
    const std::size_t from = columns.begins[unit];
    const std::size_t size = columns.begins[unit + 1] - from;
    marks.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
      std::uint64_t mark = by_code[columns.codes[from + i]];
      mark &= columns.queues[from + i] == 1 ? ~std::uint64_t{0} : ~std::uint64_t{2};
      marks[i] = mark;
    }
    const sequences::Elements elements{marks, {columns.times.data() + from, size}};
    if (matcher.verdict(elements) != sequences::Verdict::matched) continue;
    ++out.units;
    if (!all_matches) continue;
    matches.clear();
    matcher.find(elements, matches);
    out.matches += matches.size();
  }
  out.seconds = meter.cost().seconds;
  return out;
}

/// The floor: reading the same columns once.
double run_floor(const Columns& columns) {
  const CostMeter meter;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < columns.codes.size(); ++i)
    sum += columns.codes[i] + columns.queues[i] + static_cast<std::uint64_t>(columns.times[i]);
  const double seconds = meter.cost().seconds;
  if (sum == 0) std::cerr << "";  // keeps the sum
  return seconds;
}

constexpr std::string_view kTypes =
    "['ivr.no_match', 'agent.connected', 'message.received', 'ivr.entered', 'ivr.step', "
    "'ivr.input', 'ivr.exited', 'queue.entered', 'queue.left', 'agent.disconnected', "
    "'wrapup.interval', 'web.page_viewed', 'app.event', 'contact.started', 'contact.ended', "
    "'order.placed', 'order.paid', 'bill.issued', 'case.created', 'case.solved', 'message.sent', "
    "'campaign.sent', 'survey.sent', 'note.added']";

Status store_events(store::Connection& connection, std::size_t events) {
  CLEW_TRY_VOID(store::migrate(connection));
  const std::string id = "CAST(md5(CAST(i AS VARCHAR)) AS UUID)";
  const std::string customer =
      fmt::format("CAST(md5('c' || (i // {})) AS UUID)", kEventsPerCustomer);
  CLEW_TRY_VOID(connection.execute(fmt::format(
      "INSERT INTO store.events BY NAME SELECT {0} AS event_id, 's' AS source, 'd' AS stream, "
      "CAST(i AS VARCHAR) AS record_id, 0 AS ordinal, ({1})[CAST(1 + hash(i) % {2} AS BIGINT)] AS "
      "event_type, "
      "'voice' AS channel, 'acd' AS system, TIMESTAMPTZ '2024-01-01 00:00:00+00' + "
      "to_seconds((i % {3}) * 86400 + CAST(hash(i, 1) % 86400 AS BIGINT)) AS occurred_at, 'queue-' "
      "|| (hash(i, 2) % 4) AS queue_id FROM range({4}) r(i)",
      id, kTypes, kCodes, kEventsPerCustomer, events)));
  CLEW_TRY_VOID(connection.execute(fmt::format(
      "INSERT INTO store.event_places BY NAME SELECT {0} AS event_id, {1} AS customer_id, {1} AS "
      "transaction_id, {1} AS interaction_id, {1} AS engagement_id FROM range({2}) r(i)",
      id, customer, events)));
  CLEW_TRY_VOID(connection.execute(fmt::format(
      "INSERT INTO store.journeys BY NAME SELECT CAST(md5('c' || i) AS UUID) AS customer_id, "
      "TIMESTAMPTZ '2024-01-01 00:00:00+00' AS first_at, TIMESTAMPTZ '2024-01-30 00:00:00+00' AS "
      "last_at FROM range({0}) r(i)",
      events / kEventsPerCustomer)));
  CLEW_TRY_VOID(connection.execute(
      "INSERT INTO store.interactions BY NAME SELECT customer_id AS interaction_id, customer_id AS "
      "engagement_id, customer_id, first_at, last_at, 'voice' AS first_channel FROM "
      "store.journeys"));
  CLEW_TRY_VOID(connection.execute("CHECKPOINT"));
  return {};
}

/// The same count in SQL: of each message, the last agent within the day who came after a fault.
constexpr std::string_view kPeerSql = R"sql(
SELECT count(DISTINCT customer_id) FROM (
  SELECT *, max(occurred_at) FILTER (WHERE event_type = 'agent.connected' AND fault_at < occurred_at)
      OVER (PARTITION BY customer_id ORDER BY occurred_at, event_id) AS agent_at
  FROM (
    SELECT *, min(occurred_at) FILTER (WHERE event_type = 'ivr.no_match') OVER (PARTITION BY customer_id) AS fault_at
    FROM (
      SELECT p.customer_id, e.event_id, e.occurred_at, e.event_type
      FROM store.events e JOIN store.event_places p USING (event_id)
      WHERE e.event_type IN ('ivr.no_match', 'message.received') OR (e.event_type = 'agent.connected' AND e.queue_id = 'queue-1'))))
WHERE event_type = 'message.received' AND occurred_at > agent_at AND occurred_at - agent_at <= INTERVAL 24 HOUR)sql";

struct StoredOutcome {
  double seconds = 0;
  double peer_seconds = 0;
  std::int64_t units = 0;
  std::int64_t peer_units = 0;
  std::int64_t peak_bytes = 0;
};

Result<StoredOutcome> run_stored(const std::filesystem::path& file, std::size_t events) {
  store::OpenOptions options;
  options.threads = 2;
  CLEW_TRY(auto database, store::Database::open(file.string(), options));
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(store_events(connection, events));
  StoredOutcome out;
  const CostMeter peer;
  CLEW_TRY(out.peer_units, connection.query_int64(kPeerSql));
  out.peer_seconds = peer.cost().seconds;
  bench::forget_peak_rss();
  insights::Settings settings;
  settings.zone = "UTC";
  settings.as_of = "2024-03-01T00:00:00Z";
  const CostMeter meter;
  CLEW_TRY(const auto answer,
           insights::ask(insights::sequences_insight(),
                         {.connection = connection,
                          .settings = settings,
                          .selection = {},
                          .options = {{"pattern", kPattern}, {"level", "customer"}}}));
  out.seconds = meter.cost().seconds;
  out.peak_bytes = bench::peak_rss_bytes();
  out.units = static_cast<std::int64_t>(
      answer.groups.front().estimates[1].value.value_or(0));  // matched_units
  return out;
}

Result<int> run(const BenchOptions& options, const std::filesystem::path& folder) {
  CLEW_TRY(const auto pattern, sequences::parse_pattern(kPattern));
  CLEW_TRY(const auto automaton, sequences::compile(pattern));
  const Columns columns = make_columns(options.events);
  const double floor = run_floor(columns);
  const KernelOutcome judged = run_kernel(automaton, columns, false);
  const KernelOutcome listed = run_kernel(automaton, columns, true);
  CLEW_TRY(const StoredOutcome stored, run_stored(folder / "sequences.duckdb", options.stored));
  const double events = static_cast<double>(options.events);
  const double rate = events / listed.seconds;
  std::cout << fmt::format(
      "{{\"events\": {}, \"units_matched\": {}, \"matches\": {}, \"floor_events_per_s\": {:.0f}, "
      "\"verdict_events_per_s_core\": {:.0f}, \"all_matches_events_per_s_core\": {:.0f}, "
      "\"budget_events_per_s_core\": {:.0f}, \"stored_events\": {}, \"stored_seconds\": {:.2f}, "
      "\"stored_budget_seconds\": {:.1f}, \"sql_seconds\": {:.2f}, \"sql_ratio\": {:.2f}, "
      "\"stored_units\": {}, \"sql_units\": {}, \"peak_rss_bytes\": {}}}\n",
      options.events, listed.units, listed.matches, events / floor, events / judged.seconds, rate,
      kRateMin, options.stored, stored.seconds, kStoredSeconds, stored.peer_seconds,
      stored.peer_seconds / stored.seconds, stored.units, stored.peer_units, stored.peak_bytes);
  if (judged.units != listed.units || stored.units != stored.peer_units) return 4;
  return options.smoke || (rate >= kRateMin && stored.seconds <= kStoredSeconds) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  BenchOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--smoke") options = {200'000, 200'000, true};
    if (argument == "--stored" && i + 1 < argc)
      options.stored = std::strtoull(argv[++i], nullptr, 10);
  }
  const auto folder = std::filesystem::temp_directory_path() /
                      fmt::format("clewline-sequences-{}", static_cast<long>(getpid()));
  std::filesystem::create_directories(folder);
  const auto outcome = run(options, folder);
  std::filesystem::remove_all(folder);
  if (outcome.ok()) return *outcome;
  std::cerr << describe(outcome.error()) << "\n";
  return 4;
}
