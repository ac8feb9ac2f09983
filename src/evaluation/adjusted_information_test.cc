#include "evaluation/adjusted_information.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace clewline::evaluation {
namespace {

// One letter an event: the unit it belongs to. Every event is a customer of its own group.
Estimate of(std::string_view truth, std::string_view found, std::uint32_t groups = 1) {
  std::vector<SharedEvents> table;
  std::vector<std::uint32_t> group_of;
  for (std::uint32_t i = 0; i < truth.size(); ++i) {
    table.push_back(
        {static_cast<std::uint32_t>(truth[i]), static_cast<std::uint32_t>(found[i]), i, i, 1});
    group_of.push_back(static_cast<std::uint32_t>(i * groups / truth.size()));
  }
  return adjusted_information(table, group_of, {200, 1, 0.95});
}

// scikit-learn's adjusted_mutual_info_score.
TEST(AdjustedInformation, GivesThePublishedValue) {
  EXPECT_NEAR(of("000111", "001122").value, .298792458, 5e-10);
}

TEST(AdjustedInformation, IsOneWhenBothAgree) {
  EXPECT_NEAR(of("001122", "aabbcc").value, 1, 1e-12);
  EXPECT_EQ(of("0000", "1111").value, 1);
  EXPECT_EQ(of("0123", "abcd").value, 1);
  EXPECT_EQ(of("", "").value, 1);
}

// By the definition: the mean over all ways to deal the found labels to the events.
TEST(AdjustedInformation, IsZeroOnAverageOverAllOrders) {
  std::string found = "aabbc";
  double sum = 0;
  int orders = 0;
  do {
    sum += of("00111", found).value;
    ++orders;
  } while (std::next_permutation(found.begin(), found.end()));
  EXPECT_EQ(orders, 30);
  EXPECT_NEAR(sum / orders, 0, 1e-12);
}

TEST(AdjustedInformation, HasAnIntervalAroundItsValueWithSeveralGroups) {
  EXPECT_FALSE(of("000111", "001122").interval.has_value());
  std::string truth;
  std::string found;
  for (char c = 'A'; c < 'U'; ++c) {
    truth += std::string(4, c);
    found += c % 3 == 0 ? std::string(2, c) + std::string(2, static_cast<char>(c + 40))
                        : std::string(4, c);
  }
  const Estimate estimate = of(truth, found, 20);
  ASSERT_TRUE(estimate.interval.has_value());
  EXPECT_LT(estimate.interval->low, estimate.value);
  EXPECT_GT(estimate.interval->high, estimate.value);
  EXPECT_LT(estimate.interval->high, 1);
  EXPECT_GT(estimate.interval->low, .5);
}

}  // namespace
}  // namespace clewline::evaluation
