#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "statistics/group_hazards.h"
#include "statistics/survival.h"
#include "statistics/testing/bank_calls.h"

namespace clewline::statistics {
namespace {

constexpr double kDay = 86400;

class JanuaryCalls : public testing::Test {
 protected:
  void SetUp() override {
    if (calls_.empty()) GTEST_SKIP() << "CLEWLINE_REAL_DATA is not set, or holds no anonymous_bank";
    for (const BankCall& call : calls_) {
      if (call.wait > 0) {
        waits_.push_back({call.wait, call.outcome == "HANG", 0});
        if (const auto type = types_.find(call.type); type != types_.end())
          by_type_.push_back({call.wait, call.outcome == "HANG", type->second});
      }
    }
  }
  std::vector<BankCall> calls_ = bank_calls_of_january();
  std::map<std::string, std::uint32_t> types_ = {{"PS", 0}, {"IN", 1}, {"NE", 2}, {"NW", 3}};
  std::vector<SurvivalTime> waits_;
  std::vector<GroupedSurvivalTime> by_type_;
};

// METHODS §8, computed with R 4.2 survival on the same file.
TEST_F(JanuaryCalls, PatienceIsThePublishedOne) {
  const SurvivalCurve curve(waits_);
  EXPECT_EQ(curve.units(), 16'665U);
  EXPECT_EQ(curve.events(), 3'080U);
  EXPECT_EQ(curve.time_sum(), 1'136'162);
  EXPECT_NEAR(curve.time_sum() / 3080, 368.883766, 5e-7);
  const std::pair<double, double> published[] = {{10, .9691235037},  {30, .9086293980},
                                                 {60, .8306754127},  {120, .7261179376},
                                                 {300, .5157515087}, {600, .3477317413}};
  for (const auto& [seconds, survival] : published)
    EXPECT_NEAR(curve.survival(seconds), survival, 5e-11) << seconds;
  EXPECT_NEAR(curve.greenwood_error(60), .003525413, 5e-10);
  EXPECT_EQ(curve.quantile(.10), 36);
  EXPECT_EQ(curve.quantile(.25), 100);
  EXPECT_EQ(curve.quantile(.50), 311);
  const auto limits = curve.quantile_limits(.50, 1.959963984540054);
  EXPECT_EQ(limits.low, 299);
  EXPECT_EQ(limits.high, 380);
  const auto mean = curve.restricted_mean(600);
  EXPECT_NEAR(mean.value, 335.266, 5e-4);
  EXPECT_NEAR(mean.error, 6.93263, 5e-6);
}

// METHODS §8.
TEST_F(JanuaryCalls, PatienceDiffersByType) {
  const std::pair<std::string, double> quarters[] = {
      {"PS", 135}, {"IN", 130}, {"NE", 223}, {"NW", 57}};
  for (const auto& [type, seconds] : quarters) {
    std::vector<SurvivalTime> waits;
    for (const auto& unit : by_type_) {
      if (unit.group == types_[type]) waits.push_back({unit.time, unit.event, 0});
    }
    EXPECT_EQ(SurvivalCurve(waits).quantile(.25), seconds) << type;
    if (type != "PS") continue;
    EXPECT_NEAR(*hazard(waits, 55, 60), .003918, 5e-7);
    EXPECT_NEAR(*hazard(waits, 30, 35), .001532, 5e-7);
  }
  const RiskTable table(by_type_, 4);
  const LogRank test = log_rank(table);
  EXPECT_NEAR(test.chi_square, 512.9, .05);
  EXPECT_EQ(test.degrees, 3U);
  const GroupHazards efron = fit_group_hazards(table, Ties::efron);
  EXPECT_NEAR(efron.log_ratios[1], .2305860459, 5e-9);
  EXPECT_NEAR(efron.log_ratios[2], -.5859927326, 5e-9);
  EXPECT_NEAR(efron.log_ratios[3], .7729647927, 5e-9);
  EXPECT_NEAR(efron.log_likelihood, -26277.55012, 5e-6);
  const GroupHazards breslow = fit_group_hazards(table, Ties::breslow);
  EXPECT_NEAR(breslow.log_ratios[1], .2304012171, 5e-9);
  EXPECT_NEAR(breslow.log_ratios[2], -.5853408861, 5e-9);
  EXPECT_NEAR(breslow.log_ratios[3], .7716727423, 5e-9);
}

// METHODS §2: from an agent's call to the customer's next call of any type, to the month's end.
TEST_F(JanuaryCalls, TheNextCallComesAsPublished) {
  std::map<std::string, std::vector<std::pair<double, bool>>> by_customer;
  for (const BankCall& call : calls_) {
    if (call.customer != "0")
      by_customer[call.customer].emplace_back(call.begins, call.outcome == "AGENT");
  }
  std::vector<SurvivalTime> times;
  std::uint32_t cluster = 0;
  for (auto& [customer, calls] : by_customer) {
    std::ranges::stable_sort(calls, {}, [](const auto& call) { return call.first; });
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (!calls[i].second) continue;
      const bool again = i + 1 < calls.size();
      times.push_back({(again ? calls[i + 1].first : 31 * kDay) - calls[i].first, again, cluster});
    }
    ++cluster;
  }
  const SurvivalCurve curve(times);
  EXPECT_EQ(curve.units(), 11'481U);
  EXPECT_EQ(curve.events(), 7'840U);
  const std::pair<double, double> published[] = {{1, .612214619},  {3, .493270183},
                                                 {5, .428657186},  {7, .387892446},
                                                 {14, .303437644}, {21, .257878215}};
  for (const auto& [days, survival] : published)
    EXPECT_NEAR(curve.survival(days * kDay), survival, 5e-10) << days;
  EXPECT_NEAR(curve.greenwood_error(7 * kDay), .00467343618, 5e-12);
  const double moments[] = {1 * kDay, 7 * kDay, 14 * kDay};
  const auto errors = clustered_errors(curve, times, moments);
  EXPECT_NEAR(errors[0], .0205020, 5e-8);
  EXPECT_NEAR(errors[1], .0162849, 5e-8);
  EXPECT_NEAR(errors[2], .0130613, 5e-8);
}

}  // namespace
}  // namespace clewline::statistics
