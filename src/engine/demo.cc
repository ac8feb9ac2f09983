#include "engine/demo.h"

#include <chrono>
#include <filesystem>

#include "engine/bridge.h"
#include "engine/import.h"
#include "engine/link.h"
#include "engine/show.h"
#include "engine/workspace.h"
#include "render/cell_text.h"
#include "simulation/simulate.h"

namespace clewline::engine {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kCustomers = 800;
constexpr std::uint32_t kDays = 60;

Status import_all(Workspace& workspace, const fs::path& exports,
                  const simulation::SimulationSummary& made, const DemoTeller& tell) {
  for (const simulation::SimulatedFile& file : made.files) {
    ImportRequest request;
    request.files = {(exports / file.name).string()};
    request.mapping =
        file.mapping.ends_with(".yaml") ? (exports / file.mapping).string() : file.mapping;
    request.source = file.source;
    CLEW_TRY(const ImportAnswer answer, import_records(workspace, request, {}));
    tell("imported " + file.name + " with " + file.mapping + ": " +
         render::counted(static_cast<std::int64_t>(answer.records), "record") + ", " +
         std::to_string(answer.rejected) + " rejected");
  }
  return {};
}

// What the people of a centre know of their own systems: which keys are shared, what a wrap-up code
// means.
Status take_over_config(const Workspace& workspace, const fs::path& exports) {
  std::error_code failed;
  fs::copy(exports / "config", workspace.path("config"),
           fs::copy_options::overwrite_existing | fs::copy_options::recursive, failed);
  if (!failed) return {};
  return Error{ErrorCode::io, "cannot copy the demo's configuration: " + failed.message(),
               "Check that the folder is writable and the disk not full."};
}

Status make(const std::string& folder, const DemoTeller& tell) {
  CLEW_TRY_VOID(Workspace::create(folder, {"Europe/Berlin", "DE", ""}));
  const fs::path exports = fs::path(folder) / "exports";
  simulation::SimulationOptions options;
  options.customers = kCustomers;
  options.days = kDays;
  CLEW_TRY(const auto made, simulation::simulate(exports, options));
  tell("made " + std::to_string(made.files.size()) + " exports of " +
       render::counted(kCustomers, "customer") + " over " + std::to_string(kDays) + " days in " +
       exports.string());
  {
    CLEW_TRY(const auto empty, Workspace::open_to_read(folder));
    CLEW_TRY_VOID(take_over_config(empty, exports));
  }
  CLEW_TRY(auto workspace, Workspace::open_to_write(folder));
  CLEW_TRY_VOID(import_all(workspace, exports, made, tell));
  CLEW_TRY_VOID(link(workspace, {}));
  tell("linked");
  return {};
}

}  // namespace

Result<DemoAnswer> run_demo(const std::string& folder, const DemoTeller& tell, Masking masking) {
  const auto begun = std::chrono::steady_clock::now();
  if (is_workspace(folder)) {
    tell(folder + " is there already; its answers:");
  } else {
    CLEW_TRY_VOID(make(folder, tell));
  }
  DemoAnswer answer;
  answer.workspace = folder;
  CLEW_TRY(auto workspace, Workspace::open_to_read(folder));
  CLEW_TRY(answer.bridge, bridge(workspace));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(answer.findings, first_findings(connection));
  CLEW_TRY(answer.customer_id, telling_customer(connection));
  if (!answer.customer_id.empty()) {
    CLEW_TRY(answer.customer, show(workspace, {"customer", answer.customer_id, masking, false}));
  }
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return answer;
}

}  // namespace clewline::engine
