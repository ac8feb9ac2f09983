#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/testing/cases.h"
#include "engine/import.h"
#include "engine/link.h"
#include "simulation/simulate.h"

namespace clewline::engine {
namespace {

namespace fs = std::filesystem;

/// A simulated centre, imported and linked with an agent_time rule between notes and calls.
struct Centre {
  simulation::Noise noise = simulation::Noise::high;
  std::uint64_t seed = 1;
  int clock_offset_s = 0;  // beyond the clocks that the noise sets wrong
};

/// Calls that name nobody although their agent wrote a note about them.
struct Measured {
  std::int64_t calls = 0;
  std::int64_t named_right = 0;
  std::int64_t named = 0;  // calls that the rule named, with a note or not
};

// A leg that names nobody and yet has an own anchor got it from the rule. A note is about the call
// of the same true interaction and agent.
constexpr std::string_view kMeasureSql = R"sql(
WITH truth AS (FROM read_parquet('{0}/truth.parquet')),
numbers AS (SELECT customer, unnest([customer_no, also_known_as]) AS number FROM read_parquet('{0}/truth_customers.parquet')),
known AS (
  SELECT DISTINCT session_key FROM store.events
  WHERE source = 'connect' AND len(list_filter(identifiers, lambda x: x.kind = 'crm_id' AND x.role = 'customer')) > 0),
legs AS (
  SELECT t.customer, t.interaction, e.agent_id, p.attribution = 'own_anchor' AS named,
         coalesce(n.customer = t.customer, false) AS named_right
  FROM store.events e JOIN truth t USING (source, stream, record_id, event_type) JOIN store.event_places p USING (event_id)
  JOIN store.customers c ON c.customer_id = p.customer_id LEFT JOIN numbers n ON n.number = c.naming_value
  WHERE e.source = 'connect' AND e.event_type = 'agent.connected' AND e.session_key NOT IN (FROM known)),
notes AS (
  SELECT DISTINCT t.interaction, e.agent_id FROM store.events e JOIN truth t USING (source, stream, record_id, event_type)
  WHERE e.source = 'crm')
SELECT count(*) FILTER (WHERE n.agent_id IS NOT NULL), count(*) FILTER (WHERE n.agent_id IS NOT NULL AND named AND named_right),
       count(*) FILTER (WHERE named)
FROM legs l LEFT JOIN notes n USING (interaction, agent_id))sql";

Result<Measured> measure(const Centre& centre, const fs::path& folder) {
  fs::remove_all(folder);
  const std::string workspace_folder = (folder / "ws").string();
  const fs::path exports = folder / "exports";
  simulation::SimulationOptions options;
  options.customers = 300;
  options.days = 60;
  options.seed = centre.seed;
  options.noise = centre.noise;
  CLEW_TRY(const auto made, simulation::simulate(exports, options));
  CLEW_TRY_VOID(Workspace::create(workspace_folder, {"Europe/Berlin", "DE", ""}));
  std::ofstream(fs::path(workspace_folder) / "config" / "linking.yaml")
      << "rules:\n  agent_time:\n    - {name: notes, case_source: crm, call_source: connect, wrap: "
         "10 min, clock_offset: "
      << centre.clock_offset_s << " s}\n";
  CLEW_TRY(auto workspace, Workspace::open_to_write(workspace_folder));
  for (const simulation::SimulatedFile& file : made.files) {
    ImportRequest request;
    request.files = {(exports / file.name).string()};
    request.mapping =
        file.mapping.ends_with(".yaml") ? (exports / file.mapping).string() : file.mapping;
    request.source = file.source;
    CLEW_TRY_VOID(import_records(workspace, request, {}));
  }
  CLEW_TRY_VOID(link(workspace, {}));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const auto rows, connection.query_rows(fmt::format(kMeasureSql, exports.string())));
  return Measured{std::get<std::int64_t>(rows[0][0]), std::get<std::int64_t>(rows[0][1]),
                  std::get<std::int64_t>(rows[0][2])};
}

// The aim: precision .98 at recall .8 with clocks off by up to 90 s (docs/methods/identity.md).
TEST(AgentTimeTruth, NamesCallsRightlyWithClocksOff) {
  const fs::path folder = fs::path(::testing::TempDir()) / "agent_time_truth";
  std::vector<Centre> centres = {{simulation::Noise::none, 4, -90},
                                 {simulation::Noise::none, 4, 90},
                                 {simulation::Noise::high, 2, 0},
                                 {simulation::Noise::high, 1, 0}};
  centres.resize(static_cast<std::size_t>(clewline::testing::cases(4)));
  for (const Centre& centre : centres) {
    const auto measured = measure(centre, folder);
    ASSERT_TRUE(measured.ok()) << describe(measured.error());
    const double recall =
        static_cast<double>(measured->named_right) / static_cast<double>(measured->calls);
    const double precision =
        static_cast<double>(measured->named_right) / static_cast<double>(measured->named);
    const std::string words = fmt::format(
        "seed {}, {} noise, clock off by {} s: {} of {} calls, precision {:.4f}, recall "
        "{:.4f}",
        centre.seed, centre.noise == simulation::Noise::high ? "high" : "no", centre.clock_offset_s,
        measured->named_right, measured->calls, precision, recall);
    std::printf("%s\n", words.c_str());
    EXPECT_GT(measured->calls, 50) << words;
    EXPECT_GE(precision, 0.98) << words;
    EXPECT_GE(recall, 0.8) << words;
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace clewline::engine
