#include "statistics/proportional_odds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/random.h"

namespace clewline::statistics {
namespace {

struct Drawn {
  std::vector<double> features;
  std::vector<std::uint8_t> level;
};

Drawn draw(int units, std::span<const double> weights, std::span<const double> thresholds) {
  std::mt19937_64 random(5);
  Drawn out;
  for (int i = 0; i < units; ++i) {
    double score = 0;
    for (const double weight : weights) {
      out.features.push_back(3 * unit_interval(random()));
      score += weight * out.features.back();
    }
    const double u = unit_interval(random());
    std::uint8_t level = 0;
    for (const double threshold : thresholds) {
      if (u > 1 / (1 + std::exp(score - threshold))) ++level;
    }
    out.level.push_back(level);
  }
  return out;
}

// Of two levels it is the logistic regression of the upper one.
TEST(ProportionalOdds, OfTwoLevelsIsLogistic) {
  const double weights[] = {.6, -.4};
  const double thresholds[] = {.3};
  const Drawn drawn = draw(2000, weights, thresholds);
  const auto ordinal = fit_proportional_odds({drawn.features, 2}, drawn.level, 2);
  const auto logistic = fit_logistic_regression({drawn.features, 2}, drawn.level);
  EXPECT_NEAR(ordinal.thresholds[0], -logistic.intercept, 1e-6);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(ordinal.coefficients[i], logistic.coefficients[i], 1e-6);
    EXPECT_NEAR(ordinal.errors[i], logistic.errors[i], 1e-6);
  }
  EXPECT_NEAR(ordinal.log_likelihood, logistic.log_likelihood, 1e-6);
}

TEST(ProportionalOdds, FindsPlantedCoefficients) {
  const double weights[] = {.9, 0, -.5};
  const double thresholds[] = {-1, 0, .5, 2};
  const Drawn drawn = draw(20'000, weights, thresholds);
  const auto fit = fit_proportional_odds({drawn.features, 3}, drawn.level, 5);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(fit.coefficients[i], weights[i], 4 * fit.errors[i]) << i;
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(fit.thresholds[k], thresholds[k], .1) << k;
}

TEST(ProportionalOdds, WithoutFeaturesThresholdsAreTheShares) {
  const std::uint8_t level[] = {0, 0, 1, 2, 2, 2, 2, 1};
  const std::vector<double> zeros(8, 0.0);
  const auto fit = fit_proportional_odds({zeros, 1}, level, 3, 1);
  EXPECT_NEAR(fit.thresholds[0], std::log(2.0 / 6), 1e-6);
  EXPECT_NEAR(fit.thresholds[1], 0, 1e-6);
  EXPECT_NEAR(fit.coefficients[0], 0, 1e-9);
}

}  // namespace
}  // namespace clewline::statistics
