#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "insights/frame/insight.h"

namespace clewline::insights {

Result<std::string> menu_units_sql(const Asking& asking);
std::vector<Measure> menu_measures(const Asking& asking);

/// Adds what was chosen at each node, and what another order of its options would save.
Status add_options(const Asking& asking, const Population& population, Answer& answer);

/// Adds when the shares of a node changed.
Status add_changes(const Asking& asking, const Population& population, Answer& answer);

}  // namespace clewline::insights
