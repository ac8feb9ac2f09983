#include "engine/ledger.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<int> run_imports(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::imports(workspace));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

Result<int> run_rejected(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::rejected(workspace, invocation.masking()));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

Result<int> run_status(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::status(workspace));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

}  // namespace

Command imports_command() {
  return {.name = "imports",
          .summary = "List the imports: what came in when, and what became of it",
          .examples = {{"clewline imports -w ws", ""},
                       {"clewline forget import 3 -w ws", "take one back"}},
          .run = run_imports};
}

Command rejected_command() {
  return {.name = "rejected",
          .summary = "List records that were kept aside, with place, reason and bytes",
          .examples = {{"clewline rejected -w ws", ""},
                       {"clewline rejected -w ws --output jsonl > rejected.jsonl", "all of them"},
                       {"clewline replay -w ws", "after the mapping is mended"}},
          .run = run_rejected};
}

Command status_command() {
  return {.name = "status",
          .summary = "What the workspace holds, how fresh it is, whether it is linked",
          .examples = {{"clewline status -w ws", ""}},
          .run = run_status};
}

}  // namespace clewline::cli
