#include "engine/intents.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<int> run_intents(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::intents(workspace));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

Result<int> run_suggest(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::suggest_intents(workspace));
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

}  // namespace

Command intents_command() {
  return {.name = "intents",
          .summary = "List what customers come for, and how often",
          .examples = {{"clewline intents -w ws", ""},
                       {"clewline intents suggest -w ws", "values nobody has mapped"}},
          .run = run_intents};
}

Command intents_suggest_command() {
  return {.name = "intents suggest",
          .summary = "List menu choices, dispositions, queues … that no intent names",
          .examples = {{"clewline intents suggest -w ws", ""}},
          .details =
              "Most frequent first, with the known intent that most often stands in the same "
              "interactions.",
          .run = run_suggest};
}

}  // namespace clewline::cli
