#include "cli/command_table_internal.h"

namespace clewline::cli {

std::span<const Command> commands() {
  static const std::vector<Command> table = {
      init_command(),
      import_command(),
      imports_command(),
      forget_import_command(),
      rejected_command(),
      replay_command(),
      mapping_suggest_command(),
      mapping_test_command(),
      mapping_try_command(),
      link_command(),
      bridge_command(),
      show_command(),
      why_command(),
      unlink_command(),
      forbid_command(),
      linking_command(),
      reconcile_command(),
      insight_command(),
      evaluate_command(),
      learn_engagement_command(),
      audit_sample_command(),
      audit_judge_command(),
      audit_estimate_command(),
      gaps_command(),
      quality_command(),
      diff_command(),
      tiers_command(),
      dedupe_command(),
      intents_command(),
      intents_suggest_command(),
      config_validate_command(),
      config_show_command(),
      status_command(),
      sql_command(),
      export_command(),
      simulate_command(),
      demo_command(),
      completion_command(),
      reference_command(),
  };
  return table;
}

std::span<const Option> shared_options() {
  static const std::vector<Option> table = {
      {"-w,--workspace", "WORKSPACE",
       "the workspace (default: CLEWLINE_WORKSPACE, then the current folder)"},
      {"--output",
       "FORMAT",
       "how the answer is written",
       false,
       false,
       1,
       {"table", "json", "jsonl", "csv", "tsv", "parquet", "arrow", "xlsx", "markdown"}},
      {"--json", "", "the same as --output json"},
      {"--all", "", "every row of a table, however many"},
      {"--masked", "", "hide personal values: identifiers, names, texts"},
      {"-q,--quiet", "", "no messages, only the answer"},
      {"--no-color", "", "no colours (also: NO_COLOR)"},
      {"--threads", "N", "threads to use (default: one for each core)"},
      {"--memory", "SIZE", "memory to use, e.g. 4GB"},
  };
  return table;
}

}  // namespace clewline::cli
