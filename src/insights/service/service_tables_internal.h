#pragma once

#include <span>

#include "insights/frame/insight.h"
#include "insights/service/patience.h"
#include "insights/service/staffing.h"

namespace clewline::insights {

void add_patience(const Patience& patience, Answer& answer);
void add_staffing(std::span<const HourStaffing> hours, const StaffingGoal& goal, Answer& answer);

}  // namespace clewline::insights
