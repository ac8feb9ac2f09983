#include "statistics/erlang.h"

#include <gtest/gtest.h>

namespace clewline::statistics {
namespace {

// METHODS §8: textbook values, reproduced by a public implementation.
TEST(Erlang, BAndCAreThePublishedOnes) {
  EXPECT_NEAR(erlang_b(5, 3), .110054348, 5e-10);
  EXPECT_NEAR(erlang_c(5, 3), .236151603, 5e-10);
  EXPECT_NEAR(erlang_b(100, 84.064), .0099997, 5e-8);
}

// METHODS §8: 100 calls in 30 minutes, 180 s each, answered within 20 s.
TEST(Erlang, AQueueWithoutPatienceIsThePublishedOne) {
  const QueueLoad load{100 / 1800.0, 180};
  const auto eleven = forecast_patient(load, 11, 20);
  ASSERT_TRUE(eleven);
  EXPECT_NEAR(eleven->waits, .682118, 5e-7);
  EXPECT_NEAR(eleven->mean_wait, 122.781, 5e-4);
  EXPECT_NEAR(eleven->within, .389614, 5e-7);
  EXPECT_NEAR(forecast_patient(load, 13, 20)->within, .795595, 5e-7);
  const auto fourteen = forecast_patient(load, 14, 20);
  EXPECT_NEAR(fourteen->waits, .174132, 5e-7);
  EXPECT_NEAR(fourteen->mean_wait, 7.835937, 5e-7);
  EXPECT_NEAR(fourteen->within, .888350, 5e-7);
  EXPECT_NEAR(fourteen->occupancy, .714286, 5e-7);
  const QueueLoad other{200 / 3600.0, 240};
  EXPECT_NEAR(forecast_patient(other, 16, 20)->within, .689953, 5e-7);
  EXPECT_NEAR(forecast_patient(other, 17, 20)->within, .810435, 5e-7);
}

TEST(Erlang, TooFewAgentsHaveNoForecast) {
  EXPECT_FALSE(forecast_patient({1, 10}, 10, 20));
  EXPECT_EQ(erlang_c(10, 10), 1);
}

// METHODS §8: 48 calls a minute of one minute, patience of two minutes, 50 agents.
TEST(Erlang, AQueueWithPatienceIsThePublishedOne) {
  const QueueLoad load{48 / 60.0, 60};
  const auto two_minutes = forecast_impatient(load, 50, 120, 20);
  EXPECT_NEAR(two_minutes.waits, .467774, 5e-7);
  EXPECT_NEAR(two_minutes.abandons, .030912, 5e-7);
  EXPECT_NEAR(two_minutes.mean_wait / 60, .061824, 5e-7);
  EXPECT_NEAR(two_minutes.occupancy, .930324, 5e-7);
  EXPECT_NEAR(forecast_impatient(load, 50, 60, 20).abandons, .039418, 5e-7);
  EXPECT_NEAR(forecast_patient(load, 50, 20)->waits, .694456, 5e-7);
  EXPECT_NEAR(forecast_patient(load, 50, 20)->mean_wait, 20.83, 5e-3);
  const QueueLoad ten{100 / 1800.0, 180};
  EXPECT_NEAR(forecast_impatient(ten, 10, 120, 20).abandons, .137464, 5e-7);
  EXPECT_NEAR(forecast_impatient(ten, 10, 120, 20).mean_wait, 16.4957, 5e-5);
  EXPECT_NEAR(forecast_impatient(ten, 12, 120, 20).abandons, .061597, 5e-7);
}

TEST(Erlang, WithEndlessPatienceAAndCAgree) {
  const QueueLoad load{100 / 1800.0, 180};
  const auto patient = forecast_patient(load, 14, 20);
  const auto nearly = forecast_impatient(load, 14, 1e9, 20);
  EXPECT_NEAR(nearly.within, patient->within, 1e-6);
  EXPECT_NEAR(nearly.waits, patient->waits, 1e-6);
  EXPECT_NEAR(nearly.mean_wait, patient->mean_wait, 1e-4);
}

TEST(Erlang, FindsTheFewestAgents) {
  const QueueLoad load{100 / 1800.0, 180};
  EXPECT_EQ(agents_for(load, std::nullopt, 20, .80, 1000), 14);
  EXPECT_EQ(agents_for(load, std::nullopt, 20, .795, 1000), 13);
  EXPECT_FALSE(agents_for(load, std::nullopt, 20, .80, 10));
  const auto impatient = agents_for(load, 120.0, 20, .80, 1000);
  ASSERT_TRUE(impatient);
  EXPECT_GE(forecast_impatient(load, *impatient, 120, 20).within, .80);
  EXPECT_LT(forecast_impatient(load, *impatient - 1, 120, 20).within, .80);
}

}  // namespace
}  // namespace clewline::statistics
