#include "insights/ivr_exits/mending.h"

#include <gtest/gtest.h>

namespace clewline::insights {
namespace {

// Ten callers met the fault: all spoke for 300 s, two of them returned. Sound ones: a fifth spoke
// for 300 s, a tenth returned, so that a sound visit and what follows cost 60 / 0.9 s.
const MendingStratum kBilling = {
    "billing", 10, {10, 3'000'000, 2}, {100, 6'000'000, 10}, {100, 6'000'000, 10}};

TEST(Mending, FollowsTheHandCount) {
  const auto mending = value_of_mending({kBilling});
  ASSERT_TRUE(mending.has_value());
  const double later = 60'000 / .9;
  EXPECT_NEAR(mending->strata[0].later, later, 1e-6);
  EXPECT_NEAR(mending->saved_ms, 10 * (300'000 + .2 * later - 60'000 - .1 * later), 1e-6);
}

TEST(Mending, VisitsThatCouldNotBeFollowedCountAlike) {
  MendingStratum more = kBilling;
  more.met_in_all = 20;
  EXPECT_NEAR(value_of_mending({more})->saved_ms, 2 * value_of_mending({kBilling})->saved_ms, 1e-6);
}

TEST(Mending, OfUnknownIntentTheMixIsCompared) {
  const MendingStratum unknown = {"", 5, {5, 1'500'000, 1}, {}, {}};
  const auto mending = value_of_mending({unknown, kBilling});
  EXPECT_FALSE(mending->strata[0].usable);
  EXPECT_NEAR(mending->strata[0].excess, mending->strata[1].excess, 1e-6);
}

TEST(Mending, NothingToCompareWithHasNoValue) {
  EXPECT_FALSE(value_of_mending({}).has_value());
  EXPECT_FALSE(value_of_mending({{"billing", 9, {9, 900'000, 0}, {}, {}}}).has_value());
  EXPECT_FALSE(value_of_mending({{"", 9, {9, 900'000, 0}, {9, 0, 0}, {9, 0, 0}}}).has_value());
}

}  // namespace
}  // namespace clewline::insights
