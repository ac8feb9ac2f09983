#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

/// A part of the index: its column, weight, and why it is left out (empty: it is not).
struct EffortPart {
  std::string_view name;
  double weight = 0;
  std::string_view meaning;
  std::string left_out = {};
};

/// The parts of METHODS' index; those whose inputs the workspace does not have say so.
Result<std::vector<EffortPart>> effort_parts(const Asking& asking);

Result<std::string> effort_units_sql(const Asking& asking);
std::string effort_excluded_sql(const Asking& asking);
std::vector<Measure> effort_measures(const Asking& asking);

}  // namespace clewline::insights
