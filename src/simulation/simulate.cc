#include "simulation/simulate.h"

#include "simulation/customer_life.h"
#include "simulation/export_files.h"
#include "simulation/random.h"

namespace clewline::simulation {

Result<SimulationSummary> simulate(const std::filesystem::path& folder,
                                   const SimulationOptions& options) {
  if (options.customers == 0 || options.days == 0) {
    return Error{ErrorCode::usage, "a simulation needs at least one customer and one day",
                 "Give --customers and --days greater than 0."};
  }
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    return Error{ErrorCode::io,
                 "cannot make the folder " + folder.string() + ": " + failed.message(),
                 "Name a folder that you may write to."};
  }
  ExportFiles files;
  Centre centre{options, files};
  const Random root(options.seed);
  for (std::uint32_t number = 1; number <= options.customers; ++number) {
    CustomerLife(centre, number, root.fork(number)).live();
  }
  files.disturb(options.noise, root.fork(0));
  CLEW_TRY(auto summary, files.write(folder));
  summary.customers = options.customers;
  summary.interactions = centre.interactions;
  summary.engagements = centre.engagements;
  return summary;
}

}  // namespace clewline::simulation
