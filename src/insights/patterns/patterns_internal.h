#pragma once

#include <string>
#include <vector>

#include "insights/frame/insight.h"
#include "insights/steps/steps.h"
#include "sequences/frequent.h"

namespace clewline::insights {

/// What was asked for.
struct PatternsPlan {
  Scope scope;
  double share_min = 0;  // of the units; 0: `rules.support_min` says it
  sequences::FrequentRules rules;
};

/// Reads --min-support, --max-length, --max-gap, --window with the scope. Error: `usage`.
Result<PatternsPlan> patterns_plan(const Asking& asking);

/// Steps of the chosen units by number, and whose they are.
struct CodedSteps {
  sequences::ItemSequences sequences;
  std::vector<std::string> names;             // by item
  std::vector<std::uint32_t> units;           // by sequence
  std::vector<std::uint32_t> customers;       // by unit
  std::vector<std::uint32_t> customer_units;  // by customer: chosen units, with steps or without
};

/// Reads the steps of the chosen units, customer after customer. Memory: 24 bytes a step.
Result<CodedSteps> coded_steps(const Asking& asking, const Population& population,
                               const PatternsPlan& plan);

/// A frequent sequence of steps among the units.
struct FoundPattern {
  std::vector<std::uint32_t> items;
  std::int64_t units = 0;
  Estimate share;
};

/// Finds all frequent patterns, those of most units first. Error: `limit` for too many.
Result<std::vector<FoundPattern>> find_patterns(const CodedSteps& steps, PatternsPlan plan);

}  // namespace clewline::insights
