#include "statistics/gaussian_mixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace clewline::statistics {
namespace {

// Values at the quantiles of a normal distribution, so that the fit is known.
void add_normal(std::vector<double>& out, double mean, double deviation, int count) {
  for (int i = 0; i < count; ++i) {
    const double share = (i + 0.5) / count;
    double low = -9;
    double high = 9;
    for (int step = 0; step < 60; ++step) {
      const double middle = (low + high) / 2;
      (std::erfc(-middle / std::sqrt(2.0)) / 2 < share ? low : high) = middle;
    }
    out.push_back(mean + deviation * low);
  }
}

TEST(Condense, CountsEqualValuesInOrder) {
  const auto values = condense({3, 1, 3, 2, 3});
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].value, 1);
  EXPECT_EQ(values[2].value, 3);
  EXPECT_EQ(values[2].weight, 3);
}

TEST(Condense, ManyDistinctValuesBecomeBinsWithTheSameSum) {
  std::vector<double> values;
  add_normal(values, 5, 1, 40'000);
  double sum = 0;
  for (const double value : values) sum += value;
  const auto bins = condense(values);
  EXPECT_LE(bins.size(), 4096U);
  double weight = 0;
  double weighted = 0;
  for (const WeightedValue& bin : bins) {
    weight += bin.weight;
    weighted += bin.weight * bin.value;
  }
  EXPECT_EQ(weight, 40'000);
  EXPECT_NEAR(weighted, sum, 1e-6);
}

// One bell has a closed form: mean, deviation with divisor n, and ln L from them.
TEST(OneComponent, IsMeanAndDeviation) {
  const auto values = condense({1, 2, 2, 5});
  const Mixture fitted = fit_mixture(values, 1);
  ASSERT_EQ(fitted.components.size(), 1U);
  EXPECT_TRUE(fitted.converged);
  EXPECT_NEAR(fitted.components[0].mean, 2.5, 1e-12);
  EXPECT_NEAR(fitted.components[0].deviation, 1.5, 1e-12);
  const double log_likelihood = -4 * std::log(1.5) - 2 * std::log(2 * M_PI) - 2;
  EXPECT_NEAR(fitted.log_likelihood, log_likelihood, 1e-12);
  EXPECT_NEAR(fitted.bic, 2 * std::log(4.0) - 2 * log_likelihood, 1e-12);
}

TEST(TwoComponents, AreFoundAgain) {
  std::vector<double> values;
  add_normal(values, 2, 0.4, 900);
  add_normal(values, 5, 0.6, 300);
  const auto condensed = condense(values);
  const Mixture fitted = fit_mixture(condensed, 2);
  ASSERT_EQ(fitted.components.size(), 2U);
  EXPECT_NEAR(fitted.components[0].weight, .75, .002);
  EXPECT_NEAR(fitted.components[0].mean, 2, .01);
  EXPECT_NEAR(fitted.components[0].deviation, .4, .005);
  EXPECT_NEAR(fitted.components[1].mean, 5, .01);
  std::vector<Mixture> all;
  for (std::size_t k = 1; k <= 4; ++k) all.push_back(fit_mixture(condensed, k));
  EXPECT_EQ(best_by_bic(all), 1U);
}

TEST(Mixture, DoesNotDependOnTheOrderOfValues) {
  std::vector<double> values;
  add_normal(values, 2, 0.4, 150);
  add_normal(values, 4, 0.9, 200);
  const Mixture first = fit_mixture(condense(values), 3);
  std::mt19937_64 random(7);
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random() % i]);
  const Mixture second = fit_mixture(condense(values), 3);
  EXPECT_EQ(first.log_likelihood, second.log_likelihood);
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_EQ(first.components[j].mean, second.components[j].mean);
}

// A value seen a thousand times would be a component without width and of endless likelihood.
TEST(Mixture, OneValueIsNoComponentWithoutWidth) {
  std::vector<double> values(300, 3.0);
  add_normal(values, 5, 1, 300);
  const Mixture fitted = fit_mixture(condense(values), 4);
  EXPECT_TRUE(std::isfinite(fitted.log_likelihood));
  for (const GaussianComponent& component : fitted.components) EXPECT_GE(component.deviation, .02);
}

TEST(Mixture, FewValuesAreNoTrouble) {
  for (const std::vector<double>& values :
       {std::vector<double>{4}, std::vector<double>{4, 4}, std::vector<double>{1, 9}}) {
    const Mixture fitted = fit_mixture(condense(values), 4);
    EXPECT_TRUE(std::isfinite(fitted.log_likelihood));
    EXPECT_EQ(fitted.components.size(), 4U);
  }
}

TEST(Crossing, OfEqualBellsLiesInTheMiddle) {
  EXPECT_NEAR(*crossing({.5, 2, .5}, {.5, 4, .5}), 3, 1e-12);
  EXPECT_FALSE(crossing({.001, 2, .5}, {.999, 2.1, .5}).has_value());
  EXPECT_FALSE(crossing({.5, 4, .5}, {.5, 2, .5}).has_value());
}

// A broad bell further off reaches further down than a narrow one that is nearer.
TEST(CrossingOfSides, CountsAllComponents) {
  const GaussianComponent components[] = {{.5, 2.25, .34}, {.06, 4.93, .06}, {.44, 5.24, .52}};
  EXPECT_NEAR(*crossing(components[0], components[1]), 4.55, .05);
  const auto sides = crossing_of_sides(components, 0);
  ASSERT_TRUE(sides.has_value());
  EXPECT_NEAR(*sides, *crossing(components[0], components[2]), .001);
  EXPECT_LT(*sides, 3.6);
  const GaussianComponent two[] = {components[0], components[2]};
  EXPECT_EQ(*crossing_of_sides(two, 0), *crossing(two[0], two[1]));
}

// Ashman, Bird & Zepf 1994: D = 2 where equal bells are two deviations apart.
TEST(AshmanD, CountsDeviationsBetweenEqualBells) {
  EXPECT_NEAR(ashman_d({.5, 1, .5}, {.5, 2, .5}), 2, 1e-12);
  EXPECT_NEAR(ashman_d({.5, 1, .3}, {.5, 2, .4}), std::sqrt(2.0) / .5, 1e-12);
}

TEST(DeepestValley, LiesBetweenTwoPeaks) {
  std::vector<double> values;
  add_normal(values, 2, 0.3, 1000);
  add_normal(values, 5, 0.3, 1000);
  EXPECT_NEAR(*deepest_valley(condense(values)), 3.5, .2);
  std::vector<double> one;
  add_normal(one, 2, 0.3, 1000);
  EXPECT_FALSE(deepest_valley(condense(one)).has_value());
}

}  // namespace
}  // namespace clewline::statistics
