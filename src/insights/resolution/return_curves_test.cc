#include "insights/resolution/return_curves.h"

#include <gtest/gtest.h>

namespace clewline::insights {
namespace {

HandledContact contact(double watched, std::optional<double> next, std::optional<double> same,
                       NextContact kind, std::uint32_t customer) {
  return {watched, next, same, kind, true, true, customer};
}

// Four contacts by hand: same after 1 day, other after 2 (same after 4), none in 3 and in 10 days.
const std::vector<HandledContact> kFour = {
    contact(10, 1, 1, NextContact::same_intent, 0), contact(10, 2, 4, NextContact::other_intent, 1),
    contact(3, std::nullopt, std::nullopt, NextContact::none, 2),
    contact(10, std::nullopt, std::nullopt, NextContact::none, 3)};

TEST(ReturnCurves, FollowTheHandCount) {
  const double days[] = {1, 2, 5, 30};
  const ReturnCurve any = return_curve(kFour, Counted::any_intent, days);
  ASSERT_EQ(any.points.size(), 3U);  // nobody was watched for 30 days
  EXPECT_DOUBLE_EQ(any.points[0].share, .75);
  EXPECT_DOUBLE_EQ(any.points[1].share, .5);
  const ReturnCurve same = return_curve(kFour, Counted::same_intent, days);
  EXPECT_DOUBLE_EQ(same.points[1].share, .75);
  EXPECT_DOUBLE_EQ(same.points[2].share, .75 / 2);  // two are left when the fourth day brings one
  EXPECT_EQ(same.returned, 2U);
}

TEST(ReturnCurves, WithoutAnIntentOnlyAnyContactCounts) {
  std::vector<HandledContact> unknown = kFour;
  for (HandledContact& contact : unknown) contact.intent_known = false;
  const double days[] = {1};
  EXPECT_EQ(return_curve(unknown, Counted::same_intent, days).contacts, 0U);
  EXPECT_EQ(return_curve(unknown, Counted::any_intent, days).contacts, 4U);
  EXPECT_TRUE(next_contacts({}, {}).empty());
}

TEST(ReturnCurves, NetLeavesOutWhatOneContactCannotResolve) {
  std::vector<HandledContact> some = kFour;
  some[0].one_contact_can = false;
  const double days[] = {1};
  EXPECT_EQ(return_curve(some, Counted::net, days).contacts, 3U);
}

TEST(ReturnCurves, WhatComesNextAddsUp) {
  const double days[] = {1, 2, 9};
  const auto next = next_contacts(kFour, days);
  const ReturnCurve any = return_curve(kFour, Counted::any_intent, days);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(next[i].shares[0] + next[i].shares[1] + next[i].shares[2] + any.points[i].share, 1,
                1e-12);
  EXPECT_DOUBLE_EQ(next[2].shares[0], .25);
  EXPECT_DOUBLE_EQ(next[2].shares[1], .25);
}

}  // namespace
}  // namespace clewline::insights
