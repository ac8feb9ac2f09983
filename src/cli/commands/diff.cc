#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/knowledge_diff.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::DiffRequest request;
  request.from = arguments.text("from");
  request.to = arguments.text("to");
  request.since = arguments.text("since");
  request.until = arguments.text("until");
  if (request.from.empty())
    return Error{ErrorCode::usage, "--from is missing",
                 "name the earlier moment: --from 2026-02-01, or --from import:5"};
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto answer, engine::diff_knowledge(workspace, request));
  if (invocation.is_for_people()) invocation.write(answer.sentence + "\n\n");
  CLEW_TRY_VOID(invocation.answer(answer.table));
  return 0;
}

}  // namespace

Command diff_command() {
  return {
      .name = "diff",
      .summary = "Say why figures changed: late records, merges, or something new",
      .examples = {{"clewline diff -w ws --from 2026-02-01 --to 2026-03-01",
                    "as known on the first of either month"},
                   {"clewline diff -w ws --from import:1 --since 2026-01-01 --until 2026-02-01",
                    "January's figures since the first import"}},
      .details =
          "The figures as known at two moments. Their change is the sum of what had happened by "
          "the last event known at --from but came later or was corrected (late),\n"
          "of later word about who is who: profiles, statements, assertions (identity), and of "
          "what happened since (new). A copy of the workspace\n"
          "is linked four times; the workspace itself stays as it is.",
      .options = {{"--from", "TIME", "the earlier moment: a time, a date, or import:N"},
                  {"--to", "TIME", "the later one (default: everything known)"},
                  {"--since", "TIME", "only units that began then or later"},
                  {"--until", "TIME", "only units that began before"}},
      .run = run};
}

}  // namespace clewline::cli
