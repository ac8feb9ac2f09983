#include <iostream>
#include <string>

#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/audit.h"
#include "engine/audit_sheet.h"
#include "render/cell_text.h"

namespace clewline::cli {
namespace {

// "crm,connect" as two names; empty text as none.
std::vector<std::string> two_names(const std::string& text) {
  std::vector<std::string> names;
  if (text.empty()) return names;
  const std::size_t comma = text.find(',');
  names.push_back(text.substr(0, comma));
  if (comma != std::string::npos) names.push_back(text.substr(comma + 1));
  return names;
}

Result<int> run_sample(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::AuditSampleRequest request;
  request.file = arguments.text("out");
  request.answers = arguments.text("answers");
  CLEW_TRY(const auto size, arguments.number("size"));
  CLEW_TRY(const auto seed, arguments.number("seed"));
  request.size = size.value_or(request.size);
  request.seed = seed.value_or(request.seed);
  request.between = two_names(arguments.text("between"));
  request.masking = invocation.masking();
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(auto table, engine::draw_audit_sample(workspace, request));
  std::int64_t links = 0;
  std::int64_t drawn = 0;
  for (const auto& row : table.rows) {
    links += std::get<std::int64_t>(row[1]);
    drawn += std::get<std::int64_t>(row[2]);
  }
  if (invocation.is_for_people())
    invocation.write("Drew " + render::counted(drawn, "link") + " of " + render::grouped(links) +
                     " into " + request.file + ".\n\n");
  table.notes.push_back(
      "Write yes, no or unsure into the column answer, or answer here: clewline "
      "audit judge " +
      request.file);
  table.notes.push_back("Then: clewline audit estimate -w " + workspace.folder() + " " +
                        request.file);
  CLEW_TRY_VOID(invocation.answer(table));
  return 0;
}

std::string question_text(const engine::AuditLink& link, std::size_t number, std::size_t all) {
  return "\n" + std::to_string(number) + " of " + std::to_string(all) + "  " + link.stratum +
         "\n  1  " + link.first + "\n  2  " + link.second + "\n  because: " + link.why + "\n" +
         link.question + " yes, no, unsure, or quit: ";
}

// Every answer is written at once, so that a person may stop at any moment.
Result<int> run_judge(Invocation& invocation) {
  const std::string file = invocation.arguments().text("FILE");
  CLEW_TRY(auto sheet, engine::read_audit_sheet(file));
  std::size_t answered = 0;
  std::size_t open = 0;
  for (const engine::AuditLink& link : sheet) open += link.verdict == engine::AuditVerdict::none;
  for (std::size_t i = 0; i < sheet.size(); ++i) {
    if (sheet[i].verdict != engine::AuditVerdict::none) continue;
    invocation.write(question_text(sheet[i], i + 1, sheet.size()));
    invocation.flush();
    std::string line;
    if (!std::getline(std::cin, line) || line == "quit" || line == "q") break;
    const auto verdict = engine::read_verdict(line);
    if (!verdict.ok()) {
      invocation.write(verdict.error().message + "\n");
      --i;
      continue;
    }
    if (*verdict == engine::AuditVerdict::none) continue;
    sheet[i].verdict = *verdict;
    ++answered;
    CLEW_TRY_VOID(engine::write_audit_sheet(file, sheet));
  }
  const auto words = [](std::size_t count) {
    return render::counted(static_cast<std::int64_t>(count), "link");
  };
  invocation.write("\nAnswered " + words(answered) + "; " + words(open - answered) +
                   " of the sheet still without an answer.\n");
  return 0;
}

Result<int> run_estimate(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::AuditEstimateRequest request;
  request.file = arguments.text("FILE");
  if (arguments.has("width")) {
    const std::string text = arguments.text("width");
    char* end = nullptr;
    request.width = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0')
      return Error{ErrorCode::usage, "--width wants a number, found " + text, "e.g. --width 0.05"};
  }
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto answer, engine::estimate_audit(workspace, request));
  if (invocation.is_for_people()) invocation.write(answer.sentence + "\n\n");
  CLEW_TRY_VOID(invocation.answer(answer.strata));
  return 0;
}

}  // namespace

Command audit_sample_command() {
  return {
      .name = "audit sample",
      .summary = "Draw links for a person to judge, where nobody knows the truth",
      .examples = {{"clewline audit sample -w ws --size 100 --out sheet.csv", ""},
                   {"clewline audit judge sheet.csv", "answer in the terminal"},
                   {"clewline audit estimate -w ws sheet.csv", "how right the links are"}},
      .details =
          "A link says that a session is a customer's (identity), that two steps are one "
          "sitting (interaction), or that two sittings are one issue (engagement).\n"
          "Links of one rule and confidence are a stratum; each stratum is drawn from. The "
          "same seed draws the same links.",
      .options =
          {{"--size", "N", "links to draw (default 100)"},
           {.names = "--out", .value = "FILE", .help = "sheet to write, CSV", .required = true},
           {"--seed", "N", "seed of the draw (default 1)"},
           {"--between", "A,B", "only steps between these two sources, as `linking` names them"},
           {"--answers", "FILE", "an earlier sheet whose answers are taken over"}},
      .run = run_sample};
}

Command audit_judge_command() {
  return {.name = "audit judge",
          .summary = "Answer the links of a sheet one by one in the terminal",
          .examples = {{"clewline audit judge sheet.csv", ""}},
          .details =
              "Each answer is written into the sheet at once; come back any time for the "
              "rest. An empty line leaves a link for later.",
          .options = {{"FILE", "", "sheet of `clewline audit sample`", true}},
          .needs_workspace = false,
          .run = run_judge};
}

Command audit_estimate_command() {
  return {.name = "audit estimate",
          .summary = "Say how right the links are, from the answers of a sheet",
          .examples = {{"clewline audit estimate -w ws sheet.csv", ""},
                       {"clewline audit estimate -w ws sheet.csv --width 0.05",
                        "how many more to judge for an interval of five points"}},
          .options = {{"FILE", "", "sheet of `clewline audit sample`, answered", true},
                      {"--width", "W", "width of the interval to aim at (default 0.1)"}},
          .run = run_estimate};
}

}  // namespace clewline::cli
