#pragma once

#include <string_view>

#include "model/insight_config.h"

namespace clewline::engine {

/// The words around the generated values of a new workspace's configuration files.
extern const std::string_view kWorkspaceHeader;
extern const std::string_view kRegionComment;
extern const std::string_view kKindsHeader;
extern const std::string_view kLinkingHeader;
extern const std::string_view kGapsComment;
extern const std::string_view kWindowsComment;
extern const std::string_view kEngagementComment;
extern const std::string_view kWeightsComment;
extern const std::string_view kHubsComment;
extern const std::string_view kRulesSection;
extern const std::string_view kCountingHeader;
extern const std::string_view kSampleComment;
extern const std::string_view kServiceComment;
extern const std::string_view kResolutionComment;
extern const std::string_view kChannelsComment;
extern const std::string_view kMenuComment;
extern const std::string_view kIvrExitsComment;
extern const std::string_view kPathsComment;
extern const std::string_view kActionsComment;
extern const std::string_view kResponsesComment;
extern const std::string_view kEffortComment;
extern const std::string_view kResultsComment;
extern const std::string_view kTiersSection;
/// What `counting.yaml` says of sequences, funnels and frequent patterns, with comments.
std::string sequence_settings_text(const InsightConfig& insights);
/// The starter dictionary of intents, whole.
extern const std::string_view kStarterIntents;

}  // namespace clewline::engine
