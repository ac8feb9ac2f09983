#include "evaluation/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace clewline::evaluation {
namespace {

// By hand: .9 twice (once right), .1 twice (never).
TEST(Calibrate, GivesTheNumbersOfAHandfulOfForecasts) {
  const std::vector<Forecast> forecasts = {
      {.95, true, 0}, {.95, false, 0}, {.05, false, 1}, {.05, false, 1}};
  const Calibration found = calibrate(forecasts, .9, {50, 1, .95});
  EXPECT_NEAR(found.brier.value, (.0025 + .9025 + 2 * .0025) / 4, 1e-12);
  EXPECT_NEAR(found.error.value, (std::abs(1.9 - 1) + std::abs(.1 - 0)) / 4, 1e-12);
  EXPECT_NEAR(found.log_loss.value, -(std::log(.95) + std::log(.05) + 2 * std::log(.95)) / 4,
              1e-12);
  EXPECT_DOUBLE_EQ(found.precision.value, .5);
  EXPECT_DOUBLE_EQ(found.recall.value, 1);
  EXPECT_NEAR(found.f1.value, 2.0 / 3, 1e-12);
  EXPECT_EQ(found.bins[9].forecasts, 2);
  EXPECT_DOUBLE_EQ(found.bins[9].happened, .5);
  EXPECT_NEAR(found.bins[9].stated, .95, 1e-12);
  EXPECT_EQ(found.bins[5].forecasts, 0);
}

TEST(Calibrate, WhatHappensAsOftenAsStatedHasASmallError) {
  std::vector<Forecast> forecasts;
  std::uint64_t state = 3;
  const auto uniform = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) * 0x1.0p-53;
  };
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const double p = uniform();
    forecasts.push_back({p, uniform() < p, i / 4});
  }
  const Calibration found = calibrate(forecasts, .5, {200, 1, .95});
  EXPECT_LT(found.error.value, .02);
  EXPECT_NEAR(found.brier.value, 1.0 / 6, .01);
  ASSERT_TRUE(found.brier.interval.has_value());
  EXPECT_LT(found.brier.interval->low, found.brier.value);
}

TEST(Calibrate, OfNothingIsNothing) {
  const Calibration found = calibrate({}, .9, {});
  EXPECT_EQ(found.brier.value, 0);
  EXPECT_FALSE(found.brier.interval.has_value());
}

}  // namespace
}  // namespace clewline::evaluation
