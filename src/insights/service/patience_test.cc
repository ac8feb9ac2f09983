#include "insights/service/patience.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/random.h"

namespace clewline::insights {
namespace {

// Exponential patience of 200 s and 100 s, cut short after an exponential time of 60 s.
std::vector<Wait> simulated(std::size_t count) {
  std::mt19937_64 random(11);
  const auto draw = [&](double mean) { return -mean * std::log(1 - unit_interval(random())); };
  std::vector<Wait> waits;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t group = i % 2;
    const double patience = draw(group == 0 ? 200 : 100);
    const double offered = draw(60);
    waits.push_back({std::min(patience, offered), patience < offered, group, i});
  }
  return waits;
}

TEST(Patience, FindsWhatWasSimulated) {
  const Patience found = estimate_patience(simulated(20'000), {"slow", "fast"});
  EXPECT_NEAR(*found.groups[0].mean_if_constant, 200, 12);
  EXPECT_NEAR(*found.groups[1].mean_if_constant, 100, 6);
  EXPECT_NEAR(found.groups[0].still_waiting[2].value, std::exp(-60 / 200.0), .02);
  ASSERT_TRUE(found.groups[1].hazard_ratio && found.groups[1].hazard_ratio->interval);
  EXPECT_LT(found.groups[1].hazard_ratio->interval->low, 2);
  EXPECT_GT(found.groups[1].hazard_ratio->interval->high, 2);
  EXPECT_LT(found.difference.p_value, 1e-6);
}

TEST(Patience, TheOrderOfWaitsIsNoMatter) {
  auto waits = simulated(500);
  const Patience once = estimate_patience(waits, {"slow", "fast"});
  std::reverse(waits.begin(), waits.end());
  const Patience again = estimate_patience(waits, {"slow", "fast"});
  EXPECT_EQ(once.all.still_waiting[3].interval->low, again.all.still_waiting[3].interval->low);
  EXPECT_EQ(once.groups[1].hazard_ratio->interval->high,
            again.groups[1].hazard_ratio->interval->high);
}

TEST(Patience, NobodyGaveUp) {
  const Patience found = estimate_patience({{5, false, 0, 0}, {7, false, 1, 1}}, {"a", "b"});
  EXPECT_FALSE(found.all.mean_if_constant.has_value());
  EXPECT_EQ(found.all.still_waiting[0].value, 1);
  EXPECT_FALSE(found.groups[1].hazard_ratio.has_value());
}

TEST(Patience, AllTimesAlike) {
  std::vector<Wait> waits;
  for (std::uint32_t i = 0; i < 10; ++i) waits.push_back({30, i % 2 == 0, 0, i});
  const Patience found = estimate_patience(waits, {"one"});
  EXPECT_DOUBLE_EQ(found.all.still_waiting[1].value, .5);
}

}  // namespace
}  // namespace clewline::insights
