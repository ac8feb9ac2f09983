#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/link.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  engine::LinkRequest request;
  if (invocation.arguments().has("as-of")) request.as_of = invocation.arguments().text("as-of");
  CLEW_TRY(auto workspace, invocation.open_to_write());
  CLEW_TRY(const auto table, engine::link(workspace, request));
  CLEW_TRY_VOID(invocation.answer(table));
  invocation.tell("Next: clewline bridge -w " + workspace.folder());
  return 0;
}

}  // namespace

Command link_command() {
  return {.name = "link",
          .summary = "Build customers, transactions, interactions, engagements and journeys",
          .examples = {{"clewline link -w ws", ""},
                       {"clewline link -w ws --as-of 2026-03-31T23:59:59Z", "judge open and lapsed at that moment"},
                       {"clewline link -w ws --assert crm_id:17 crm_id:230", "these two are one customer"}},
          .details = "The result depends only on the accepted records, the assertions and config/: run it as often as you like.",
          .options = {{"--full", "", "build everything anew (the default)"},
                      {"--as-of", "TIME", "moment at which engagements count as open or lapsed (RFC 3339)"}},
          .run = run};
}

}  // namespace clewline::cli
