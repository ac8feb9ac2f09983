#pragma once

#include <string>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

Result<std::string> service_units_sql(const Asking& asking);
std::string service_excluded_sql(const Asking& asking);
std::vector<Measure> service_measures(const Asking& asking);

}  // namespace clewline::insights
