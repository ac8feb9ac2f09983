#include "insights/menu/best_order.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "statistics/clustered_ratio.h"

namespace clewline::insights {
namespace {

TEST(BestOrder, PutsTheMostUsedFirst) {
  const std::vector<OptionUse> options = {{"1", {5, 5}}, {"2", {30, 20}}, {"0", {1, 2}}};
  const OptionPlaces places = option_places(options);
  EXPECT_EQ(places.now, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(places.best, (std::vector<std::int64_t>{1, 0, 2}));
  EXPECT_EQ(places.in_order, (std::vector<std::size_t>{1, 0, 2}));
}

TEST(BestOrder, TiesKeepTheKeysAndZeroIsReadLast) {
  const std::vector<OptionUse> options = {{"0", {3, 3}}, {"9", {3, 3}}, {"#", {3, 3}}};
  EXPECT_EQ(option_places(options).best, (std::vector<std::int64_t>{1, 0, 2}));
  EXPECT_TRUE(are_keys(options));
  EXPECT_FALSE(are_keys(std::vector<OptionUse>{{"billing", {1, 1}}}));
  EXPECT_FALSE(are_keys(std::vector<OptionUse>{{"12", {1, 1}}}));
}

// Where all options are used alike no order saves anything; judged by the same callers one would.
TEST(BestOrder, ChanceSavesNothing) {
  SplitMix64 bits(3);
  double judged_by_others = 0;
  double judged_by_itself = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<OptionUse> options;
    for (const char* key : {"1", "2", "3", "4", "5"}) options.push_back({key, {0, 0}});
    for (int call = 0; call < 100; ++call)
      ++options[static_cast<std::size_t>(unit_interval(bits.next()) * 5)].uses[call % 2];
    const OptionPlaces places = option_places(options);
    for (std::size_t i = 0; i < options.size(); ++i) {
      for (std::size_t half = 0; half < 2; ++half) {
        const auto uses = static_cast<double>(options[i].uses[half]);
        judged_by_others += uses * static_cast<double>(places.now[i] - places.by[half][i]) / 40000;
        judged_by_itself += uses * static_cast<double>(places.now[i] - places.best[i]) / 40000;
      }
    }
  }
  EXPECT_NEAR(judged_by_others, 0, .02);
  EXPECT_GT(judged_by_itself, .1);
}

}  // namespace
}  // namespace clewline::insights
