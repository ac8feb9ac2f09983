#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/mapping_answers.h"
#include "render/cell_text.h"

namespace clewline::cli {
namespace {

render::ResultTable draft_table(const engine::MappingDraft& draft) {
  render::ResultTable table;
  table.single = true;
  render::RowStyle json;
  json.format = render::Format::json;
  std::string roles = render::table_text(draft.roles, json);
  while (roles.ends_with('\n')) roles.pop_back();
  std::string warnings = "[";
  for (const std::string& warning : draft.warnings) {
    if (warnings.size() > 1) warnings += ", ";
    render::add_json_string(warnings, warning);
  }
  table.columns = {{"mapping"},
                   {"sampled", render::ColumnKind::integer},
                   {"roles", render::ColumnKind::json},
                   {"warnings", render::ColumnKind::json}};
  table.rows.push_back(
      {draft.mapping, static_cast<std::int64_t>(draft.sampled), roles, warnings + "]"});
  return table;
}

void tell_reasons(Invocation& invocation, const engine::MappingDraft& draft) {
  std::string reasons =
      "From " + render::counted(static_cast<std::int64_t>(draft.sampled), "record") + ":\n";
  for (const auto& row : draft.roles.rows) {
    reasons += "  " + render::plain_text(row[0]) + " → " + render::plain_text(row[1]) + ": " +
               render::plain_text(row[2]) + "\n";
  }
  for (const std::string& warning : draft.warnings) reasons += "look at: " + warning + "\n";
  reasons.pop_back();
  invocation.tell(reasons);
}

Result<int> run(Invocation& invocation) {
  if (invocation.masking() == engine::Masking::personal)
    return Error{ErrorCode::usage,
                 "mapping suggest --masked: a draft quotes values of the file (statuses, queues, "
                 "kinds of event) and is none without them",
                 "Leave --masked out, and look the draft over before you pass it on."};
  engine::SuggestRequest request;
  request.file = invocation.arguments().text("FILE");
  request.name = invocation.arguments().text("name");
  request.zone = invocation.arguments().text("zone");
  request.region = invocation.arguments().text("region");
  CLEW_TRY(const auto draft, engine::suggest_mapping(request));
  if (!invocation.is_for_people()) {
    CLEW_TRY_VOID(invocation.answer(draft_table(draft)));
    return 0;
  }
  invocation.write(draft.mapping);
  invocation.flush();
  tell_reasons(invocation, draft);
  return 0;
}

}  // namespace

Command mapping_suggest_command() {
  return {.name = "mapping suggest",
          .summary = "Draft a mapping from a sample, and say why",
          .examples = {{"clewline mapping suggest calls.csv > calls.yaml",
                        "the mapping goes to the file, the reasons to the terminal"},
                       {"clewline mapping suggest calls.csv --zone Europe/Berlin --region DE", ""}},
          .options = {{"FILE", "", "file with records", true},
                      {"--name", "NAME", "name of the mapping (default: from the file)"},
                      {"--zone", "ZONE", "zone of times that carry none"},
                      {"--region", "REGION", "country of national phone numbers"}},
          .needs_workspace = false,
          .run = run};
}

}  // namespace clewline::cli
