#include "engine/bridge.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::bridge(workspace));
  CLEW_TRY_VOID(invocation.answer(table));
  return engine::bridge_residual(table) == 0 ? 0 : 1;
}

}  // namespace

Command bridge_command() {
  return {.name = "bridge",
          .summary = "How events become journeys, level by level, with nothing lost",
          .examples = {{"clewline bridge -w ws", ""}, {"clewline bridge -w ws --output json", ""}},
          .details =
              "Units of each level, how many belong to contacts of customers, to work of the "
              "company and to feedback, and to identified\n"
              "and anonymous customers. The residual is recounted from the tables and must be 0 "
              "(else exit code 1).",
          .run = run};
}

}  // namespace clewline::cli
