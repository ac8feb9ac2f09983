#include "engine/simulate.h"

#include <limits>

#include "simulation/simulate.h"

namespace clewline::engine {

Result<render::ResultTable> simulate(const SimulateRequest& request) {
  constexpr auto kMax = static_cast<std::int64_t>(std::numeric_limits<std::uint32_t>::max());
  if (request.customers > kMax || request.days > kMax)
    return Error{ErrorCode::usage, "--customers and --days cannot be that large",
                 "stay below 4,000,000,000"};
  simulation::SimulationOptions options;
  options.customers = static_cast<std::uint32_t>(request.customers);
  options.days = static_cast<std::uint32_t>(request.days);
  options.seed = static_cast<std::uint64_t>(request.seed);
  options.noise = request.noise == "none"   ? simulation::Noise::none
                  : request.noise == "high" ? simulation::Noise::high
                                            : simulation::Noise::low;
  options.menu = request.menu == "large" ? simulation::Menu::large : simulation::Menu::small;
  options.mended = request.mended;
  CLEW_TRY(const auto summary, simulation::simulate(request.folder, options));
  render::ResultTable table;
  table.columns = {{"file"}, {"mapping"}, {"source"}, {"records", render::ColumnKind::integer}};
  for (const simulation::SimulatedFile& file : summary.files)
    table.rows.push_back(
        {file.name, file.mapping, file.source, static_cast<std::int64_t>(file.records)});
  table.notes.push_back("Mappings that end in .yaml were written beside the files.");
  table.notes.push_back(
      "Copy config/*.yaml into WORKSPACE/config: what this centre knows of its own systems.");
  table.notes.push_back(
      "The truth: truth.parquet (for `clewline evaluate`), truth_customers.parquet, "
      "truth_agents.parquet, truth_menus.parquet; with the large menu truth_exits.parquet.");
  return table;
}

}  // namespace clewline::engine
