#include "engine/assertions.h"

#include <cstdlib>

#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/time_option.h"

namespace clewline::cli {

Result<engine::AssertionRequest> assertion_request(const Invocation& invocation, AssertionKind kind,
                                                   std::string a, std::string b) {
  engine::AssertionRequest request;
  request.kind = kind;
  request.a = std::move(a);
  request.b = std::move(b);
  const char* user = std::getenv("USER");
  request.actor = invocation.arguments().text("by", user != nullptr ? user : "unknown");
  request.note = invocation.arguments().text("note");
  request.recorded_at = SystemClock().now();
  request.asserted_at = request.recorded_at;
  if (invocation.arguments().has("at")) {
    CLEW_TRY(request.asserted_at,
             engine::read_time_option(invocation.arguments().text("at"), "--at"));
  }
  return request;
}

namespace {

Result<int> run(Invocation& invocation, AssertionKind kind) {
  CLEW_TRY(const auto request, assertion_request(invocation, kind, invocation.arguments().text("A"),
                                                 invocation.arguments().text("B")));
  CLEW_TRY(auto workspace, invocation.open_to_write());
  CLEW_TRY(const auto table, engine::assert_identity(workspace, request));
  CLEW_TRY_VOID(invocation.answer(table));
  invocation.tell("It takes effect with the next `clewline link -w " + workspace.folder() + "`.");
  return 0;
}

Result<int> run_unlink(Invocation& invocation) { return run(invocation, AssertionKind::unlink); }
Result<int> run_forbid(Invocation& invocation) { return run(invocation, AssertionKind::forbid); }

constexpr const char* kNames =
    "Names are kind:value (phone:+4930901820, crm_id:17), event:ID or session:SOURCE/KEY. An "
    "assertion is a record like any other: the latest wins,\nand `clewline why` prints it.";
constexpr const char* kUnlinkReach =
    "\nOf two anchors (crm_id, account, login …) only the evidence that ties these two directly is "
    "set "
    "aside: `clewline why` shows what else ties them,\nand `forbid` keeps them apart whatever "
    "leads "
    "from one to the other.";

}  // namespace

std::vector<Option> assertion_options() {
  return {{"--by", "NAME", "who says so (default: USER)"},
          {"--note", "TEXT", "why"},
          {"--at", "TIME", "when it was said (default: this moment)"}};
}

Command unlink_command() {
  Command command{.name = "unlink",
                  .summary = "Say that two identifiers are not one customer after all",
                  .examples = {{"clewline unlink -w ws crm_id:17 account:99",
                                "the evidence that ties them is not to be used"},
                               {"clewline unlink -w ws session:connect/abc phone:+4930901820",
                                "this call was not the phone's owner"}},
                  .details = std::string(kNames) + kUnlinkReach,
                  .options = assertion_options(),
                  .run = run_unlink};
  command.options.insert(command.options.begin(),
                         {{"A", "", "one name", true}, {"B", "", "the other", true}});
  return command;
}

Command forbid_command() {
  Command command{
      .name = "forbid",
      .summary = "Say that two identifiers must never become one customer",
      .examples = {{"clewline forbid -w ws crm_id:17 crm_id:230 --note 'father and son'", ""}},
      .details = kNames,
      .options = assertion_options(),
      .run = run_forbid};
  command.options.insert(command.options.begin(),
                         {{"A", "", "one name", true}, {"B", "", "the other", true}});
  return command;
}

}  // namespace clewline::cli
