#include "engine/why.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/known_at.h"

namespace clewline::cli {
namespace {

Result<int> explain(Invocation& invocation, engine::Workspace& workspace) {
  CLEW_TRY(const auto tree, engine::why(workspace, invocation.arguments().text("A"),
                                        invocation.arguments().text("B"), invocation.masking()));
  CLEW_TRY_VOID(invocation.answer(tree));
  return 0;
}

Result<int> run(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  if (!invocation.arguments().has("as-of")) return explain(invocation, workspace);
  CLEW_TRY(auto then,
           engine::WorkspaceCopy::as_known_at(workspace, invocation.arguments().text("as-of")));
  return explain(invocation, then.workspace());
}

}  // namespace

Command why_command() {
  return {
      .name = "why",
      .summary = "The chain of evidence that puts two things together, or what keeps them apart",
      .examples = {{"clewline why -w ws phone:+4930901820 crm_id:17", "why one customer"},
                   {"clewline why -w ws i_0123456789abcdef0123456789abcdef "
                    "i_fedcba9876543210fedcba9876543210",
                    "why one issue"}},
      .details =
          "Names are identifiers (kind:value), ids of events and units, session:SOURCE/KEY, "
          "record:SOURCE/STREAM/ID, or customer ids. Under each step stands what\n"
          "would take its place. Taking away one step with its alternatives separates the two.",
      .options = {{"A", "", "one name", true},
                  {"B", "", "the other", true},
                  {"--as-of", "TIME",
                   "what was known then (a time, or import:N), linked and judged then"}},
      .run = run};
}

}  // namespace clewline::cli
