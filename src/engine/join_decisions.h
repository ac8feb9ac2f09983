#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "learning/categorical_model.h"
#include "model/link_result.h"

namespace clewline::engine {

inline constexpr std::uint32_t kJoinFolds = 5;
inline constexpr std::size_t kJoinComparisons = 5;  // intent, ending, gap, object, channel

/// A contact and an engagement it could have joined, in levels of `JoinDecisions::comparisons`.
struct JoinDecision {
  std::array<std::uint8_t, kJoinComparisons> levels{};
  std::uint32_t customer = 0;
  std::uint32_t fold = 0;  // of kJoinFolds, the same for all of a customer's
  bool by_score = false;   // the score was asked: no hard link had decided
  JoinComparison::Agreement by_case = JoinComparison::Agreement::unknown;
  JoinComparison::Agreement in_truth = JoinComparison::Agreement::unknown;
};

struct JoinDecisions {
  std::vector<learning::Comparison> comparisons;
  std::vector<JoinDecision> rows;
  /// Shares of levels between contacts that have nothing to do with one another: of different
  /// customers, at most the idle window apart.
  std::vector<std::vector<double>> unrelated;
  /// The weights in force, as a model.
  learning::CategoricalModel in_force;
  /// Gap levels from here on lie beyond the idle window: only resolved engagements of the same
  /// intent are decided there.
  std::size_t first_gap_beyond_idle = 0;
};

/// Links the workspace's events in memory, stores nothing, and lists what the score had to decide.
/// With a truth file (docs/methods/evaluation.md) also what would have been right. Errors: those of
/// `read_truth`; of linking.
Result<JoinDecisions> collect_join_decisions(Workspace& workspace, const std::string& truth_file);

/// Returns the model of weights as configured, and the weights that say the same as a model.
learning::CategoricalModel model_of_weights(const EngagementWeights& weights,
                                            const std::vector<learning::Comparison>& comparisons);
EngagementWeights weights_of_model(const learning::CategoricalModel& model,
                                   const EngagementWeights& before);

}  // namespace clewline::engine
