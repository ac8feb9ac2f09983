#include "statistics/survival.h"

#include <gtest/gtest.h>

#include <cmath>

#include "statistics/group_hazards.h"

namespace clewline::statistics {
namespace {

// Six units by hand: deaths at 1, 3 (of two), 5; censored at 2 and 4.
const std::vector<SurvivalTime> kSix = {{1, true, 0}, {2, false, 1}, {3, true, 2},
                                        {3, true, 3}, {4, false, 4}, {5, true, 5}};

TEST(Survival, FollowsTheHandCount) {
  const SurvivalCurve curve(kSix);
  EXPECT_DOUBLE_EQ(curve.survival(0.5), 1);
  EXPECT_DOUBLE_EQ(curve.survival(1), 5.0 / 6);
  EXPECT_DOUBLE_EQ(curve.survival(2.9), 5.0 / 6);
  EXPECT_DOUBLE_EQ(curve.survival(3), 5.0 / 6 / 2);
  EXPECT_DOUBLE_EQ(curve.survival(5), 0);
  EXPECT_EQ(curve.at_risk(3), 4);
  EXPECT_EQ(curve.quantile(.5), 3);
  EXPECT_FALSE(SurvivalCurve({kSix.data() + 1, 1}).quantile(.5).has_value());
  EXPECT_NEAR(curve.restricted_mean(4).value, 1 + 2 * 5.0 / 6 + 5.0 / 12, 1e-12);
}

TEST(Survival, ClustersOfOneAreNearGreenwood) {
  std::vector<SurvivalTime> many;
  for (std::uint32_t i = 0; i < 2000; ++i)
    many.push_back({static_cast<double>((i * 7919) % 97), i % 3 != 0, i});
  const SurvivalCurve curve(many);
  const double moments[] = {10, 40, 80};
  const auto errors = clustered_errors(curve, many, moments);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(errors[i], curve.greenwood_error(moments[i]), .01 * errors[i]);
}

TEST(Survival, DoublingEveryUnitWithinItsClusterAddsNothing) {
  std::vector<SurvivalTime> twice = kSix;
  twice.insert(twice.end(), kSix.begin(), kSix.end());
  const double moments[] = {1, 3, 4};
  const auto once = clustered_errors(SurvivalCurve(kSix), kSix, moments);
  const auto doubled = clustered_errors(SurvivalCurve(twice), twice, moments);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(once[i], doubled[i], 1e-12);
}

TEST(Survival, HazardIsEventsOverThoseStillWatched) {
  EXPECT_DOUBLE_EQ(*hazard(kSix, 0, 2), 1.0 / 6 / 2);
  EXPECT_FALSE(hazard(kSix, 6, 7).has_value());
}

TEST(GroupHazards, EqualGroupsDoNotDiffer) {
  std::vector<GroupedSurvivalTime> both;
  for (const SurvivalTime& unit : kSix) {
    both.push_back({unit.time, unit.event, 0});
    both.push_back({unit.time, unit.event, 1});
  }
  const RiskTable table(both, 2);
  EXPECT_NEAR(log_rank(table).chi_square, 0, 1e-12);
  const GroupHazards fit = fit_group_hazards(table, Ties::efron);
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.log_ratios[1], 0, 1e-9);
}

TEST(GroupHazards, OneGroupHasNothingToCompare) {
  const GroupedSurvivalTime one{1, true, 0};
  EXPECT_EQ(log_rank(RiskTable({&one, 1}, 1)).degrees, 0U);
  EXPECT_EQ(log_rank(RiskTable({}, 3)).p_value, 1);
  EXPECT_TRUE(fit_group_hazards(RiskTable({}, 0), Ties::efron).log_ratios.empty());
}

}  // namespace
}  // namespace clewline::statistics
