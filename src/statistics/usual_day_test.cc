#include "statistics/usual_day.h"

#include <gtest/gtest.h>

namespace clewline::statistics {
namespace {

// Weeks of 100 on working days and 20 at weekends.
std::vector<std::int64_t> weeks(int count) {
  std::vector<std::int64_t> out;
  for (int week = 0; week < count; ++week) {
    for (const std::int64_t day : {100, 100, 100, 100, 100, 20, 20}) out.push_back(day);
  }
  return out;
}

TEST(UsualDay, IsThatOfTheSameWeekday) {
  const auto counts = weeks(6);
  EXPECT_EQ(usual_count(counts, 35), 100);
  EXPECT_EQ(usual_count(counts, 40), 20);
  EXPECT_EQ(usual_count(counts, 20), std::nullopt);
  EXPECT_TRUE(unusual_days(counts).empty());
}

TEST(UsualDay, TellsMissingAndDoubledDays) {
  auto counts = weeks(6);
  counts[30] = 0;
  counts[31] = 250;
  const auto found = unusual_days(counts);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].day, 30U);
  EXPECT_EQ(found[0].usual, 100);
  EXPECT_EQ(found[1].day, 31U);
}

// One odd day before does not move the median: the next same weekday is judged as ever.
TEST(UsualDay, IsNotMovedByOneOddDay) {
  auto counts = weeks(7);
  counts[28] = 0;
  const auto found = unusual_days(counts);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].day, 28U);
}

// 100 may be 70 by chance or by a quiet day; the root of the count is 10, four of it 40.
TEST(UsualDay, LeavesChanceAlone) {
  auto counts = weeks(6);
  counts[30] = 65;
  EXPECT_TRUE(unusual_days(counts).empty());
  counts[30] = 55;
  EXPECT_EQ(unusual_days(counts).size(), 1U);
}

// An export ends, and single stragglers come after: no day of that tail is called unusual.
TEST(UsualDay, TheEndOfTheDataIsNoUnusualDay) {
  auto counts = weeks(6);
  for (const std::int64_t straggler : {8, 0, 3, 0, 0, 1}) counts.push_back(straggler);
  EXPECT_EQ(last_usual_day(counts), 41U);
  EXPECT_TRUE(unusual_days(counts).empty());
  EXPECT_EQ(last_usual_day(weeks(1)), 4U);
}

TEST(UsualDay, DoesNotJudgeTheLastDay) {
  auto counts = weeks(5);
  counts.back() = 0;
  EXPECT_TRUE(unusual_days(counts).empty());
}

// Weekdays that wander between 600 and 1,400 have a wide spread: 1,500 is none of its limits.
TEST(UsualDay, AWanderingWeekdayHasAWideSpread) {
  std::vector<std::int64_t> counts;
  for (const std::int64_t week : {1000, 600, 1400, 800, 1200, 700, 1300, 1500}) {
    for (int day = 0; day < 7; ++day) counts.push_back(week);
  }
  for (const UnusualDay& found : unusual_days(counts)) EXPECT_LT(found.day, 28U);
}

TEST(UsualDay, AStreamWithHardlyAnyEventsHasNone) {
  std::vector<std::int64_t> counts(60, 0);
  counts[40] = 8;
  counts[59] = 1;
  EXPECT_TRUE(unusual_days(counts).empty());
  counts[40] = 12;
  EXPECT_EQ(unusual_days(counts).size(), 1U);
}

TEST(UsualDay, NothingIsNothing) {
  EXPECT_TRUE(unusual_days({}).empty());
  const std::vector<std::int64_t> one = {5};
  EXPECT_TRUE(unusual_days(one).empty());
}

}  // namespace
}  // namespace clewline::statistics
