#include "engine/demo.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "render/cell_text.h"

namespace clewline::cli {
namespace {

constexpr const char* kFolder = "clewline-demo";

std::string next_steps(const std::string& folder) {
  return "  clewline show -w " + folder +
         " customer crm_id:C0000007       # another customer, by any identifier\n"
         "  clewline insight resolution -w " +
         folder +
         "                  # what a first contact settled, with intervals\n"
         "  clewline tiers -w " +
         folder +
         "                               # which customers make most of the value\n"
         "  clewline linking -w " +
         folder +
         "                             # which systems are tied, by what, how surely\n"
         "  clewline sql -w " +
         folder +
         " \"SELECT intent, count(*) FROM engagements GROUP BY ALL ORDER BY 2 DESC\"\n\n"
         "Your own data:\n\n"
         "  clewline init ws --zone Europe/Berlin --region DE\n"
         "  clewline mapping suggest calls.csv > calls.yaml                  # a draft to look "
         "over; presets need none\n"
         "  clewline import -w ws --mapping calls.yaml calls.csv\n"
         "  clewline link -w ws && clewline bridge -w ws\n";
}

Status write_for_people(Invocation& invocation, const engine::DemoAnswer& answer) {
  invocation.write_heading("How events became journeys");
  CLEW_TRY_VOID(invocation.answer(answer.bridge));
  invocation.write_heading("First answers, in brackets their 95 % intervals");
  for (const engine::Finding& finding : answer.findings)
    invocation.write("  • " + finding.sentence + "\n");
  if (!answer.customer_id.empty()) {
    invocation.write_heading("One customer");
    CLEW_TRY_VOID(invocation.answer(answer.customer));
  }
  invocation.write_heading("What to try next");
  invocation.write(next_steps(answer.workspace));
  return {};
}

render::ResultTable summary_table(const engine::DemoAnswer& answer) {
  render::ResultTable table;
  table.single = true;
  std::string findings = "[";
  for (const engine::Finding& finding : answer.findings) {
    if (findings.size() > 1) findings += ", ";
    findings += "{\"sentence\": ";
    render::add_json_string(findings, finding.sentence);
    findings += ", \"sql\": ";
    render::add_json_string(findings, finding.sql);
    findings += "}";
  }
  table.columns = {{"workspace"},
                   {"customer_id"},
                   {"findings", render::ColumnKind::json},
                   render::seconds_column("seconds")};
  table.rows.push_back(
      {answer.workspace, answer.customer_id, findings + "]", render::seconds_cell(answer.seconds)});
  return table;
}

Result<int> run(Invocation& invocation) {
  const std::string folder = invocation.arguments().text("FOLDER", kFolder);
  const auto tell = [&invocation](const std::string& step) { invocation.tell(step); };
  CLEW_TRY(const auto answer, engine::run_demo(folder, tell, invocation.masking()));
  if (invocation.is_for_people()) {
    CLEW_TRY_VOID(write_for_people(invocation, answer));
    invocation.flush();
    invocation.tell(
        "Done in " +
        render::duration_words(static_cast<std::int64_t>(answer.seconds * kUsPerSecond)) +
        ". Delete the folder " + folder + " to begin anew.");
  } else {
    CLEW_TRY_VOID(invocation.answer(summary_table(answer)));
  }
  return 0;
}

}  // namespace

Command demo_command() {
  return {
      .name = "demo",
      .summary = "Make, import and link a sample contact centre, and print the first answers",
      .examples = {{"clewline demo", "in the folder clewline-demo"},
                   {"clewline demo /tmp/sample --output json", ""}},
      .options = {{"FOLDER", "",
                   "workspace to make (default: clewline-demo); one that is there is only read"},
                  {"--no-serve", "", "answer on the terminal only"}},
      .needs_workspace = false,
      .run = run};
}

}  // namespace clewline::cli
