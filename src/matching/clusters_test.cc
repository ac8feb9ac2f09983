#include "matching/clusters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace clewline::matching {
namespace {

std::vector<Link> chain(RecordIndex first, RecordIndex last, double weight) {
  std::vector<Link> links;
  for (RecordIndex r = first; r + 1 <= last; ++r) links.push_back({r, r + 1, weight, 0});
  return links;
}

TEST(Clusters, AreTheComponentsAboveTheThreshold) {
  const std::vector<Link> links = {{0, 1, 9, 0}, {1, 2, 5, 0}, {3, 4, 2, 0}};
  const Clusters clusters = cluster(links, 6, 4, {});
  EXPECT_EQ(clusters.of, (std::vector<RecordIndex>{0, 0, 0, 3, 4, 5}));
  EXPECT_EQ(clusters.several, 1U);
  EXPECT_EQ(clusters.largest, 3U);
  EXPECT_EQ(clusters.cut, 0U);
}

// Two groups of three held together by one weak link: the weak link goes.
TEST(Clusters, OneThatIsTooLargeIsCutAtItsWeakestPlace) {
  std::vector<Link> links = chain(0, 2, 9);
  for (const Link& link : chain(3, 5, 8)) links.push_back(link);
  links.push_back({2, 3, 5, 0});
  ClusterGuards guards;
  guards.records_max = 4;
  const Clusters clusters = cluster(links, 6, 4, guards);
  EXPECT_EQ(clusters.of, (std::vector<RecordIndex>{0, 0, 0, 3, 3, 3}));
  EXPECT_EQ(clusters.cut, 1U);
  EXPECT_EQ(clusters.largest, 3U);
}

TEST(Clusters, AThinOneIsCut) {
  ClusterGuards guards;
  guards.dense_above = 3;
  guards.density_min = 0.6;
  std::vector<Link> links = {{0, 1, 9, 0}, {0, 2, 9, 0}, {1, 2, 9, 0}, {2, 3, 5, 0}, {3, 4, 6, 0}};
  const Clusters clusters = cluster(links, 5, 4, guards);
  EXPECT_EQ(clusters.of, (std::vector<RecordIndex>{0, 0, 0, 3, 3}));
}

TEST(Clusters, RecordsOfOneWeightStayApartRatherThanBreakAGuard) {
  ClusterGuards guards;
  guards.records_max = 10;
  const Clusters clusters = cluster(chain(0, 999'999, 7), 1'000'000, 4, guards);
  EXPECT_EQ(clusters.several, 0U);
  EXPECT_EQ(clusters.cut, 1U);
}

// The order of links changes nothing, every cluster keeps the guards, and nothing is joined that
// no link joins.
TEST(Clusters, HoldTheirGuardsOnRandomLinks) {
  std::mt19937_64 random(20260102);
  std::uint64_t cut = 0;
  for (int round = 0; round < 300; ++round) {
    const RecordIndex records = 60;
    std::vector<Link> links;
    for (int i = 0; i < 70; ++i) {
      const auto a = static_cast<RecordIndex>(random() % records);
      const auto b = static_cast<RecordIndex>(random() % records);
      if (a != b) links.push_back({std::min(a, b), std::max(a, b), double(random() % 12), 0});
    }
    ClusterGuards guards;
    guards.records_max = 6;
    guards.dense_above = 3;
    guards.density_min = 0.55;
    const Clusters clusters = cluster(links, records, 3, guards);
    cut += clusters.cut;
    std::shuffle(links.begin(), links.end(), random);
    ASSERT_EQ(cluster(links, records, 3, guards).of, clusters.of);
    std::vector<RecordIndex> whole(records);
    std::iota(whole.begin(), whole.end(), 0U);
    for (RecordIndex pass = 0; pass < records; ++pass)
      for (const Link& link : links)
        if (link.weight >= 3)
          whole[link.a] = whole[link.b] = std::min(whole[link.a], whole[link.b]);
    std::vector<std::uint32_t> sizes(records, 0);
    for (RecordIndex r = 0; r < records; ++r) {
      ++sizes[clusters.of[r]];
      ASSERT_EQ(whole[r], whole[clusters.of[r]]);
    }
    for (const std::uint32_t size : sizes) ASSERT_LE(size, guards.records_max);
  }
  EXPECT_GT(cut, 0U);
}

TEST(OneToOne, TakesTheBestAndEachRecordOnce) {
  const std::vector<Link> links = {{0, 3, 5, 0}, {0, 4, 8, 0}, {1, 4, 9, 0}, {2, 5, 1, 0}};
  const auto kept = one_to_one(links, 6, 2);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].b, 3U);
  EXPECT_EQ(kept[1].a, 1U);
}

}  // namespace
}  // namespace clewline::matching
