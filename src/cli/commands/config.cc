#include "engine/config_answers.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<int> validate(Invocation& invocation) {
  CLEW_TRY(const auto table, engine::validate_config(invocation.workspace_folder()));
  if (!table.rows.empty() || !invocation.is_for_people()) CLEW_TRY_VOID(invocation.answer(table));
  if (!table.rows.empty()) return 1;
  invocation.tell("The configuration is valid.");
  return 0;
}

Result<int> show(Invocation& invocation) {
  CLEW_TRY(const auto table, engine::show_config(invocation.workspace_folder(),
                                                 invocation.arguments().has("origin")));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

}  // namespace

Command config_validate_command() {
  return {
      .name = "config validate",
      .summary = "Check workspace.yaml and config/*.yaml",
      .examples = {{"clewline config validate -w ws", ""}},
      .details =
          "One row a fault, with file, line, column and what to do. Exit code 1 when there is one.",
      .run = validate};
}

Command config_show_command() {
  return {
      .name = "config show",
      .summary = "Print every setting as it holds",
      .examples = {{"clewline config show -w ws --origin", "and the file and line it comes from"}},
      .options = {{"--origin", "", "add the place each setting comes from"}},
      .run = show};
}

}  // namespace clewline::cli
