#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "cli/progress.h"
#include "engine/import.h"

namespace clewline::cli {
namespace {

Status report(Invocation& invocation, const engine::ImportAnswer& answer) {
  CLEW_TRY_VOID(invocation.answer(answer.summary));
  for (const std::string& message : answer.messages) invocation.tell(message);
  invocation.tell("Next: clewline link -w " + invocation.workspace_folder());
  return {};
}

Result<int> run_replay(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_write());
  ProgressLine progress(invocation.terminal(), invocation.quiet());
  CLEW_TRY(const auto answer,
           engine::replay_imports(workspace, invocation.arguments().text("mapping"),
                                  invocation.arguments().has("dry-run"),
                                  [&progress](const engine::ImportStep& step) {
                                    progress.show(step);
                                    return true;
                                  }));
  progress.clear();
  CLEW_TRY_VOID(report(invocation, answer));
  return answer.rejected > 0 ? 1 : 0;
}

Result<int> run_forget(Invocation& invocation) {
  CLEW_TRY(const auto import_id, invocation.arguments().number("ID"));
  CLEW_TRY(auto workspace, invocation.open_to_write());
  CLEW_TRY(const auto answer, engine::forget_import(workspace, *import_id));
  CLEW_TRY_VOID(report(invocation, answer));
  return 0;
}

}  // namespace

Command replay_command() {
  return {.name = "replay",
          .summary = "Make earlier imports again under their mended mappings",
          .examples = {{"clewline replay -w ws",
                        "every import whose mapping has changed or that has rejects"},
                       {"clewline replay -w ws --mapping calls.yaml",
                        "with the file as it is at present"}},
          .details =
              "Records are read again from the bytes kept in raw/. Afterwards the tables equal "
              "those of a first import with the mended mapping.",
          .options = {{"--mapping", "NAME|FILE", "only imports of this mapping"},
                      {"--dry-run", "", "count and check, store nothing"}},
          .run = run_replay};
}

Command forget_import_command() {
  return {.name = "forget import",
          .summary = "Take an import back, as if it had never been",
          .examples = {{"clewline imports -w ws", "its number"},
                       {"clewline forget import 3 -w ws", ""}},
          .options = {{"ID", "", "number of the import", true}},
          .run = run_forget};
}

}  // namespace clewline::cli
