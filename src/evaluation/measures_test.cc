#include "evaluation/measures.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "evaluation/segmentation.h"

namespace clewline::evaluation {
namespace {

// One letter an event: the unit it belongs to.
Sums sums_of(std::string_view truth, std::string_view found) {
  std::vector<SharedEvents> table;
  for (std::size_t i = 0; i < truth.size(); ++i)
    table.push_back(
        {static_cast<std::uint32_t>(truth[i]), static_cast<std::uint32_t>(found[i]), 0, 0, 1});
  const std::uint32_t group = 0;
  Sums sums{};
  add_partition_sums(table, {&group, 1}, {&sums, 1});
  return sums;
}

Measures measures(std::string_view truth, std::string_view found) {
  return measures_of(sums_of(truth, found));
}

constexpr double kNineDigits = 5e-10;
constexpr double kSixDigits = 5e-7;

// Values of scikit-learn and of the B-cubed papers' definitions.
TEST(PublishedLabels, SixEventsInTwoAndThreeUnits) {
  const Sums sums = sums_of("000111", "001122");
  EXPECT_EQ(at(sums, Sum::joint_pairs), 2);
  EXPECT_EQ(at(sums, Sum::found_pairs), 3);
  EXPECT_EQ(at(sums, Sum::true_pairs), 6);
  const Measures m = measures_of(sums);
  EXPECT_NEAR(at(m, Measure::adjusted_rand), .242424242, kNineDigits);
  EXPECT_NEAR(at(m, Measure::homogeneity), .666666667, kNineDigits);
  EXPECT_NEAR(at(m, Measure::completeness), .420619836, kNineDigits);
  EXPECT_NEAR(at(m, Measure::v_measure), .515803743, kNineDigits);
  EXPECT_NEAR(at(m, Measure::bcubed_precision), .833333, kSixDigits);
  EXPECT_NEAR(at(m, Measure::bcubed_recall), .555556, kSixDigits);
  EXPECT_NEAR(at(m, Measure::bcubed_f1), .666667, kSixDigits);
  EXPECT_DOUBLE_EQ(at(m, Measure::pairwise_precision), 2.0 / 3);
  EXPECT_DOUBLE_EQ(at(m, Measure::pairwise_recall), 2.0 / 6);
  EXPECT_NEAR(at(m, Measure::fowlkes_mallows), .471404521, kNineDigits);
  EXPECT_NEAR(at(m, Measure::rand), .666666667, kNineDigits);
}

TEST(PublishedLabels, FifteenEvents) {
  const Measures m = measures("AAAAABBBBBCCCCC", "000001111212222");
  EXPECT_NEAR(at(m, Measure::adjusted_rand), .626666667, kNineDigits);
  EXPECT_NEAR(at(m, Measure::v_measure), .696342723, kNineDigits);
  EXPECT_NEAR(at(m, Measure::bcubed_f1), .786666667, kNineDigits);
  EXPECT_NEAR(at(m, Measure::pairwise_f1), .733333333, kNineDigits);
}

TEST(PublishedLabels, FourEvents) {
  const Measures m = measures("0011", "0012");
  EXPECT_NEAR(at(m, Measure::adjusted_rand), .571428571, kNineDigits);
  EXPECT_DOUBLE_EQ(at(m, Measure::homogeneity), 1);
  EXPECT_NEAR(at(m, Measure::completeness), .666667, kSixDigits);
  EXPECT_NEAR(at(m, Measure::v_measure), .8, kNineDigits);
}

std::vector<std::uint8_t> row(std::string_view text, int times = 1) {
  std::vector<std::uint8_t> out;
  for (int i = 0; i < times; ++i) {
    for (const char c : text) out.push_back(c == '1' ? 1 : 0);
  }
  return out;
}

double window_diff(std::string_view truth, std::string_view found, std::size_t width) {
  const WindowCounts counts = count_windows(row(truth), row(found), width);
  return static_cast<double>(counts.counted_wrong) / static_cast<double>(counts.windows);
}

double pk(const std::vector<std::uint8_t>& truth, const std::vector<std::uint8_t>& found) {
  const WindowCounts counts = count_windows(truth, found, 2);
  return static_cast<double>(counts.judged_wrong) / static_cast<double>(counts.windows);
}

TEST(NltkSegmentation, WindowDiff) {
  constexpr std::string_view kTruth = "000100000010";
  EXPECT_DOUBLE_EQ(window_diff(kTruth, "000010000100", 3), .3);
  EXPECT_DOUBLE_EQ(window_diff(kTruth, "100000010000", 3), .9);
  EXPECT_DOUBLE_EQ(window_diff(kTruth, "000000000000", 3), .5);
  EXPECT_DOUBLE_EQ(window_diff(kTruth, "111111111111", 3), 1);
  const WindowCounts all_cut = count_windows(row(kTruth), row("111111111111"), 3);
  EXPECT_EQ(all_cut.judged_wrong * 2, all_cut.windows);
}

TEST(NltkSegmentation, Pk) {
  EXPECT_NEAR(pk(row("0100", 100), row("1", 400)), .4987, 5e-5);
  EXPECT_NEAR(pk(row("0100", 100), row("0", 400)), .5013, 5e-5);
}

TEST(Segmentation, BoundariesStandBetweenNeighboursOfDifferentUnits) {
  const std::vector<PlacedEvent> events = {{1, 7}, {1, 7}, {2, 7}, {2, 8}, {3, 9}};
  Sums sums{};
  add_sequence(events, 1, sums);
  const Measures m = measures_of(sums);
  EXPECT_DOUBLE_EQ(at(m, Measure::boundary_precision), 1.0 / 2);
  EXPECT_DOUBLE_EQ(at(m, Measure::boundary_recall), 1.0 / 2);
  EXPECT_DOUBLE_EQ(at(m, Measure::boundary_f1), 1.0 / 2);
  EXPECT_DOUBLE_EQ(at(m, Measure::window_diff), 2.0 / 4);
}

TEST(Segmentation, AWindowIsHalfAMeanSegmentAndAtLeastOne) {
  EXPECT_EQ(window_width(60, 5), 6U);
  EXPECT_EQ(window_width(3, 3), 1U);
  EXPECT_EQ(window_width(0, 0), 1U);
}

TEST(Segmentation, OneEventHasNoBoundary) {
  const std::vector<PlacedEvent> events = {{1, 7}};
  Sums sums{};
  add_sequence(events, 2, sums);
  EXPECT_EQ(sums, Sums{});
  EXPECT_DOUBLE_EQ(at(measures_of(sums), Measure::boundary_f1), 1);
  EXPECT_DOUBLE_EQ(at(measures_of(sums), Measure::window_diff), 0);
}

}  // namespace
}  // namespace clewline::evaluation
