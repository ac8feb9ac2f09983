#include "engine/link.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/assertions.h"
#include "engine/known_at.h"

namespace clewline::cli {
namespace {

Result<int> run_as_known(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  if (!arguments.has("as-of") || arguments.has("assert"))
    return Error{ErrorCode::usage, "--into goes with --as-of and without --assert",
                 "e.g. clewline link -w ws --as-of 2026-03-31 --into ws-march"};
  const std::string into = arguments.text("into");
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto table, engine::link_known_at(workspace, arguments.text("as-of"), into));
  CLEW_TRY_VOID(invocation.answer(table));
  invocation.tell("What was known then stands in " + into + ". Next: clewline bridge -w " + into);
  return 0;
}

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  if (arguments.has("into")) return run_as_known(invocation);
  engine::LinkRequest request;
  request.full = arguments.has("full");
  if (arguments.has("as-of")) request.as_of = arguments.text("as-of");
  CLEW_TRY(auto workspace, invocation.open_to_write());
  if (const auto names = arguments.list("assert"); names.size() == 2) {
    CLEW_TRY(const auto assertion,
             assertion_request(invocation, AssertionKind::link, names[0], names[1]));
    CLEW_TRY_VOID(engine::assert_identity(workspace, assertion));
  }
  CLEW_TRY(const auto table, engine::link(workspace, request));
  CLEW_TRY_VOID(invocation.answer(table));
  invocation.tell("Next: clewline bridge -w " + workspace.folder());
  return 0;
}

}  // namespace

Command link_command() {
  Command command{
      .name = "link",
      .summary = "Build customers, transactions, interactions, engagements and journeys",
      .examples = {{"clewline link -w ws", ""},
                   {"clewline link -w ws --as-of 2026-03-31T23:59:59Z",
                    "judge open and lapsed at that moment"},
                   {"clewline link -w ws --as-of 2026-03-31 --into ws-march",
                    "what was known on that day, as a workspace of its own"},
                   {"clewline link -w ws --assert crm_id:17 account:99",
                    "these two are one customer"}},
      .details =
          "The result depends only on the accepted records, the assertions and config/: run it as "
          "often as you like. After an import, an assertion or both only the customers they touch "
          "are linked anew; the tables are those of --full.",
      .options = {{"--full", "",
                   "build everything anew, not only whom the changes since the last link touch"},
                  {"--as-of", "TIME",
                   "moment at which engagements count as open or lapsed (RFC 3339)"},
                  {"--into", "FOLDER",
                   "make a workspace of the record versions and assertions known at --as-of (a "
                   "time, or import:N), and link that"},
                  {.names = "--assert",
                   .value = "A B",
                   .help = "first record that two identifiers are one customer",
                   .values = 2}},
      .run = run};
  for (Option& option : assertion_options()) command.options.push_back(std::move(option));
  return command;
}

}  // namespace clewline::cli
