#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/linking_map.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto answer,
           engine::linking_map(workspace, invocation.arguments().list("judged")));
  if (invocation.is_for_people()) {
    invocation.write(answer.sentence + "\n");
    if (answer.map.rows.empty()) return 0;
    invocation.write("\n");
  }
  CLEW_TRY_VOID(invocation.answer(answer.map));
  return 0;
}

}  // namespace

Command linking_command() {
  return {.name = "linking",
          .summary = "The map of linked systems: which share is tied to which, by what, how surely",
          .examples = {{"clewline linking -w ws", ""},
                       {"clewline linking -w ws --judged sheet.csv",
                        "with the precision that people's answers give"},
                       {"clewline linking -w ws --output csv > linking.csv", ""}},
          .details =
              "Rows by ordered pair of sources. Rule `any`: of the first one's transactions, how "
              "many stand in one sitting with the second, how many at least share\n"
              "the customer, an example of what stays out. Below it each rule that ties them: "
              "session id, chain, case, agent and time, customer and time; a transaction counts\n"
              "for the first that fits. Precision: the share of right links between the two by "
              "that rule, from sheets of `clewline audit sample`.",
          .options = {{.names = "--judged",
                       .value = "FILE",
                       .help = "a sheet of `clewline audit sample`, answered",
                       .repeated = true}},
          .run = run};
}

}  // namespace clewline::cli
