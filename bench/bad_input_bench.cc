// `./dev bench bad_input`: records that no sound system would deliver, a million of them in one
// shape, each shape held against the same number of ordinary records in the same run. Time and
// memory must stay within a small multiple of the ordinary: that is how quadratic work is found.

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/cost_meter.h"
#include "engine/evaluate.h"
#include "engine/link.h"
#include "engine/show.h"
#include "engine/why.h"

namespace {

using namespace clewline;
using bench::CostMeter;

/// How the i-th of n events differs from an ordinary one, as SQL expressions.
struct Shape {
  std::string name;
  std::map<std::string, std::string> columns;
  std::string assertions;  // SELECT of (a, kind, b), later rows are later words
  std::string truth;       // SELECT of a truth file; empty: nothing is evaluated
};

/// Each step may take so many times what linking as many ordinary events takes.
constexpr double kSecondsRatioMax = 4;
constexpr double kSecondsFree = 1;
constexpr double kMegabytesRatioMax = 4;

struct BenchOptions {
  std::uint64_t events = 1'000'000;
  std::string only;          // name of one shape
  rlim_t seconds_max = 240;  // of the processor for one shape, all steps
};

/// What an ordinary event is: five a call, four calls a customer.
const std::map<std::string, std::string> kOrdinary = {
    {"moment", "hash(i // 5) % 63072000 + i % 5 * 45"},
    {"seconds", "20"},
    {"event_type",
     "(['ivr.entered', 'ivr.exited', 'queue.entered', 'agent.connected', 'agent.disconnected'])[i "
     "% 5 + 1]"},
    {"session_key", "'s' || i // 5"},
    {"chain_key", "NULL"},
    {"case_key", "NULL"},
    {"agent", "'a' || i // 5 % 400"},
    {"intent", "NULL"},
    {"names", "['user_id:c' || hash(i // 5) % ($EVENTS // 20)]"},
};

/// What people said against one another.
std::vector<Shape> shapes_of_assertions() {
  return {
      {"contradictory_assertions",
       {},
       "SELECT 'user_id:c' || i // 3 AS a, (['link', 'forbid', 'unlink'])[(i + i // 3) % 3 + 1] AS "
       "kind, 'user_id:c' || i // 3 + 1 AS b FROM range($EVENTS // 10) t(i)",
       {}},
      {"everybody_forbidden",
       {},
       "SELECT 'user_id:c0' AS a, 'forbid' AS kind, 'user_id:c' || i AS b FROM range(1, $EVENTS // "
       "20) t(i) UNION ALL SELECT 'user_id:c' || i, 'link', 'user_id:c' || i + 1 FROM range(0, "
       "$EVENTS // 20 - 1) t(i)",
       {}},
  };
}

std::vector<Shape> shapes_of_records() {
  const std::string own_session = "'s' || i";
  const std::string page = "'web.page_viewed'";
  return {
      {"ordinary", {}, {}, {}},
      {"one_phone", {{"session_key", own_session}, {"names", "['phone:+49301000']"}}, {}, {}},
      {"one_phone_overlapping_calls",
       {{"session_key", own_session},
        {"seconds", "3600"},
        {"moment", "hash(i) % 86400"},
        {"event_type", "'agent.connected'"},
        {"names", "['phone:+49301000']"}},
       {},
       {}},
      {"chain_of_merges",
       {{"session_key", own_session},
        {"names", "['account:' || (i + 1) // 2, 'user_id:' || i // 2]"}},
       {},
       {}},
      {"one_customer", {{"session_key", own_session}, {"names", "['user_id:anna']"}}, {}, {}},
      {"one_customer_at_once",
       {{"session_key", own_session}, {"moment", "0"}, {"names", "['user_id:anna']"}},
       {},
       {}},
      {"one_session",
       {{"session_key", "'s'"},
        {"moment", "i // 100"},
        {"event_type", page},
        {"seconds", "0"},
        {"names", "['user_id:anna']"}},
       {},
       "SELECT 'bench' AS source, 's' AS session_key, 'anna' AS customer, 't' AS \"transaction\" "
       "FROM range($EVENTS)"},
      {"one_session_of_years", {{"session_key", "'s'"}, {"names", "['user_id:anna']"}}, {}, {}},
      {"one_case", {{"session_key", own_session}, {"case_key", "'17'"}}, {}, {}},
      {"one_chain", {{"session_key", own_session}, {"chain_key", "'17'"}}, {}, {}},
      {"one_customer_of_cases",
       {{"session_key", own_session},
        {"case_key", "'k' || i"},
        {"moment", "i // 10"},
        {"names", "['user_id:anna']"}},
       {},
       {}},
      {"one_customer_of_issues",
       {{"session_key", own_session},
        {"moment", "i * 660"},
        {"seconds", "1"},
        {"event_type", "'agent.connected'"},
        {"intent", "'intent ' || i % 1000"},
        {"names", "['user_id:anna']"}},
       {},
       {}},
      {"one_customer_of_late_calls",
       {{"session_key", own_session},
        {"case_key", "'k' || i % ($EVENTS // 2)"},
        {"moment", "i * 660"},
        {"seconds", "1"},
        {"intent", "'intent ' || i % 1000"},
        {"event_type", "CASE WHEN i < $EVENTS // 2 THEN 'case.created' ELSE 'agent.connected' END"},
        {"names", "['user_id:anna']"}},
       {},
       {}},
  };
}

std::vector<Shape> shapes() {
  std::vector<Shape> all = shapes_of_records();
  for (Shape& shape : shapes_of_assertions()) all.push_back(std::move(shape));
  return all;
}

std::string replaced(std::string text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at))
    text.replace(at, from.size(), to);
  return text;
}

std::string input_sql(const Shape& shape) {
  std::string sql = R"sql(
INSERT INTO store.imports BY NAME SELECT 1 AS import_id, 'import' AS command, 'done' AS state;
INSERT INTO store.events BY NAME
SELECT hex16(i)::UUID AS event_id, 'bench' AS source, 'default' AS stream, 'r' || i AS record_id, 0 AS ordinal,
       'canonical@1.0.0#0000000000000000' AS mapping, '1:0:1' AS raw_ref, 'bench' AS vendor, 'voice' AS channel,
       $event_type AS event_type, moment AS occurred_at, moment + to_seconds($seconds) AS ended_at, 's' AS occurred_precision,
       'source_utc' AS occurred_quality, moment AS recorded_at, moment AS ingested_at, i AS sequence, 'in' AS direction,
       'acd' AS system, 'customer' AS actor, $session_key AS session_key, $chain_key AS chain_key,
       $case_key AS case_key, $intent AS intent, $agent AS agent_id,
       [{kind: split_part(n, ':', 1), value: split_part(n, ':', 2), raw: n, role: 'customer',
         assurance: 'system', issue: NULL} FOR n IN $names] AS identifiers,
       false AS text_redacted, '{}' AS attributes, []::VARCHAR[] AS issues
FROM (SELECT i, TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(($moment)::BIGINT) AS moment FROM range($EVENTS) t(i));
INSERT INTO store.records BY NAME
SELECT source, stream, record_id, 1 AS import_id, 1 AS events, occurred_at AS received_at FROM store.events;
)sql";
  if (!shape.assertions.empty())
    sql +=
        "INSERT INTO store.assertions BY NAME SELECT (row_number() OVER ())::VARCHAR AS "
        "assertion_id, kind, a, b, TIMESTAMPTZ '2024-01-01' + to_seconds(row_number() OVER ()) "
        "AS asserted_at, 'bench' AS actor FROM (" +
        shape.assertions + ");";
  std::map<std::string, std::string> columns = kOrdinary;
  for (const auto& [name, text] : shape.columns) columns[name] = text;
  for (const auto& [name, text] : columns) sql = replaced(sql, "$" + name, text);
  return sql + "CHECKPOINT;";
}

/// What one step took; written through a pipe as it is.
struct Measured {
  char step[16] = {};
  double seconds = 0;  // of the processor, all threads
  double megabytes = 0;
};

/// Links one shape and asks what people would ask of it; `told` hears what each step took.
Status run_shape(const Shape& shape, const BenchOptions& options,
                 const std::filesystem::path& folder,
                 const std::function<void(const Measured&)>& told) {
  const std::string events = std::to_string(options.events);
  CLEW_TRY_VOID(engine::Workspace::create(folder.string(), {}));
  engine::WorkspaceOpening opening;
  opening.threads = 2;
  CLEW_TRY(auto workspace, engine::Workspace::open_to_write(folder.string(), opening));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY_VOID(connection.execute(
      "CREATE TEMP MACRO hex16(n) AS lpad(to_hex(hash(n)), 16, '0') || lpad(to_hex(hash(n + "
      "7)), 16, '0')"));
  CLEW_TRY_VOID(connection.execute(replaced(input_sql(shape), "$EVENTS", events)));
  const auto step = [&told](std::string_view name, const auto& work) -> Status {
    bench::forget_peak_rss();
    const CostMeter meter;
    CLEW_TRY_VOID(work());
    Measured took;
    name.copy(took.step, sizeof took.step - 1);
    took.seconds = meter.cost().processor_seconds;
    took.megabytes = static_cast<double>(bench::peak_rss_bytes()) / 1e6;
    told(took);
    return {};
  };
  CLEW_TRY_VOID(step("link", [&] { return engine::link(workspace, engine::LinkRequest()); }));
  CLEW_TRY_VOID(connection.execute(
      "INSERT INTO store.imports BY NAME SELECT 2 AS import_id, 'import' AS command, 'done' AS "
      "state; UPDATE store.records SET import_id = 2 WHERE record_id = 'r0'"));
  CLEW_TRY_VOID(step("link again", [&] { return engine::link(workspace, engine::LinkRequest()); }));
  const auto event = [&](const char* order) {
    return connection.query_text(
        fmt::format("SELECT replace(event_id::VARCHAR, '-', '') FROM store.events ORDER BY "
                    "sequence {} LIMIT 1",
                    order));
  };
  CLEW_TRY(const std::string first, event("ASC"));
  CLEW_TRY(const std::string last, event("DESC"));
  engine::ShowRequest request;
  request.level = "customer";
  request.name = first;
  CLEW_TRY_VOID(step("show", [&] { return engine::show(workspace, request); }));
  CLEW_TRY_VOID(step("why", [&] { return engine::why(workspace, first, last); }));
  if (shape.truth.empty()) return {};
  engine::EvaluateRequest judged;
  judged.truth_file = (folder / "truth.parquet").string();
  CLEW_TRY_VOID(connection.execute(fmt::format(
      "COPY ({}) TO '{}'", replaced(shape.truth, "$EVENTS", events), judged.truth_file)));
  return step("evaluate", [&] { return engine::evaluate(workspace, judged); });
}

/// Runs one shape in a process of its own, that is ended after the time limit; null when it failed
/// or was ended.
std::optional<std::vector<Measured>> run_apart(const Shape& shape, const BenchOptions& options) {
  const auto folder = std::filesystem::temp_directory_path() /
                      fmt::format("clewline-bench-{}-{}", getpid(), shape.name);
  int ends[2] = {};
  if (pipe(ends) != 0) return std::nullopt;
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{options.seconds_max, options.seconds_max};
    setrlimit(RLIMIT_CPU, &limit);
    const auto outcome = run_shape(shape, options, folder, [&ends](const Measured& took) {
      if (write(ends[1], &took, sizeof took) != sizeof took) _exit(4);
    });
    if (!outcome.ok()) std::cerr << shape.name << ": " << describe(outcome.error()) << std::endl;
    _exit(outcome.ok() ? 0 : 4);
  }
  close(ends[1]);
  std::vector<Measured> all;
  for (Measured one; read(ends[0], &one, sizeof one) == sizeof one;) all.push_back(one);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  std::filesystem::remove_all(folder);
  if (WIFSIGNALED(status))
    std::cerr << fmt::format("{}: was ended {} after {} s of the processor\n", shape.name,
                             all.empty() ? "" : "behind " + std::string(all.back().step),
                             options.seconds_max);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return all;
}

/// Prints what a shape took; true when all of it is within the budget.
bool report(const Shape& shape, const std::vector<Measured>& all, const Measured& ordinary) {
  bool kept = true;
  for (const Measured& one : all) {
    const bool fits = one.seconds <= kSecondsRatioMax * ordinary.seconds + kSecondsFree &&
                      one.megabytes <= kMegabytesRatioMax * ordinary.megabytes;
    std::cout
        << fmt::format(
               R"({{"shape": "{}", "step": "{}", "seconds": {:.2f}, "megabytes": {:.0f}, "within_budget": {}}})",
               shape.name, one.step, one.seconds, one.megabytes, fits)
        << std::endl;
    kept &= fits;
  }
  return kept;
}

}  // namespace

int main(int argc, char** argv) {
  BenchOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--smoke") options.events = 100'000, options.seconds_max = 30;
    if (word == "--events" && i + 1 < argc) options.events = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--only" && i + 1 < argc) options.only = argv[++i];
  }
  bool all = true;
  std::optional<Measured> ordinary;  // its link
  for (const Shape& shape : shapes()) {
    if (ordinary && !options.only.empty() && options.only != shape.name) continue;
    const auto measured = run_apart(shape, options);
    if (!measured || measured->empty()) {
      all = false;
      if (!ordinary) break;
      continue;
    }
    if (!ordinary) ordinary = measured->front();
    all &= report(shape, *measured, *ordinary);
  }
  return all ? 0 : 1;
}
