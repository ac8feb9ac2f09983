#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  const std::string folder = invocation.arguments().text("WORKSPACE");
  engine::WorkspaceCreation creation;
  creation.zone = invocation.arguments().text("zone", "UTC");
  creation.region = invocation.arguments().text("region");
  creation.key_from = invocation.arguments().text("key-from");
  CLEW_TRY_VOID(engine::Workspace::create(folder, creation));
  render::ResultTable table;
  table.single = true;
  table.columns = {{"workspace"}, {"version"}};
  table.rows.push_back({folder, std::string(engine::kProgramVersion)});
  CLEW_TRY_VOID(invocation.answer(table));
  if (!invocation.arguments().has("zone"))
    invocation.tell("Time zone of the business: UTC. Change `zone` in " + folder +
                    "/workspace.yaml if it is another.");
  if (creation.region.empty())
    invocation.tell(
        "No region: phone numbers without a country code stay as they are. Set `region` in " +
        folder + "/workspace.yaml.");
  invocation.tell("Next: clewline import -w " + folder + " --mapping NAME FILE…");
  return 0;
}

}  // namespace

Command init_command() {
  return {
      .name = "init",
      .summary = "Make a workspace: a folder that holds your data, settings and key",
      .examples = {{"clewline init ws --zone Europe/Berlin --region DE", ""},
                   {"clewline init ws2 --key-from ws", "the same person gets the same id in both"}},
      .details =
          "The folder is readable by you alone. Its file `key` makes customer ids that cannot be "
          "guessed from a phone number:\nkeep a copy.",
      .options = {{"WORKSPACE", "", "folder to make", true},
                  {"--zone", "ZONE",
                   "time zone of the business, e.g. Europe/Berlin (default: UTC)"},
                  {"--region", "REGION", "country of national phone numbers, e.g. DE"},
                  {"--key-from", "WS|FILE",
                   "take over the key of another workspace, or of a file"}},
      .needs_workspace = false,
      .run = run};
}

}  // namespace clewline::cli
