#include "statistics/logistic_regression.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/random.h"

namespace clewline::statistics {
namespace {

// One yes-or-no feature: the odds of a two-by-two table.
TEST(LogisticRegression, OneFeatureGivesTheOddsRatio) {
  std::vector<double> features;
  std::vector<std::uint8_t> happened;
  const auto add = [&](double x, std::uint8_t y, int times) {
    for (int i = 0; i < times; ++i) features.push_back(x), happened.push_back(y);
  };
  add(0, 1, 10);
  add(0, 0, 30);
  add(1, 1, 24);
  add(1, 0, 16);
  const auto fit = fit_logistic_regression({features, 1}, happened);
  EXPECT_NEAR(fit.intercept, std::log(10.0 / 30), 1e-9);
  EXPECT_NEAR(fit.coefficients[0], std::log(24.0 / 16 * 30 / 10), 1e-9);
  EXPECT_NEAR(fit.errors[0], std::sqrt(1.0 / 10 + 1.0 / 30 + 1.0 / 24 + 1.0 / 16), 1e-9);
}

TEST(LogisticRegression, FindsPlantedCoefficients) {
  std::mt19937_64 random(3);
  const double planted[] = {.8, -.5, 0};
  std::vector<double> features;
  std::vector<std::uint8_t> happened;
  for (int i = 0; i < 20'000; ++i) {
    double z = -.7;
    for (const double weight : planted) {
      features.push_back(2 * unit_interval(random()) - 1);
      z += weight * features.back();
    }
    happened.push_back(unit_interval(random()) < 1 / (1 + std::exp(-z)) ? 1 : 0);
  }
  const auto fit = fit_logistic_regression({features, 3}, happened);
  EXPECT_NEAR(fit.intercept, -.7, .06);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(fit.coefficients[i], planted[i], 4 * fit.errors[i]) << i;
  const auto held = fit_logistic_regression({features, 3}, happened, 1e6);
  EXPECT_LT(std::abs(held.coefficients[0]), .01);
}

// Features that tell the outcome apart without exception have no finite estimate; a penalty gives
// one, and twice the same column shares it.
TEST(LogisticRegression, StaysFiniteWhereTheOutcomeIsTold) {
  std::vector<double> features;
  std::vector<std::uint8_t> happened;
  for (int i = 0; i < 40; ++i) {
    features.push_back(i < 20 ? 0 : 1);
    features.push_back(i < 20 ? 0 : 1);
    happened.push_back(i < 20 ? 0 : 1);
  }
  const auto fit = fit_logistic_regression({features, 2}, happened, 1);
  EXPECT_GT(fit.coefficients[0], .5);
  EXPECT_NEAR(fit.coefficients[0], fit.coefficients[1], 1e-9);
  EXPECT_TRUE(std::isfinite(fit_logistic_regression({features, 2}, happened).log_likelihood));
}

}  // namespace
}  // namespace clewline::statistics
