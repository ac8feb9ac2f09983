#include "statistics/crossing_interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace clewline::statistics {
namespace {

double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1.0p-53;
}

double normal(std::mt19937_64& random) {
  return std::sqrt(-2 * std::log(uniform(random))) * std::cos(2 * M_PI * uniform(random));
}

/// Customers whose gaps come from two equal bells, at 2 and 4, crossing at 3.
std::vector<GroupedValue> two_bells(std::uint32_t customers, int gaps, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<GroupedValue> out;
  for (std::uint32_t customer = 0; customer < customers; ++customer) {
    for (int gap = 0; gap < gaps; ++gap)
      out.push_back({customer, (uniform(random) < .5 ? 2 : 4) + .5 * normal(random)});
  }
  return out;
}

Mixture fit(const std::vector<GroupedValue>& values) {
  std::vector<double> plain;
  for (const GroupedValue& value : values) plain.push_back(value.value);
  return fit_mixture(condense(plain), 2);
}

TEST(CrossingInterval, HoldsTheCrossing) {
  const auto values = two_bells(500, 4, 3);
  const auto interval = crossing_interval(values, fit(values), 0);
  ASSERT_TRUE(interval.has_value());
  EXPECT_LT(interval->low, 3);
  EXPECT_GT(interval->high, 3);
  EXPECT_LT(interval->high - interval->low, .25);
  EXPECT_EQ(interval->share_found, 1);
}

TEST(CrossingInterval, SameSeedSameInterval) {
  const auto values = two_bells(200, 4, 3);
  const Mixture fitted = fit(values);
  EXPECT_EQ(crossing_interval(values, fitted, 0)->low, crossing_interval(values, fitted, 0)->low);
  EXPECT_NE(crossing_interval(values, fitted, 0)->low,
            crossing_interval(values, fitted, 0, {200, 9, .95})->low);
}

TEST(CrossingInterval, OneCustomerHasNone) {
  const auto values = two_bells(1, 900, 3);
  EXPECT_FALSE(crossing_interval(values, fit(values), 0).has_value());
}

// Whole customers are drawn: ten times the same gaps a customer say no more than one each.
TEST(CrossingInterval, RepeatedGapsOfOneCustomerDoNotNarrowIt) {
  const auto single = two_bells(1000, 1, 5);
  std::vector<GroupedValue> repeated;
  for (const GroupedValue& value : single) repeated.insert(repeated.end(), 10, value);
  const auto narrow = crossing_interval(single, fit(single), 0);
  const auto wide = crossing_interval(repeated, fit(repeated), 0);
  ASSERT_TRUE(narrow && wide);
  EXPECT_NEAR(wide->standard_error, narrow->standard_error, .25 * narrow->standard_error);
}

// Of 60,000 groups 20,000 are made: the spread of the crossing stays that of 60,000.
TEST(CrossingInterval, ManyGroupsKeepTheSpread) {
  const auto few = two_bells(15'000, 1, 5);
  const auto many = two_bells(60'000, 1, 6);
  const auto wide = crossing_interval(few, fit(few), 0);
  const auto narrow = crossing_interval(many, fit(many), 0);
  ASSERT_TRUE(wide && narrow);
  EXPECT_NEAR(narrow->standard_error, wide->standard_error / 2, .2 * wide->standard_error);
}

// The interval at 95 % holds the true crossing in about 57 of 60 samples.
TEST(CrossingInterval, HoldsTheTruthAsOftenAsStated) {
  int held = 0;
  for (std::uint64_t sample = 0; sample < 60; ++sample) {
    const auto values = two_bells(300, 3, 100 + sample);
    const auto interval = crossing_interval(values, fit(values), 0);
    held += interval && interval->low <= 3 && interval->high >= 3 ? 1 : 0;
  }
  EXPECT_GE(held, 53);
}

}  // namespace
}  // namespace clewline::statistics
