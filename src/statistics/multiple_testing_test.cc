#include "statistics/multiple_testing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "statistics/tails.h"

namespace clewline::statistics {
namespace {

// METHODS §19: the fifteen p-values of Benjamini & Hochberg (1995).
const std::vector<double> kFifteen = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                                      .0459, .3240, .4262, .5719, .6528, .7590, 1};

TEST(MultipleTesting, TheFifteenOf1995) {
  const auto adjusted = benjamini_hochberg(kFifteen);
  const double expected[] = {.0015, .003, .0095, .035625, .0603, .06385714};
  for (std::size_t i = 0; i < std::size(expected); ++i)
    EXPECT_NEAR(adjusted[i], expected[i], 5e-9) << i;
  EXPECT_EQ(std::ranges::count_if(adjusted, [](double p) { return p <= .05; }), 4);
  const auto stepped = holm(kFifteen);
  EXPECT_EQ(std::ranges::count_if(stepped, [](double p) { return p <= .05; }), 3);
}

TEST(MultipleTesting, KeepsTheOrderGiven) {
  const std::vector<double> backwards(kFifteen.rbegin(), kFifteen.rend());
  auto adjusted = benjamini_hochberg(backwards);
  std::ranges::reverse(adjusted);
  EXPECT_EQ(adjusted, benjamini_hochberg(kFifteen));
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

// Tables of the distributions: 95 % points.
TEST(Tails, AreThoseOfTheTables) {
  EXPECT_NEAR(normal_tails(1.959963984540054), .05, 1e-12);
  EXPECT_NEAR(chi_square_tail(3.841458820694124, 1), .05, 1e-12);
  EXPECT_NEAR(chi_square_tail(5.991464547107979, 2), .05, 1e-12);
  EXPECT_NEAR(chi_square_tail(7.814727903251179, 3), .05, 1e-12);
  EXPECT_NEAR(chi_square_tail(18.307038053275146, 10), .05, 1e-12);
  EXPECT_EQ(chi_square_tail(0, 3), 1);
}

}  // namespace
}  // namespace clewline::statistics
