#include "insights/service/staffing.h"

#include <gtest/gtest.h>

namespace clewline::insights {
namespace {

// METHODS §8: 100 calls in 30 minutes, 180 s each: 14 agents answer 80 % within 20 s.
TEST(Staffing, TheTextbookHour) {
  const HourLoad hour{9, 2000, 10, 180};
  const StaffingGoal goal{20, .80, std::nullopt};
  const auto plan = plan_staffing({&hour, 1}, goal);
  EXPECT_EQ(plan[0].agents_if_patient, 14);
  EXPECT_DOUBLE_EQ(plan[0].erlangs, 10);
  ASSERT_TRUE(plan[0].forecast);
  EXPECT_NEAR(plan[0].forecast->within, .888350, 5e-7);
}

TEST(Staffing, ImpatientCustomersNeedFewer) {
  const HourLoad hour{9, 2000, 10, 180};
  const auto plan = plan_staffing({&hour, 1}, {20, .80, 120.0});
  ASSERT_TRUE(plan[0].agents_if_impatient);
  EXPECT_LT(*plan[0].agents_if_impatient, *plan[0].agents_if_patient);
}

TEST(Staffing, AnHourWithoutWorkNeedsNobody) {
  const HourLoad hours[] = {{3, 0, 10, 180}, {4, 10, 10, 0}, {5, 0, 0, 0}};
  for (const HourStaffing& hour : plan_staffing(hours, {20, .80, 60.0}))
    EXPECT_FALSE(hour.agents_if_patient || hour.forecast);
}

}  // namespace
}  // namespace clewline::insights
