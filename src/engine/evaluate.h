#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct EvaluateRequest {
  std::string truth_file;
  std::vector<std::string> levels;  // empty: all that the file names
  std::int64_t resamples = 2000;
  std::int64_t seed = 1;
  Masking masking = Masking::none;
};

/// How right the levels are. Measures are one row a level and measure; an interval is null where
/// there are fewer than two groups of customers.
struct EvaluateAnswer {
  std::vector<std::string> sentences;    // for a person
  render::ResultTable measures;          // level, measure, value, low, high, n, groups
  render::ResultTable counts;            // what became of rows and events, in the same columns
  render::ResultTable worst;             // the ten customers with most mistakes at one level
  std::vector<std::string> worst_lines;  // the same for a person, with commands to copy
};

/// Compares the linked levels with a truth file. Every number is defined in
/// docs/methods/evaluation.md. Errors: those of `read_truth`; `usage` when a level that was asked
/// for is not in the file.
Result<EvaluateAnswer> evaluate(Workspace& workspace, const EvaluateRequest& request);

}  // namespace clewline::engine
