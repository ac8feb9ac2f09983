#pragma once

#include <string>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

Result<std::string> ivr_exits_units_sql(const Asking& asking);
std::vector<Measure> ivr_exits_measures(const Asking& asking);

/// Adds what mending each fault of the menu would spare agents.
Status add_mending(const Asking& asking, const Population& population, Answer& answer);

}  // namespace clewline::insights
