#pragma once

#include <string>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

Result<std::string> resolution_units_sql(const Asking& asking);
std::string resolution_excluded_sql(const Asking& asking);
std::vector<Measure> resolution_measures(const Asking& asking);

}  // namespace clewline::insights
