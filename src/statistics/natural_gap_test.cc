#include "statistics/natural_gap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace clewline::statistics {
namespace {

double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1.0p-53;
}

/// Gaps of customers in seconds: log-normal around each of the middles by turns.
std::vector<GroupedValue> gaps_around(std::initializer_list<double> middles, int gaps,
                                      double deviation = .25) {
  std::mt19937_64 random(7);
  std::vector<GroupedValue> out;
  for (int gap = 0; gap < gaps; ++gap) {
    const double middle = *(middles.begin() + gap % static_cast<int>(middles.size()));
    const double normal =
        std::sqrt(-2 * std::log(uniform(random))) * std::cos(2 * M_PI * uniform(random));
    out.push_back({static_cast<std::uint32_t>(gap / 5),
                   std::pow(10, std::log10(middle) + deviation * normal)});
  }
  return out;
}

// Equal bells cross at the geometric mean of their middles: √(60 · 100,000) ≈ 2,449 s.
TEST(NaturalGap, LiesBetweenMinutesAndDays) {
  const NaturalGap found = find_natural_gap(gaps_around({60, 100'000}, 1500));
  EXPECT_EQ(found.verdict, GapVerdict::natural);
  EXPECT_EQ(found.best, 1U);
  ASSERT_TRUE(found.seconds && found.interval && found.valley_seconds);
  EXPECT_NEAR(std::log10(*found.seconds), std::log10(2449), .08);
  EXPECT_LT(found.interval->low, *found.seconds);
  EXPECT_GT(found.interval->high, *found.seconds);
}

TEST(NaturalGap, FewGapsSayNothing) {
  const NaturalGap found = find_natural_gap(gaps_around({60, 100'000}, 499));
  EXPECT_EQ(found.verdict, GapVerdict::too_few);
  EXPECT_FALSE(found.seconds.has_value());
  EXPECT_EQ(find_natural_gap(gaps_around({60, 100'000}, 500)).verdict, GapVerdict::natural);
  EXPECT_EQ(find_natural_gap({}).verdict, GapVerdict::too_few);
}

TEST(NaturalGap, GapsOfNothingDoNotCount) {
  std::vector<GroupedValue> gaps = gaps_around({60, 100'000}, 499);
  gaps.insert(gaps.end(), 100, {3, 0});
  EXPECT_EQ(find_natural_gap(gaps).verdict, GapVerdict::too_few);
}

TEST(NaturalGap, DaysAloneHaveNone) {
  EXPECT_EQ(find_natural_gap(gaps_around({20'000, 500'000}, 700)).verdict, GapVerdict::none_short);
}

TEST(NaturalGap, MinutesAloneHaveNone) {
  EXPECT_EQ(find_natural_gap(gaps_around({5, 600}, 700)).verdict, GapVerdict::none_long);
}

TEST(NaturalGap, BellsThatOverlapHaveNone) {
  NaturalGapOptions two;
  two.components_max = 2;
  const NaturalGap found = find_natural_gap(gaps_around({1500, 9000}, 6000, .45), two);
  EXPECT_EQ(found.best, 1U);
  EXPECT_EQ(found.verdict, GapVerdict::overlapping);
  EXPECT_LT(found.ashman_d, 2);
}

}  // namespace
}  // namespace clewline::statistics
