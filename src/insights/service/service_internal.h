#pragma once

#include <string>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

std::string service_units_sql(const Settings& settings);
std::string service_excluded_sql(const Settings& settings);
std::vector<Measure> service_measures(const Settings& settings);

}  // namespace clewline::insights
