#include "cli/command_table_internal.h"
#include "cli/invocation.h"
#include "engine/mapping_answers.h"

namespace clewline::cli {
namespace {

Result<int> run_test(Invocation& invocation) {
  CLEW_TRY(const auto answer, engine::test_mapping(invocation.arguments().text("MAPPING"),
                                                   invocation.arguments().has("rewrite")));
  CLEW_TRY_VOID(invocation.answer(answer.summary));
  for (const std::string& message : answer.messages) invocation.tell(message);
  return answer.failed == 0 ? 0 : 1;
}

Result<int> run_try(Invocation& invocation) {
  engine::TryRequest request;
  request.file = invocation.arguments().text("FILE");
  request.mapping = invocation.arguments().text("mapping");
  CLEW_TRY(const auto row, invocation.arguments().number("row"));
  request.row = static_cast<std::uint64_t>(row.value_or(1));
  request.zone = invocation.arguments().text("zone", "UTC");
  request.region = invocation.arguments().text("region");
  request.masking = invocation.masking();
  CLEW_TRY(const auto tree, engine::try_mapping(request));
  CLEW_TRY_VOID(invocation.answer(tree));
  return 0;
}

}  // namespace

Command mapping_test_command() {
  return {.name = "mapping test",
          .summary = "Run the tests in a mapping file: samples against expected events",
          .examples = {{"clewline mapping test calls.yaml", ""},
                       {"clewline mapping test calls.yaml --rewrite",
                        "fill the expected events; read the difference"}},
          .options = {{"MAPPING", "", "mapping file, or name of a preset", true},
                      {"--rewrite", "", "write what the mapping makes into the expected files"}},
          .needs_workspace = false,
          .run = run_test};
}

Command mapping_try_command() {
  return {.name = "mapping try",
          .summary = "Show one record become events and land in the tree",
          .examples = {{"clewline mapping try calls.csv --mapping calls.yaml --row 3", ""}},
          .options = {{"FILE", "", "file with records", true},
                      {.names = "--mapping",
                       .value = "NAME|FILE",
                       .help = "a preset or a mapping file",
                       .required = true},
                      {"--row", "N", "number of the record, from 1 (default 1)"},
                      {"--zone", "ZONE", "time zone of a workspace (default UTC)"},
                      {"--region", "REGION", "region of a workspace"}},
          .needs_workspace = false,
          .run = run_try};
}

}  // namespace clewline::cli
