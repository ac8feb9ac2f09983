#pragma once

#include "cli/command.h"
#include "model/link_input.h"

namespace clewline::engine {
struct AssertionRequest;
}

namespace clewline::cli {

// One function a command, in commands/.
Command init_command();
Command import_command();
Command imports_command();
Command forget_import_command();
Command mapping_suggest_command();
Command mapping_test_command();
Command mapping_try_command();
Command rejected_command();
Command replay_command();
Command link_command();
Command unlink_command();
Command forbid_command();
Command linking_command();
Command reconcile_command();
Command evaluate_command();
Command learn_engagement_command();
Command audit_sample_command();
Command audit_judge_command();
Command audit_estimate_command();
Command gaps_command();
Command quality_command();
Command dedupe_command();
Command diff_command();
Command insight_command();
Command intents_command();
Command intents_suggest_command();
Command config_validate_command();
Command config_show_command();
Command status_command();
Command bridge_command();
Command show_command();
Command why_command();
Command sql_command();
Command export_command();
Command simulate_command();
Command tiers_command();
Command demo_command();
Command completion_command();
Command reference_command();

/// Options --by, --note and --at, and what they say: shared by commands that record assertions.
std::vector<Option> assertion_options();
Result<engine::AssertionRequest> assertion_request(const Invocation& invocation, AssertionKind kind,
                                                   std::string a, std::string b);

}  // namespace clewline::cli
