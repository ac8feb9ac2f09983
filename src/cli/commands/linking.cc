#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/linking_map.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::linking_map(workspace));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

}  // namespace

Command linking_command() {
  return {.name = "linking",
          .summary = "The map of linked systems: which share is tied to which, by what, how surely",
          .examples = {{"clewline linking -w ws", ""},
                       {"clewline linking -w ws --output csv > linking.csv", ""}},
          .details =
              "One row an ordered pair of sources. Of the first one's transactions: how many stand "
              "in one sitting with the second, by session id, chain,\n"
              "case, agent and time, or customer and time; how many at least share the customer; "
              "how sure the customers are; an example of what stays out.",
          .run = run};
}

}  // namespace clewline::cli
