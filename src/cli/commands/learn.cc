#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/learn_engagement.h"

namespace clewline::cli {
namespace {

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::LearnRequest request;
  request.method = arguments.text("method");
  request.truth_file = arguments.text("truth");
  request.dry_run = arguments.has("dry-run");
  CLEW_TRY(const auto resamples, arguments.number("resamples"));
  CLEW_TRY(const auto seed, arguments.number("seed"));
  request.resamples = resamples.value_or(request.resamples);
  request.seed = seed.value_or(request.seed);
  if (request.resamples > 100'000)
    return Error{ErrorCode::usage, "--resamples cannot be that many", "stay below 100,000"};
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto answer, engine::learn_engagement(workspace, request));
  if (arguments.has("quality")) {
    CLEW_TRY_VOID(invocation.answer(answer.quality));
  } else if (arguments.has("calibration")) {
    CLEW_TRY_VOID(invocation.answer(answer.calibration));
  } else if (invocation.is_for_people()) {
    for (const std::string& sentence : answer.sentences) invocation.write(sentence + "\n");
    invocation.write_heading("Weights, in log-odds");
    CLEW_TRY_VOID(invocation.answer(answer.weights));
    if (answer.quality.rows.empty()) {
      invocation.write("\nNo case and no truth file judges these weights.\n");
      return 0;
    }
    invocation.write_heading("How well the probabilities hold");
    CLEW_TRY_VOID(invocation.answer(answer.quality));
    invocation.write_heading("Of what was stated, how much happened");
    CLEW_TRY_VOID(invocation.answer(answer.calibration));
  } else {
    CLEW_TRY_VOID(invocation.answer(answer.weights));
  }
  return 0;
}

}  // namespace

Command learn_engagement_command() {
  return {
      .name = "learn engagement",
      .summary = "Learn from your own records when two contacts are one issue",
      .examples = {{"clewline learn engagement -w ws --dry-run", "what would be written"},
                   {"clewline learn engagement -w ws && clewline link -w ws", ""},
                   {"clewline learn engagement -w ws --dry-run --calibration --output csv",
                    "the calibration curve"}},
      .details =
          "Where cases (tickets) are known they teach: contacts of one case belong together, of "
          "two cases do not. Elsewhere the weights are found by EM from how\n"
          "often things agree. The weights go into config/linking.yaml. Probabilities are judged "
          "on customers that did not teach.",
      .options = {{.names = "--method",
                   .value = "METHOD",
                   .help = "cases or em (default: cases where they say of half of the decisions)",
                   .choices = {"cases", "em"}},
                  {"--dry-run", "", "show what was learned, write nothing"},
                  {"--truth", "FILE",
                   "a truth file that judges the weights too; it teaches nothing"},
                  {"--quality", "",
                   "answer with Brier score, calibration error and their intervals"},
                  {"--calibration", "", "answer with the calibration curve"},
                  {"--resamples", "N", "resamples of customers for the intervals (default 1000)"},
                  {"--seed", "N", "seed of the resamples (default 1)"}},
      .run = run};
}

}  // namespace clewline::cli
