#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct LearnRequest {
  std::string method;  // cases, em; empty: cases where they say of half of the decisions, else em
  std::string truth_file;  // judges the weights, teaches nothing; empty: none
  bool dry_run = false;    // show, write nothing
  std::int64_t resamples = 1000;
  std::int64_t seed = 1;
};

struct LearnAnswer {
  std::vector<std::string> sentences;  // for a person
  render::ResultTable weights;         // weight, in_force, learned, same, other, decisions
  render::ResultTable quality;         // judged_by, weights, measure, value, low, high, n, groups
  render::ResultTable calibration;  // judged_by, weights, from, to, n, stated, happened, low, high
};

/// Learns the weights of the engagement score (LINKING.md §6.2) from the workspace's own records
/// and writes them into config/linking.yaml; the case key, which teaches, is no feature. How:
/// docs/methods/learning.md. Errors: `conflict` when there is too little to learn from; those of
/// reading and writing the configuration; `usage` for an unknown method.
Result<LearnAnswer> learn_engagement(Workspace& workspace, const LearnRequest& request);

}  // namespace clewline::engine
