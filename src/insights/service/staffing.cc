#include "insights/service/staffing.h"

namespace clewline::insights {
namespace {

constexpr int kAgentsMax = 5'000;

HourStaffing plan_hour(const HourLoad& hour, const StaffingGoal& goal) {
  HourStaffing out;
  out.load = hour;
  if (hour.days > 0) out.contacts_per_day = hour.offered / hour.days;
  const statistics::QueueLoad load{out.contacts_per_day / 3600, hour.handle_seconds};
  out.erlangs = load.erlangs();
  if (out.erlangs <= 0) return out;
  out.agents_if_patient =
      statistics::agents_for(load, std::nullopt, goal.within_seconds, goal.share, kAgentsMax);
  if (goal.patience_seconds)
    out.agents_if_impatient = statistics::agents_for(load, goal.patience_seconds,
                                                     goal.within_seconds, goal.share, kAgentsMax);
  if (out.agents_if_impatient)
    out.forecast = statistics::forecast_impatient(load, *out.agents_if_impatient,
                                                  *goal.patience_seconds, goal.within_seconds);
  else if (out.agents_if_patient)
    out.forecast = statistics::forecast_patient(load, *out.agents_if_patient, goal.within_seconds);
  return out;
}

}  // namespace

std::vector<HourStaffing> plan_staffing(std::span<const HourLoad> hours, const StaffingGoal& goal) {
  std::vector<HourStaffing> out;
  for (const HourLoad& hour : hours) out.push_back(plan_hour(hour, goal));
  return out;
}

}  // namespace clewline::insights
