#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "statistics/erlang.h"

namespace clewline::insights {

/// What came in one hour of the day, over all days that had any contact.
struct HourLoad {
  std::int64_t hour = 0;
  double offered = 0;
  double days = 0;
  double handle_seconds = 0;  // mean
};

struct StaffingGoal {
  double within_seconds = 0;
  double share = 0;
  std::optional<double> patience_seconds;  // mean; null: nobody gave up
};

/// How many agents an hour of the day needs, on an average day.
struct HourStaffing {
  HourLoad load;
  double contacts_per_day = 0;
  double erlangs = 0;
  std::optional<int> agents_if_patient;               // Erlang C
  std::optional<int> agents_if_impatient;             // Erlang A; null where patience is not known
  std::optional<statistics::QueueForecast> forecast;  // with the impatient number, else the patient
};

/// Finds the fewest agents for each hour; hours without contacts or handle time have none.
std::vector<HourStaffing> plan_staffing(std::span<const HourLoad> hours, const StaffingGoal& goal);

}  // namespace clewline::insights
