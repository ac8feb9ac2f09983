#include "statistics/rate_changes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace clewline::statistics {
namespace {

class Centre {
 public:
  explicit Centre(std::uint64_t seed) : bits_(seed) {}

  double uniform() { return unit_interval(bits_.next()); }

  /// A day of `callers`, each with 1 … `together` tries that go alike.
  Share day(int callers, double rate, int together) {
    Share out;
    for (int i = 0; i < callers; ++i) {
      const int tries = 1 + static_cast<int>(uniform() * together);
      out.whole += tries;
      if (uniform() < rate) out.part += tries;
    }
    return out;
  }

 private:
  SplitMix64 bits_;
};

TEST(RateChanges, FindsAFaultThatComesAndGoes) {
  Centre centre(1);
  std::size_t found = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<Share> days;
    for (int day = 0; day < 60; ++day)
      days.push_back(centre.day(60, day >= 24 && day < 33 ? .3 : .05, 1));
    const auto changes = rate_changes(days, 10);
    if (changes.size() != 2) continue;
    const bool near = std::abs(static_cast<int>(changes[0].first) - 24) <= 1 &&
                      std::abs(static_cast<int>(changes[1].first) - 33) <= 1;
    found += near && changes[0].until == changes[1].first ? 1 : 0;
  }
  EXPECT_GE(found, 97U);
}

TEST(RateChanges, SumsAndGainFollowTheHandCount) {
  const std::vector<Share> days = {{0, 10}, {0, 10}, {0, 10}, {10, 10}, {10, 10}, {10, 10}};
  const auto changes = rate_changes(days, 1);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].first, 3U);
  EXPECT_EQ(changes[0].before.whole, 30);
  EXPECT_EQ(changes[0].after.part, 30);
  EXPECT_NEAR(changes[0].gain, 2 * 60 * std::log(2), 1e-9);  // of 60 even cases none is left open
}

// How often a series that does not change alarms: for each case of `cases` series.
double alarms(int days, int callers, double rate, int together, std::size_t series, int rounds) {
  Centre centre(static_cast<std::uint64_t>(days * 1000 + callers));
  int alarmed = 0;
  for (int round = 0; round < rounds; ++round) {
    bool any = false;
    for (std::size_t s = 0; s < series; ++s) {
      std::vector<Share> all;
      for (int day = 0; day < days; ++day) {
        const double weekly = day % 7 >= 5 ? .4 : 1;
        all.push_back(centre.day(static_cast<int>(callers * weekly * (.7 + .6 * centre.uniform())),
                                 rate, together));
      }
      any = any || !rate_changes(all, series).empty();
    }
    alarmed += any ? 1 : 0;
  }
  return static_cast<double>(alarmed) / rounds;
}

TEST(RateChanges, AnswersWithoutAChangeRarelyAlarm) {
  EXPECT_LE(alarms(60, 50, .1, 1, 1, 600), .02);
  EXPECT_LE(alarms(60, 50, .1, 4, 1, 600), .02);  // tries of one caller go alike
  EXPECT_LE(alarms(60, 200, .01, 1, 1, 600), .02);
  EXPECT_LE(alarms(180, 30, .3, 2, 1, 300), .02);
  EXPECT_LE(alarms(60, 40, .1, 2, 20, 60), .05);  // twenty series for one answer
}

TEST(RateChanges, TooLittleIsNoChange) {
  EXPECT_TRUE(rate_changes({}, 1).empty());
  EXPECT_TRUE(rate_changes(std::vector<Share>{{0, 9}, {0, 9}, {9, 9}}, 1).empty());
  EXPECT_TRUE(rate_changes(std::vector<Share>(400, Share{0, 0}), 1).empty());
  EXPECT_TRUE(rate_changes(std::vector<Share>(400, Share{7, 7}), 1).empty());
}

TEST(RateChanges, LongSeriesKeepTheirPlaces) {
  std::vector<Share> days(2500, Share{1, 20});
  for (std::size_t i = 1200; i < days.size(); ++i) days[i].part = 4;
  const auto changes = rate_changes(days, 1);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].first, 1200U);
  EXPECT_EQ(changes[0].until, 2500U);
}

TEST(RateChanges, DispersionSeesTriesThatGoTogether) {
  Centre centre(7);
  std::vector<Share> alone;
  std::vector<Share> together;
  for (int day = 0; day < 300; ++day) {
    alone.push_back(centre.day(100, .2, 1));
    together.push_back(centre.day(100, .2, 7));
  }
  EXPECT_LT(dispersion_of_neighbours(alone), 1.3);
  // Of 1 … 7 tries alike: the mean of their squares over their mean, 20 / 4.
  EXPECT_NEAR(dispersion_of_neighbours(together), 5, 1);
}

}  // namespace
}  // namespace clewline::statistics
