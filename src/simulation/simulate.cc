#include "simulation/simulate.h"

#include "simulation/customer_life.h"
#include "simulation/export_files.h"
#include "simulation/random.h"
#include "simulation/recorder.h"
#include "simulation/truth_tables.h"

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
  CentrePlan plan = plan_centre(options);
  SimulationOptions faulty = options;
  faulty.mended.clear();
  if (!options.mended.empty() && plan_centre(faulty).faults.size() == plan.faults.size())
    return Error{ErrorCode::usage, "there is no fault `" + options.mended + "` to leave out",
                 "With --menu large name balance, order_status, device_check, symptom, "
                 "stock_check, sales_route, contract_terms or offer_check."};
  const Random root(options.seed);
  ExportFiles files(folder, plan.noise, root.fork(0));
  TruthLog truth(folder);
  Recorder recorder(files, truth, plan.noise);
  Centre centre{.plan = plan, .recorder = recorder, .rota = AgentRota(plan), .exits = {}};
  std::vector<CustomerTruth> customers;
  for (std::uint32_t number = 1; number <= options.customers; ++number) {
    const Random own = root.fork(number);
    const Person person = make_person(number, plan, own.fork(1));
    recorder.begin(person, own.fork(2));
    customers.push_back(CustomerLife(centre, person, own.fork(3)).live());
    CLEW_TRY_VOID(truth.end_customer());
  }
  CLEW_TRY(auto summary, files.write());
  CLEW_TRY_VOID(truth.write(folder / "truth.parquet"));
  CLEW_TRY_VOID(write_customer_truth(folder / "truth_customers.parquet", customers));
  CLEW_TRY_VOID(write_agent_truth(folder / "truth_agents.parquet", plan.agents));
  CLEW_TRY_VOID(write_menu_truth(folder / "truth_menus.parquet", plan.faults));
  if (plan.large_menu)
    CLEW_TRY_VOID(write_exit_truth(folder / "truth_exits.parquet", centre.exits));
  summary.customers = options.customers;
  summary.interactions = centre.interactions;
  summary.engagements = centre.engagements;
  summary.truth_rows = truth.rows();
  return summary;
}

}  // namespace clewline::simulation
