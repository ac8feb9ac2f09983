#include "evaluation/interval.h"

#include <gtest/gtest.h>

namespace clewline::evaluation {
namespace {

struct WilsonRow {
  std::int64_t part, whole;
  double low, high;
};

class Wilson : public testing::TestWithParam<WilsonRow> {};

TEST_P(Wilson, GivesThePublishedEnds) {
  const Interval found = wilson_interval(GetParam().part, GetParam().whole);
  EXPECT_NEAR(found.low, GetParam().low, 5e-9);
  EXPECT_NEAR(found.high, GetParam().high, 5e-9);
}

// R's binom::binom.confint(method = "wilson").
INSTANTIATE_TEST_SUITE_P(Rows, Wilson,
                         testing::Values(WilsonRow{81, 263, .25528852, .36620958},
                                         WilsonRow{15, 148, .06238640, .16048724},
                                         WilsonRow{0, 10, 0, .27753280},
                                         WilsonRow{1, 29, .00611321, .17175522},
                                         WilsonRow{10, 10, 1 - .27753280, 1}));

// METHODS §5; R's DescTools::BinomDiffCI(method = "score").
TEST(Newcombe, GivesThePublishedEnds) {
  const Interval found =
      newcombe_interval(56.0 / 70, wilson_interval(56, 70), 48.0 / 80, wilson_interval(48, 80));
  EXPECT_NEAR(found.low, .05243147, 5e-9);
  EXPECT_NEAR(found.high, .33387265, 5e-9);
}

TEST(MeanInterval, IsTheMeanAndTwiceTheStandardErrorOrSo) {
  const Interval found = mean_interval(10, 5, 100);
  EXPECT_NEAR(found.low, 10 - .979982, 1e-6);
  EXPECT_NEAR(found.high, 10 + .979982, 1e-6);
}

}  // namespace
}  // namespace clewline::evaluation
