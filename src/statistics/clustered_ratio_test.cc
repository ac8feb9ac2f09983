#include "statistics/clustered_ratio.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/random.h"

namespace clewline::statistics {
namespace {

constexpr std::size_t kCustomers = 400;
constexpr int kCalls = 16;

// Customers who mostly agree with themselves: with m calls each and a correlation of 11/15 between
// calls of one customer, the variance is 1 + 15 · 11/15 = 12 times that of independent calls.
RatioSums planted(std::mt19937_64& random) {
  RatioSums clusters;
  const double own = std::sqrt(11.0 / 15);  // chance that a call follows the customer's own mind
  for (std::size_t i = 0; i < kCustomers; ++i) {
    const bool mind = unit_interval(random()) < .5;
    ClusterSums sums;
    for (int call = 0; call < kCalls; ++call) {
      const bool follows = unit_interval(random()) < own;
      const bool yes = follows ? mind : unit_interval(random()) < .5;
      sums.units += 1;
      sums.denominator += 1;
      sums.numerator += yes ? 1 : 0;
      sums.squares += yes ? 1 : 0;
    }
    clusters.add(sums);
  }
  return clusters;
}

TEST(ClusteredRatio, NaiveIntervalsFailWhereTheDesignEffectIsTwelve) {
  std::mt19937_64 random(7);
  constexpr int kRuns = 1000;
  int covered = 0;
  int covered_naively = 0;
  double effects = 0;
  for (int run = 0; run < kRuns; ++run) {
    const ClusteredRatio ratio = clustered_ratio(planted(random));
    covered += std::abs(ratio.value - .5) <= 1.96 * ratio.error ? 1 : 0;
    covered_naively += std::abs(ratio.value - .5) <= 1.96 * ratio.naive_error ? 1 : 0;
    effects += ratio.design_effect() / kRuns;
  }
  EXPECT_NEAR(effects, 12, .3);
  EXPECT_NEAR(covered, .95 * kRuns, 25);
  EXPECT_LT(covered_naively, .5 * kRuns);
}

TEST(ClusteredRatio, IndependentUnitsHaveTheUsualError) {
  RatioSums clusters;
  for (int i = 0; i < 100; ++i) clusters.add({1, i < 30 ? 1.0 : 0.0, 1, i < 30 ? 1.0 : 0.0});
  const ClusteredRatio ratio = clustered_ratio(clusters);
  EXPECT_DOUBLE_EQ(ratio.value, .3);
  EXPECT_NEAR(ratio.naive_error, std::sqrt(.3 * .7 / 99), 1e-12);
  EXPECT_NEAR(ratio.error, ratio.naive_error, 1e-12);
}

TEST(ClusteredRatio, NothingHasNoError) {
  EXPECT_EQ(clustered_ratio({}).value, 0);
  RatioSums one;
  one.add({3, 2, 3, 2});
  EXPECT_EQ(clustered_ratio(one).error, 0);
}

}  // namespace
}  // namespace clewline::statistics
