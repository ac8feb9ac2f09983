#include "engine/show.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/known_at.h"

namespace clewline::cli {
namespace {

Result<int> show(Invocation& invocation, engine::Workspace& workspace) {
  engine::ShowRequest request;
  request.level = invocation.arguments().text("LEVEL");
  request.name = invocation.arguments().text("ID");
  request.masking = invocation.masking();
  request.everything = invocation.arguments().has("all");
  CLEW_TRY(const auto tree, engine::show(workspace, request));
  CLEW_TRY_VOID(invocation.answer(tree));
  if (invocation.is_for_people() && invocation.terminal().out_is_terminal()) {
    invocation.tell(
        "◆ engagement: one issue   ● interaction: one sitting (○ not a contact)   ▪ transaction: "
        "one system   below: events");
  }
  return 0;
}

Result<int> run(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  if (!invocation.arguments().has("as-of")) return show(invocation, workspace);
  CLEW_TRY(auto then,
           engine::WorkspaceCopy::as_known_at(workspace, invocation.arguments().text("as-of")));
  return show(invocation, then.workspace());
}

}  // namespace

Command show_command() {
  return {
      .name = "show",
      .summary = "Draw the tree below a customer, an engagement or an interaction",
      .examples =
          {{"clewline show -w ws customer phone:+4930901820", "by any identifier"},
           {"clewline show -w ws customer c_0123456789abcdef0123456789abcdef", "by id"},
           {"clewline show -w ws interaction i_0123456789abcdef0123456789abcdef --output json",
            ""}},
      .details =
          "A customer may be named by kind:value (phone, email, crm_id, account, …), by id, by the "
          "id of any unit or event of theirs,\n"
          "by session:SOURCE/KEY or record:SOURCE/STREAM/ID. Times are in the workspace's zone.",
      .options =
          {{"LEVEL", "", "what to show", true, false, 1, {"customer", "interaction", "engagement"}},
           {"ID", "", "its name", true},
           {"--as-of", "TIME",
            "what was known then (a time, or import:N), linked and judged then"}},
      .run = run};
}

}  // namespace clewline::cli
