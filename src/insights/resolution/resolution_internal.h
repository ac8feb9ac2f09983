#pragma once

#include <string>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

std::string resolution_units_sql(const Settings& settings);
std::string resolution_excluded_sql(const Settings& settings);
std::vector<Measure> resolution_measures(const Settings& settings);

}  // namespace clewline::insights
