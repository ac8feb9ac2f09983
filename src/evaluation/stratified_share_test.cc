#include "evaluation/stratified_share.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace clewline::evaluation {
namespace {

TEST(StratifiedShare, OneStratumIsWilsons) {
  const std::vector<Stratum> one = {{100'000, 263, 81}};
  const StratifiedShare share = stratified_share(one);
  EXPECT_DOUBLE_EQ(share.value, 81.0 / 263);
  EXPECT_NEAR(share.interval.low, .25528852, 5e-9);
  EXPECT_NEAR(share.interval.high, .36620958, 5e-9);
  EXPECT_DOUBLE_EQ(share.covered, 1);
}

// By hand: 900 cases of which 9 of 10, 100 of which 1 of 10 are right: .9·.9 + .1·.1 = .82.
TEST(StratifiedShare, WeighsEachStratumByItsCases) {
  const std::vector<Stratum> two = {{900, 10, 9}, {100, 10, 1}};
  const StratifiedShare share = stratified_share(two);
  EXPECT_NEAR(share.value, .82, 1e-12);
  const Interval high = wilson_interval(9, 10);
  const Interval low = wilson_interval(1, 10);
  EXPECT_NEAR(share.interval.low, .82 - std::hypot(.9 * (.9 - high.low), .1 * (.1 - low.low)),
              1e-12);
  EXPECT_NEAR(share.interval.high, .82 + std::hypot(.9 * (high.high - .9), .1 * (low.high - .1)),
              1e-12);
}

TEST(StratifiedShare, WhatWasJudgedWhollyIsKnown) {
  const std::vector<Stratum> known = {{10, 10, 7}};
  EXPECT_DOUBLE_EQ(stratified_share(known).interval.low, .7);
  EXPECT_DOUBLE_EQ(stratified_share(known).interval.high, .7);
}

TEST(StratifiedShare, StrataNobodyJudgedAreLeftOutAndSaidToBe) {
  const std::vector<Stratum> strata = {{300, 10, 10}, {100, 0, 0}};
  EXPECT_DOUBLE_EQ(stratified_share(strata).value, 1);
  EXPECT_DOUBLE_EQ(stratified_share(strata).covered, .75);
  const std::vector<Stratum> none = {{100, 0, 0}};
  EXPECT_EQ(stratified_share(none).covered, 0);
  EXPECT_EQ(stratified_share(none).interval.high, 1);
}

TEST(FurtherCases, AreEnoughAndNotManyMore) {
  const std::vector<Stratum> strata = {{90'000, 50, 48}, {10'000, 50, 30}};
  for (const double width : {.2, .1, .05, .02}) {
    const auto more = further_cases(strata, width);
    std::vector<Stratum> judged = strata;
    for (std::size_t i = 0; i < strata.size(); ++i) {
      judged[i].judged += more[i];
      judged[i].right = std::llround(static_cast<double>(strata[i].right) / 50 * judged[i].judged);
    }
    const StratifiedShare share = stratified_share(judged);
    EXPECT_LE(share.interval.high - share.interval.low, width + 1e-3) << width;
    if (std::accumulate(more.begin(), more.end(), std::int64_t{0}) > 100) {
      EXPECT_GT(share.interval.high - share.interval.low, width * .7) << width;
    }
  }
  EXPECT_EQ(further_cases(strata, .9), (std::vector<std::int64_t>{0, 0}));
}

TEST(FurtherCases, AreNeverMoreThanThereAre) {
  const std::vector<Stratum> strata = {{12, 4, 2}, {5, 0, 0}};
  EXPECT_EQ(further_cases(strata, 1e-9), (std::vector<std::int64_t>{8, 5}));
}

// Of 300 samples of two strata with known shares, about 95 % of the intervals hold the truth.
TEST(StratifiedShare, IntervalsHoldTheTruthAsOftenAsStated) {
  std::uint64_t state = 99;
  const auto uniform = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) * 0x1.0p-53;
  };
  int held = 0;
  for (int sample = 0; sample < 600; ++sample) {
    std::vector<Stratum> strata = {{70'000, 60, 0}, {30'000, 40, 0}};
    for (int i = 0; i < 60; ++i) strata[0].right += uniform() < .97 ? 1 : 0;
    for (int i = 0; i < 40; ++i) strata[1].right += uniform() < .7 ? 1 : 0;
    const StratifiedShare share = stratified_share(strata);
    held += share.interval.low <= .889 && .889 <= share.interval.high ? 1 : 0;
  }
  EXPECT_GE(held, 556);
  EXPECT_LE(held, 590);
}

}  // namespace
}  // namespace clewline::evaluation
