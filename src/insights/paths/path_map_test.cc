#include "insights/paths/path_map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

#include "insights/paths/path_difference.h"
#include "insights/paths/path_flow.h"
#include "insights/paths/prefix_tree.h"

namespace clewline::insights {
namespace {

struct Path {
  std::uint32_t customer = 0;
  std::vector<std::uint32_t> activities;
  std::vector<TimeUs> times;
  Sides sides;
  PathCase view() const { return {customer, activities, times}; }
};

std::vector<Path> random_paths(unsigned seed, std::uint32_t activities, int paths) {
  std::mt19937 random(seed);
  std::vector<Path> out;
  std::uint32_t customer = 0;
  for (int p = 0; p < paths; ++p) {
    Path& path = out.emplace_back();
    customer += random() % 3 == 0;
    path.customer = customer;
    path.sides = {random() % 2 == 0, random() % 2 == 0};
    TimeUs at = 0;
    const std::size_t steps = 1 + random() % 7;
    for (std::size_t i = 0; i < steps; ++i) {
      path.activities.push_back(static_cast<std::uint32_t>(random()) % activities);
      path.times.push_back(at);
      at += random() % 4 == 0 ? 0 : static_cast<TimeUs>(random() % 1000) * kUsPerMs;
    }
  }
  return out;
}

PathMap map_of(const std::vector<Path>& paths) {
  PathMap map;
  for (const Path& path : paths) map.add(path.view());
  map.finish();
  return map;
}

PathVariants variants_of(const std::vector<Path>& paths) {
  PathVariants variants;
  for (const Path& path : paths) variants.add(path.view());
  variants.finish();
  return variants;
}

using Edge = std::pair<std::uint32_t, std::uint32_t>;

// METHODS §4: counts, against plain containers on random paths, also with numbers above the square.
TEST(PathMap, CountsAreThoseOfPlainContainers) {
  for (const std::uint32_t activities : {3U, 12U, 3000U}) {
    const auto paths = random_paths(activities, activities, 3000);
    std::map<Edge, std::int64_t> counts;
    std::map<Edge, std::set<std::size_t>> with;
    std::map<Edge, std::vector<TimeUs>> times;
    std::map<std::vector<std::uint32_t>, double> variants;
    double rework = 0;
    for (std::size_t p = 0; p < paths.size(); ++p) {
      const auto& steps = paths[p].activities;
      ++variants[steps];
      rework += std::set(steps.begin(), steps.end()).size() < steps.size();
      for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
        const Edge edge{steps[i], steps[i + 1]};
        ++counts[edge];
        with[edge].insert(p);
        times[edge].push_back(paths[p].times[i + 1] - paths[p].times[i]);
      }
    }
    PathMap map = map_of(paths);
    ASSERT_EQ(map.edges().size(), counts.size());
    for (EdgeCounts& edge : map.edges()) {
      const Edge ends{edge.from, edge.to};
      EXPECT_EQ(edge.count, counts[ends]);
      EXPECT_EQ(edge.paths.total, static_cast<double>(with[ends].size()));
      auto all = times[ends];
      std::ranges::sort(all);
      const double middle =
          static_cast<double>(all[(all.size() - 1) / 2] + all[all.size() / 2]) / 2;
      EXPECT_EQ(median(edge.times), middle);
    }
    const PathVariants found = variants_of(paths);
    ASSERT_EQ(found.all().size(), variants.size());
    for (const Variant& variant : found.all()) {
      const auto steps = found.activities_of(variant);
      EXPECT_EQ(variant.paths.total, variants.at({steps.begin(), steps.end()}));
    }
    EXPECT_EQ(map.paths_with_rework().total, rework);
    EXPECT_EQ(map.transitions(), map.steps() - static_cast<std::int64_t>(paths.size()));
  }
}

// METHODS rule 1: the error is that of the customers, by leaving one out at a time.
TEST(PathMap, ErrorsAreThoseBetweenCustomers) {
  const auto paths = random_paths(7, 3, 2000);
  const PathMap map = map_of(paths);
  const EdgeCounts& edge = map.edges().front();
  const auto customers = paths.back().customer + 1;
  std::vector<double> with(customers);
  std::vector<double> all(customers);
  for (const Path& path : paths) {
    ++all[path.customer];
    for (std::size_t i = 0; i + 1 < path.activities.size(); ++i) {
      if (path.activities[i] != edge.from || path.activities[i + 1] != edge.to) continue;
      ++with[path.customer];
      break;
    }
  }
  const double share = edge.paths.total / map.paths().total;
  double squares = 0;
  double seen = 0;
  for (std::uint32_t c = 0; c < customers; ++c) {
    seen += all[c] > 0;
    squares += std::pow(with[c] - share * all[c], 2);
  }
  const auto ratio = statistics::clustered_ratio(paths_share(map, edge.paths));
  EXPECT_NEAR(ratio.value, share, 1e-12);
  EXPECT_NEAR(ratio.error, std::sqrt(squares * seen / (seen - 1)) / map.paths().total, 1e-12);
}

TEST(PrefixTree, PathsAreThoseOfChildrenAndEnds) {
  const PathVariants variants = variants_of(random_paths(3, 4, 500));
  for (const std::uint32_t depth : {1U, 3U, 20U}) {
    const auto nodes = prefix_tree(variants, depth);
    std::vector<std::int64_t> below(nodes.size());
    for (std::size_t i = 1; i < nodes.size(); ++i) below[nodes[i].parent] += nodes[i].paths;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      EXPECT_EQ(nodes[i].paths, below[i] + nodes[i].ended + nodes[i].cut);
      EXPECT_LE(nodes[i].depth, depth);
    }
    EXPECT_EQ(nodes.front().paths, 500);
  }
}

TEST(PathFlow, EveryStepHasAllPathsOfTheOneBefore) {
  const auto paths = random_paths(11, 5, 2000);
  for (const FlowDirection direction : {FlowDirection::forward, FlowDirection::backward}) {
    PathFlow flow({true, direction, 4});
    flow.add_anchor(2);
    std::int64_t with = 0;
    std::map<std::uint32_t, double> next;  // after the first 2, or before it
    for (const Path& path : paths) {
      flow.add(path.view());
      const auto& steps = path.activities;
      const auto anchor = std::ranges::find(steps, 2U);
      if (anchor == steps.end()) continue;
      ++with;
      if (direction == FlowDirection::forward && anchor + 1 != steps.end()) ++next[*(anchor + 1)];
      if (direction == FlowDirection::backward && anchor != steps.begin()) ++next[*(anchor - 1)];
    }
    flow.finish();
    EXPECT_EQ(flow.paths().total, static_cast<double>(with));
    EXPECT_EQ(flow.paths_without() + with, 2000);
    for (std::size_t k = 0; k < flow.steps().size(); ++k) {
      const FlowStep& step = flow.steps()[k];
      double there = step.ended.total;
      for (const FlowCell& cell : step.cells) there += cell.paths.total;
      EXPECT_EQ(there, static_cast<double>(with)) << k;
      std::int64_t arrived = 0;
      for (const FlowLink& link : step.links) arrived += link.paths;
      if (k > 0) {
        EXPECT_EQ(static_cast<double>(arrived), there - step.ended.total);
      }
    }
    for (const FlowCell& cell : flow.steps()[1].cells)
      EXPECT_EQ(cell.paths.total, next[cell.activity]);
  }
}

// The difference of two sets that share customers: against the sum over customers, written plainly.
TEST(PathDifference, ErrorsCountCustomersOfBothSidesOnce) {
  const auto paths = random_paths(5, 3, 3000);
  PathDifference difference;
  for (const Path& path : paths) difference.add(path.view(), path.sides);
  const auto edges = difference.finish();
  ASSERT_FALSE(edges.empty());
  const EdgeDifference& edge = edges.front();
  const auto customers = paths.back().customer + 1;
  std::vector<double> with[2] = {std::vector<double>(customers), std::vector<double>(customers)};
  std::vector<double> all[2] = {std::vector<double>(customers), std::vector<double>(customers)};
  for (const Path& path : paths) {
    bool has = false;
    for (std::size_t i = 0; i + 1 < path.activities.size(); ++i)
      has = has || (path.activities[i] == edge.from && path.activities[i + 1] == edge.to);
    const bool on[2] = {path.sides.chosen, path.sides.others};
    for (int s = 0; s < 2; ++s) {
      all[s][path.customer] += on[s];
      with[s][path.customer] += on[s] && has;
    }
  }
  double total[2] = {};
  double share[2] = {};
  for (int s = 0; s < 2; ++s) {
    for (std::uint32_t c = 0; c < customers; ++c) total[s] += all[s][c];
    for (std::uint32_t c = 0; c < customers; ++c) share[s] += with[s][c] / total[s];
  }
  double squares = 0;
  double seen = 0;
  for (std::uint32_t c = 0; c < customers; ++c) {
    seen += all[0][c] + all[1][c] > 0;
    squares += std::pow((with[0][c] - share[0] * all[0][c]) / total[0] -
                            (with[1][c] - share[1] * all[1][c]) / total[1],
                        2);
  }
  EXPECT_NEAR(edge.share.chosen, share[0], 1e-12);
  EXPECT_NEAR(edge.share.others, share[1], 1e-12);
  EXPECT_NEAR(edge.share.error, std::sqrt(squares * seen / (seen - 1)), 1e-12);
}

// Drawn from one and the same: a difference called real at 5 % is false one time in twenty, with
// customers whose paths are alike (a design effect that naive errors would miss).
TEST(PathDifference, AlikeCustomersDoNotMakeFalseDifferences) {
  std::mt19937 random(1);
  int real = 0;
  constexpr int kRounds = 400;
  for (int round = 0; round < kRounds; ++round) {
    PathDifference difference;
    for (std::uint32_t c = 0; c < 120; ++c) {
      const std::uint32_t habit = 1 + random() % 2;  // all twelve paths of a customer are the same
      const bool chosen = random() % 2 == 0;
      for (int p = 0; p < 12; ++p) {
        const std::uint32_t steps[] = {0, habit};
        const TimeUs times[] = {0, 1};
        difference.add({c, steps, times}, {chosen, !chosen});
      }
    }
    const EdgeDifference edge = difference.finish().front();
    real += std::abs(edge.share.chosen - edge.share.others) > 1.96 * edge.share.error;
  }
  EXPECT_GT(real, kRounds / 100);
  EXPECT_LT(real, kRounds / 10);
}

}  // namespace
}  // namespace clewline::insights
