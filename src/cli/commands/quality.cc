#include "engine/quality.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Status write_for_people(Invocation& invocation, const engine::QualityAnswer& answer) {
  invocation.write(answer.sentence + "\n");
  if (answer.sources.rows.empty()) return {};
  for (const std::string& problem : answer.problems) invocation.write("\n" + problem + "\n");
  invocation.write_heading("Scores of the streams: 100 is whole, sound, fresh, once and as usual");
  CLEW_TRY_VOID(invocation.answer(answer.stream_scores));
  if (!answer.worth.rows.empty()) {
    invocation.write_heading("What each field is worth: what would be lost without it");
    CLEW_TRY_VOID(invocation.answer(answer.worth));
  }
  invocation.write_heading("Sources");
  CLEW_TRY_VOID(invocation.answer(answer.sources));
  if (!answer.coverage.rows.empty()) {
    invocation.write_heading("Contacts whose customer is known");
    CLEW_TRY_VOID(invocation.answer(answer.coverage));
  }
  if (!answer.clocks.rows.empty()) {
    invocation.write_heading("Clocks of streams that share sessions");
    CLEW_TRY_VOID(invocation.answer(answer.clocks));
  }
  invocation.write(
      "\nMore: --scores, --fields, --issues, --days, --coverage, --clocks, --output json.\n");
  return {};
}

Result<int> run(Invocation& invocation) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto answer, engine::judge_quality(workspace));
  const std::pair<const char*, const render::ResultTable*> parts[] = {
      {"findings", &answer.findings}, {"sources", &answer.sources}, {"fields", &answer.fields},
      {"issues", &answer.issues},     {"days", &answer.days},       {"coverage", &answer.coverage},
      {"clocks", &answer.clocks},     {"scores", &answer.scores},   {"worth", &answer.worth}};
  for (const auto& [name, table] : parts) {
    if (!invocation.arguments().has(name)) continue;
    CLEW_TRY_VOID(invocation.answer(*table));
    return 0;
  }
  if (invocation.is_for_people()) {
    CLEW_TRY_VOID(write_for_people(invocation, answer));
  } else if (invocation.output() == "json" || invocation.output() == "jsonl") {
    CLEW_TRY_VOID(invocation.answer(engine::quality_object(answer)));
  } else {
    CLEW_TRY_VOID(invocation.answer(answer.findings));
  }
  return 0;
}

}  // namespace

Command quality_command() {
  return {
      .name = "quality",
      .summary = "Say how good the sources are, and what each fault does to which answer",
      .examples = {{"clewline quality -w ws", ""},
                   {"clewline quality -w ws --fields --output csv",
                    "how complete each field of each stream is"},
                   {"clewline quality -w ws --output json", "everything as one object"}},
      .details =
          "A score for each stream and field, what each field is worth, completeness by field, "
          "validity by issue, freshness, duplicates, days unlike the "
          "usual, how often the customer is known, clocks of streams that\n"
          "share sessions. Severity: `wrong` makes answers wrong, `incomplete` leaves part of "
          "them out, `note` is good to know. docs/methods/quality.md.",
      .options = {{"--scores", "", "answer with the score of each stream and field, and its parts"},
                  {"--worth", "", "answer with what would be lost without each field"},
                  {"--findings", "", "answer with the problems alone"},
                  {"--sources", "", "answer with the counts of each stream"},
                  {"--fields", "", "answer with the completeness of fields"},
                  {"--issues", "", "answer with the issues of events"},
                  {"--days", "", "answer with the days unlike the usual"},
                  {"--coverage", "", "answer with how often the customer is known"},
                  {"--clocks", "", "answer with the clocks of streams that share sessions"}},
      .run = run};
}

}  // namespace clewline::cli
