#include "engine/evaluate.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "render/cell_text.h"

namespace clewline::cli {
namespace {

Status write_for_people(Invocation& invocation, const engine::EvaluateAnswer& answer) {
  for (const std::string& sentence : answer.sentences) invocation.write(sentence + "\n");
  invocation.write_heading("How right each level is");
  CLEW_TRY_VOID(invocation.answer(answer.measures));
  invocation.write_heading("Truth and events");
  for (const auto& row : answer.counts.rows)
    invocation.write("  " + render::plain_text(row[1]) + "  " + render::plain_text(row[2]) + "\n");
  for (const std::string& note : answer.counts.notes) invocation.write(note + "\n");
  if (answer.worst_lines.empty()) {
    invocation.write("\nNo event was wrongly joined or parted.\n");
    return {};
  }
  invocation.write_heading("The customers with most mistakes at one level");
  for (const std::string& line : answer.worst_lines) invocation.write(line + "\n");
  return {};
}

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::EvaluateRequest request;
  request.truth_file = arguments.text("TRUTH", arguments.text("truth"));
  if (request.truth_file.empty())
    return Error{ErrorCode::usage, "evaluate wants a truth file",
                 "e.g. clewline evaluate -w ws truth.parquet"};
  request.levels = arguments.list("level");
  CLEW_TRY(const auto resamples, arguments.number("resamples"));
  CLEW_TRY(const auto seed, arguments.number("seed"));
  request.resamples = resamples.value_or(request.resamples);
  request.seed = seed.value_or(request.seed);
  request.masking = invocation.masking();
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(auto answer, engine::evaluate(workspace, request));
  if (arguments.has("worst")) {
    CLEW_TRY_VOID(invocation.answer(answer.worst));
  } else if (invocation.is_for_people()) {
    CLEW_TRY_VOID(write_for_people(invocation, answer));
  } else {
    auto& rows = answer.measures.rows;
    rows.insert(rows.end(), answer.counts.rows.begin(), answer.counts.rows.end());
    CLEW_TRY_VOID(invocation.answer(answer.measures));
  }
  return 0;
}

}  // namespace

Command evaluate_command() {
  return {
      .name = "evaluate",
      .summary = "Say how right each level is, given the truth about some events",
      .examples = {{"clewline evaluate -w ws truth.parquet", ""},
                   {"clewline evaluate -w ws truth.parquet --level engagement --output csv", ""},
                   {"clewline evaluate -w ws truth.parquet --worst --output json",
                    "the ten customers with most mistakes"}},
      .details =
          "A row of the truth names an event by event_id; or by record_id with any of source, "
          "stream, event_type, ordinal; or by session_key with\n"
          "any of source, stream, event_type. Its columns customer, engagement, interaction, "
          "transaction (any of them) "
          "hold names of your own: events of the same name belong\n"
          "together. CSV with a header or Parquet. `clewline simulate` writes one.",
      .options = {{"TRUTH", "", "truth file, CSV or Parquet"},
                  {"--truth", "FILE", "the same as TRUTH"},
                  {.names = "--level",
                   .value = "LEVEL",
                   .help = "a level to score (default: all that the file names)",
                   .repeated = true,
                   .choices = {"customer", "engagement", "interaction", "transaction"}},
                  {"--resamples", "N", "resamples of customers for the intervals (default 2000)"},
                  {"--seed", "N", "seed of the resamples (default 1)"},
                  {"--worst", "", "answer with the ten customers with most mistakes"}},
      .run = run};
}

}  // namespace clewline::cli
