#include "engine/tiers.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::TiersRequest request;
  if (arguments.has("as-of")) request.as_of = arguments.text("as-of");
  request.grouping = arguments.text("groups");
  request.masking = invocation.masking();
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto answer, engine::list_tiers(workspace, request));
  if (invocation.is_for_people()) invocation.write(answer.sentence + "\n\n");
  CLEW_TRY_VOID(invocation.answer(answer.table));
  return 0;
}

}  // namespace

Command tiers_command() {
  return {.name = "tiers",
          .summary = "Customers by tier of value; accounts and households with their members",
          .examples = {{"clewline tiers -w ws", ""},
                       {"clewline tiers -w ws --as-of 2026-03-01", "as it was then"},
                       {"clewline tiers -w ws --groups household", "what whole households do"}},
          .details =
              "config/counting.yaml says what a customer is worth (value), whether tiers are "
              "computed from it or imported (tiers), and who belongs together (groups);\n"
              "`clewline link` computes them for every time. Views: customer_tiers, "
              "customer_profiles, event_profiles, interaction_profiles, engagement_profiles,\n"
              "group_members, group_tiers, groups. docs/methods/tiers.md.",
          .options = {{"--as-of", "TIME", "the tiers of that time (default: as of the last link)"},
                      {"--groups", "NAME", "a grouping of config/counting.yaml, group by group"}},
          .run = run};
}

}  // namespace clewline::cli
