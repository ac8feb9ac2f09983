#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "statistics/gaussian_mixture.h"
#include "statistics/testing/bank_calls.h"

namespace clewline::statistics {
namespace {

/// Starts of the identified calls by customer, the two ids that a spreadsheet rounded as they
/// stand.
std::map<std::string, std::vector<double>> january() {
  std::map<std::string, std::vector<double>> starts;
  for (const BankCall& call : bank_calls_of_january()) {
    if (call.customer != "0") starts[call.customer].push_back(call.begins);
  }
  for (auto& [customer, times] : starts) std::sort(times.begin(), times.end());
  return starts;
}

/// Gaps from start to start in seconds.
std::vector<double> gaps_of(const std::map<std::string, std::vector<double>>& starts) {
  std::vector<double> gaps;
  for (const auto& [customer, times] : starts) {
    for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  }
  return gaps;
}

std::vector<WeightedValue> logs_of(const std::vector<double>& gaps) {
  std::vector<double> logs;
  for (const double gap : gaps) logs.push_back(std::log10(gap));
  return condense(logs);
}

class January : public testing::Test {
 protected:
  void SetUp() override {
    if (starts_.empty())
      GTEST_SKIP() << "CLEWLINE_REAL_DATA is not set, or holds no anonymous_bank";
  }
  std::map<std::string, std::vector<double>> starts_ = january();
  std::vector<double> gaps_ = gaps_of(starts_);
};

// METHODS §1, computed with scikit-learn and R on the same file.
TEST_F(January, HasThePublishedCountsAndSessions) {
  std::size_t calls = 0;
  for (const auto& [customer, times] : starts_) calls += times.size();
  EXPECT_EQ(calls, 13'224U);
  EXPECT_EQ(starts_.size(), 3'928U);
  ASSERT_EQ(gaps_.size(), 9'296U);
  std::sort(gaps_.begin(), gaps_.end());
  EXPECT_EQ((gaps_[4647] + gaps_[4648]) / 2, 55'963.5);
  const std::pair<double, std::size_t> sessions[] = {{300, 12'625},  {900, 12'058},  {1800, 11'569},
                                                     {3600, 10'925}, {7200, 10'142}, {28800, 8'909},
                                                     {86400, 7'634}, {604800, 5'056}};
  for (const auto& [gap, expected] : sessions) {
    const auto longer =
        static_cast<std::size_t>(gaps_.end() - std::upper_bound(gaps_.begin(), gaps_.end(), gap));
    EXPECT_EQ(starts_.size() + longer, expected) << gap;
  }
}

TEST_F(January, TwoComponentsAreThePublishedOnes) {
  const Mixture fitted = fit_mixture(logs_of(gaps_), 2);
  EXPECT_TRUE(fitted.converged);
  EXPECT_NEAR(fitted.log_likelihood, -13'572.46696, 5e-6);
  EXPECT_NEAR(fitted.components[0].mean, 3.59221188, 1e-6);
  EXPECT_NEAR(fitted.components[1].mean, 5.43428570, 1e-6);
  EXPECT_NEAR(fitted.components[0].deviation, .85087018, 1e-6);
  EXPECT_NEAR(fitted.components[1].deviation, .45389769, 1e-6);
  EXPECT_NEAR(fitted.components[0].weight, .53720184, 1e-6);
  const auto crosses = crossing(fitted.components[0], fitted.components[1]);
  ASSERT_TRUE(crosses.has_value());
  EXPECT_NEAR(*crosses, 4.69641, 5e-6);
  EXPECT_NEAR(std::pow(10, *crosses), 49'706, .5);
}

// The published three components are a maximum that EM reaches from their neighbourhood …
TEST_F(January, ThreeComponentsReachThePublishedMaximum) {
  const GaussianComponent start[] = {{.1, 2.3, .35}, {.4, 3.7, .55}, {.5, 5.4, .5}};
  const Mixture fitted = refit_mixture(logs_of(gaps_), start);
  EXPECT_TRUE(fitted.converged);
  EXPECT_NEAR(fitted.log_likelihood, -13'472.45393, 1e-4);
  const GaussianComponent published[] = {{.08890427, 2.3382929, .33757965},
                                         {.38617376, 3.66601415, .54435171},
                                         {.52492197, 5.37435602, .48017674}};
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(fitted.components[j].mean, published[j].mean, 1e-3 * published[j].mean);
    EXPECT_NEAR(fitted.components[j].deviation, published[j].deviation,
                1e-3 * published[j].deviation);
    EXPECT_NEAR(fitted.components[j].weight, published[j].weight, 1e-3 * published[j].weight);
  }
  EXPECT_NEAR(std::pow(10, *crossing(fitted.components[0], fitted.components[1])), 503, .5);
  EXPECT_NEAR(std::pow(10, *crossing(fitted.components[1], fitted.components[2])), 32'199, 1);
}

// … but not the highest: quantiles and restarts find the one of calls on the next day.
TEST_F(January, ThreeComponentsHaveAHigherMaximum) {
  const auto values = logs_of(gaps_);
  const Mixture fitted = fit_mixture(values, 3);
  EXPECT_NEAR(fitted.log_likelihood, -13'098.90454, 1e-4);
  EXPECT_NEAR(std::pow(10, fitted.components[1].mean), 76'551, 1);
  std::vector<Mixture> all;
  for (std::size_t k = 1; k <= 4; ++k) all.push_back(fit_mixture(values, k));
  EXPECT_EQ(best_by_bic(all), 3U);
  EXPECT_GT(std::pow(10, all[3].components[0].mean), 3600);
}

// The night is the deepest valley of calls, not the end of a sitting.
TEST_F(January, DeepestValleyIsTheNight) {
  const auto valley = deepest_valley(logs_of(gaps_));
  ASSERT_TRUE(valley.has_value());
  EXPECT_GT(std::pow(10, *valley), 6 * 3600);
  EXPECT_LT(std::pow(10, *valley), 10 * 3600);
}

}  // namespace
}  // namespace clewline::statistics
