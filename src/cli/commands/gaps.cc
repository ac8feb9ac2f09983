#include "engine/gaps.h"

#include "cli/command_table_internal.h"
#include "cli/invocation.h"

namespace clewline::cli {
namespace {

Status write_for_people(Invocation& invocation, const engine::GapsAnswer& answer) {
  for (const std::string& sentence : answer.sentences) invocation.write(sentence + "\n");
  if (answer.summary.rows.empty()) return {};
  invocation.write_heading("Gaps between presences");
  CLEW_TRY_VOID(invocation.answer(answer.summary));
  for (const auto& [name, table] : answer.choice_tables) {
    invocation.write_heading("What another gap would make: " + name);
    CLEW_TRY_VOID(invocation.answer(table));
  }
  return {};
}

Result<int> apply(Invocation& invocation, const engine::GapsRequest& request) {
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto applied, engine::apply_gaps(workspace, request));
  if (!invocation.is_for_people()) {
    CLEW_TRY_VOID(invocation.answer(applied.changes));
    return 0;
  }
  for (const std::string& sentence : applied.sentences) invocation.write(sentence + "\n");
  return 0;
}

Result<int> run(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments();
  engine::GapsRequest request;
  request.start_to_start = arguments.text("definition") == "start-to-start";
  request.channels = arguments.list("channels");
  CLEW_TRY(const auto resamples, arguments.number("resamples"));
  CLEW_TRY(const auto seed, arguments.number("seed"));
  CLEW_TRY(const auto restarts, arguments.number("restarts"));
  request.resamples = resamples.value_or(request.resamples);
  request.seed = seed.value_or(request.seed);
  request.restarts = restarts.value_or(request.restarts);
  if (arguments.has("apply")) return apply(invocation, request);
  CLEW_TRY(auto workspace, invocation.open_to_read());
  CLEW_TRY(const auto answer, engine::find_gaps(workspace, request));
  if (arguments.has("choices")) {
    CLEW_TRY_VOID(invocation.answer(answer.choices));
  } else if (arguments.has("mixtures")) {
    CLEW_TRY_VOID(invocation.answer(answer.mixtures));
  } else if (invocation.is_for_people()) {
    CLEW_TRY_VOID(write_for_people(invocation, answer));
  } else {
    CLEW_TRY_VOID(invocation.answer(answer.gaps));
  }
  return 0;
}

}  // namespace

Command gaps_command() {
  return {
      .name = "gaps",
      .summary = "Find after how much silence a visit is over, and what another gap would make",
      .examples = {{"clewline gaps -w ws", ""},
                   {"clewline gaps -w ws --channels voice --choices --output csv",
                    "sessions and contacts for each choice"},
                   {"clewline gaps -w ws --apply", "freeze what was found, then link again"}},
      .details =
          "For each channel and pair of channels: the gaps between a customer's presences, "
          "mixtures of 1 to 4 bells on their logarithms, and where the\n"
          "short gaps part from the long ones, with its interval; or why there is no natural "
          "gap, and then the default holds. docs/methods/gaps.md.",
      .options = {{.names = "--channels",
                   .value = "CHANNELS",
                   .help = "a channel or a pair, e.g. voice or web-voice (default: all)",
                   .repeated = true},
                  {"--apply", "", "write the natural gaps into config/linking.yaml"},
                  {"--choices", "", "answer with what each choice of a gap would make"},
                  {"--mixtures", "", "answer with every component of every mixture"},
                  {.names = "--definition",
                   .value = "DEFINITION",
                   .help = "what a gap is: from end to start (default), or between starts",
                   .choices = {"interval", "start-to-start"}},
                  {"--resamples", "N", "resamples of customers for the intervals (default 200)"},
                  {"--restarts", "N", "random starts of each mixture (default 20)"},
                  {"--seed", "N", "seed of starts and resamples (default 1)"}},
      .run = run};
}

}  // namespace clewline::cli
