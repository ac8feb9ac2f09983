#include "statistics/clustered_auc.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "base/random.h"

namespace clewline::statistics {
namespace {

TEST(ClusteredAuc, CountsPairsAndHalvesTies) {
  const std::vector<ScoredOutcome> units = {
      {.1, false, 0}, {.4, false, 1}, {.35, true, 2}, {.8, true, 3}, {.4, true, 4}};
  // Pairs: .35 beats .1; .8 beats both; .4 beats .1 and ties .4.
  EXPECT_NEAR(clustered_auc(units)->value, (1 + 2 + 1.5) / 6, 1e-12);
}

// One unit a cluster: the variance of DeLong, DeLong & Clarke-Pearson.
TEST(ClusteredAuc, OfSingleUnitsIsDeLong) {
  std::mt19937_64 random(9);
  std::vector<ScoredOutcome> units;
  for (std::uint32_t i = 0; i < 60; ++i) {
    const bool happened = i % 3 == 0;
    units.push_back({std::floor(8 * unit_interval(random())) + (happened ? 2 : 0), happened, i});
  }
  const auto beats = [](double a, double b) { return a > b ? 1.0 : a == b ? .5 : 0.0; };
  const auto variance_of = [&](bool happened, double auc) {
    double squares = 0;
    double count = 0;
    for (const auto& unit : units) {
      if (unit.happened != happened) continue;
      double placed = 0;
      double others = 0;
      for (const auto& other : units) {
        if (other.happened == happened) continue;
        placed += happened ? beats(unit.score, other.score) : beats(other.score, unit.score);
        others += 1;
      }
      squares += std::pow(placed / others - auc, 2);
      count += 1;
    }
    return squares / (count - 1) / count;
  };
  const auto auc = clustered_auc(units);
  ASSERT_TRUE(auc);
  EXPECT_NEAR(auc->error, std::sqrt(variance_of(true, auc->value) + variance_of(false, auc->value)),
              1e-3);
}

// Customers who come ten times with one mind: intervals between customers cover, others do not.
TEST(ClusteredAuc, CoversWhereCustomersRepeatThemselves) {
  std::mt19937_64 random(13);
  constexpr int kRuns = 300;
  const double truth = std::erfc(-.5) / 2;  // scores one normal step of √2/2 · √2 apart
  int covered = 0;
  int covered_naively = 0;
  std::normal_distribution<double> normal;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<ScoredOutcome> units;
    for (std::uint32_t customer = 0; customer < 120; ++customer) {
      const bool happened = customer % 2 == 0;
      const double own = normal(random) + (happened ? 1 : 0);
      for (int i = 0; i < 10; ++i) units.push_back({own, happened, customer});
    }
    const auto clustered = clustered_auc(units);
    covered += std::abs(clustered->value - truth) <= 1.96 * clustered->error ? 1 : 0;
    for (std::size_t i = 0; i < units.size(); ++i) units[i].cluster = static_cast<std::uint32_t>(i);
    const auto naive = clustered_auc(units);
    covered_naively += std::abs(naive->value - truth) <= 1.96 * naive->error ? 1 : 0;
  }
  EXPECT_GT(covered, .91 * kRuns);
  EXPECT_LT(covered_naively, .6 * kRuns);
}

TEST(ClusteredAuc, SaysNothingWithoutBothOutcomes) {
  EXPECT_FALSE(clustered_auc({}));
  const std::vector<ScoredOutcome> same = {{1, true, 0}, {2, true, 1}};
  EXPECT_FALSE(clustered_auc(same));
  const std::vector<ScoredOutcome> one = {{1, true, 0}, {2, false, 0}};
  EXPECT_FALSE(clustered_auc(one));
}

}  // namespace
}  // namespace clewline::statistics
