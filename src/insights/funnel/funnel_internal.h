#pragma once

#include <string>
#include <vector>

#include "insights/frame/insight.h"
#include "insights/steps/steps.h"
#include "sequences/funnel.h"

namespace clewline::insights {

/// What was asked for, and the table of this connection that holds how far units came.
struct FunnelPlan {
  Scope scope;
  std::vector<std::string> stages;  // as written
  std::vector<sequences::ElementTest> tests;
  sequences::FunnelRules rules;
  StepQuery steps;
  std::string table;  // unit, level, begun_at, reached_at, entries
};

/// Reads --stage, --without, --window, --mode with the scope. Error: `usage`.
Result<FunnelPlan> funnel_plan(const Asking& asking);

/// Runs the funnel over all steps, once for each connection.
Status run_funnel(const Asking& asking, const FunnelPlan& plan);

Result<std::string> funnel_units_sql(const Asking& asking);
std::vector<Measure> funnel_measures(const Asking& asking);

/// Time from the first stage to the last as a curve (Kaplan-Meier: funnels that the end of the data
/// cuts off count for as long as they were watched).
Result<render::ResultTable> conversion_curve(const Asking& asking, const Population& population,
                                             const FunnelPlan& plan);

/// How the last stage's conversion of each group differs from that of the group most begin in.
render::ResultTable conversion_differences(std::span<const Measure> measures,
                                           std::span<const MeasureGroup> groups,
                                           const std::string& measure);

}  // namespace clewline::insights
