#include "evaluation/mistakes.h"

#include <gtest/gtest.h>

namespace clewline::evaluation {
namespace {

TEST(Mistakes, NoneWhenUnitsAgree) {
  const std::vector<SharedEvents> table = {{0, 1, 0, 0, 4}, {1, 0, 1, 4, 2}};
  EXPECT_TRUE(count_mistakes(table).empty());
}

TEST(Mistakes, WhatIsNotTheLargestShareIsWrong) {
  // Customer 0's found unit 0 holds three events of true unit 0 and one of true unit 1; the rest of
  // true unit 1, two events, is customer 1's.
  const std::vector<SharedEvents> table = {{0, 0, 0, 10, 3}, {1, 0, 0, 20, 1}, {1, 1, 1, 30, 2}};
  const auto mistakes = count_mistakes(table);
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes[0].customer, 0U);
  EXPECT_EQ(mistakes[0].wrongly_joined, 1U);
  EXPECT_EQ(mistakes[0].wrongly_parted, 1U);
  EXPECT_EQ(mistakes[0].joined, EventPair(10, 20));
  EXPECT_EQ(mistakes[0].parted, EventPair(30, 20));
}

TEST(Mistakes, TheLargestOneIsShown) {
  const std::vector<SharedEvents> table = {{0, 0, 0, 10, 5}, {1, 0, 0, 20, 1}, {2, 0, 0, 30, 4}};
  const auto mistakes = count_mistakes(table);
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes[0].wrongly_joined, 5U);
  EXPECT_EQ(mistakes[0].joined, EventPair(10, 30));
  EXPECT_FALSE(mistakes[0].parted.has_value());
}

}  // namespace
}  // namespace clewline::evaluation
