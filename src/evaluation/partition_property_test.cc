#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "evaluation/customer_groups.h"
#include "evaluation/measures.h"

namespace clewline::evaluation {
namespace {

using Labels = std::vector<std::uint32_t>;

Labels random_labels(std::mt19937& random, std::size_t events, std::uint32_t units) {
  Labels out(events);
  for (auto& label : out) label = random() % units;
  return out;
}

std::vector<SharedEvents> table_of(const Labels& truth, const Labels& found) {
  std::vector<SharedEvents> table;
  for (std::size_t i = 0; i < truth.size(); ++i) table.push_back({truth[i], found[i], 0, 0, 1});
  return table;
}

Measures measures(const std::vector<SharedEvents>& table) {
  const std::uint32_t group = 0;
  Sums sums{};
  add_partition_sums(table, {&group, 1}, {&sums, 1});
  return measures_of(sums);
}

void expect_near(const Measures& a, const Measures& b) {
  for (std::size_t i = 0; i < kMeasures; ++i)
    EXPECT_NEAR(a[i], b[i], 1e-12) << measure_name(static_cast<Measure>(i));
}

/// A small random case: seeds give what they gave on every machine.
struct Case {
  explicit Case(unsigned seed) : random(seed) {
    const std::size_t events = 1 + random() % 24;
    truth = random_labels(random, events, 1 + random() % 6);
    found = random_labels(random, events, 1 + random() % 6);
  }
  std::mt19937 random;
  Labels truth;
  Labels found;
};

constexpr unsigned kCases = 2000;

TEST(PartitionProperty, PairsAndBcubedEqualBruteForce) {
  for (unsigned seed = 0; seed < kCases; ++seed) {
    const Case c(seed);
    double both = 0, in_truth = 0, in_found = 0, precision = 0, recall = 0;
    const std::size_t events = c.truth.size();
    for (std::size_t i = 0; i < events; ++i) {
      double shared = 0, true_size = 0, found_size = 0;
      for (std::size_t j = 0; j < events; ++j) {
        const bool same_truth = c.truth[i] == c.truth[j];
        const bool same_found = c.found[i] == c.found[j];
        shared += same_truth && same_found;
        true_size += same_truth;
        found_size += same_found;
        if (j <= i) continue;
        both += same_truth && same_found;
        in_truth += same_truth;
        in_found += same_found;
      }
      precision += shared / found_size;
      recall += shared / true_size;
    }
    const Measures m = measures(table_of(c.truth, c.found));
    ASSERT_NEAR(at(m, Measure::pairwise_precision), in_found > 0 ? both / in_found : 1, 1e-12);
    ASSERT_NEAR(at(m, Measure::pairwise_recall), in_truth > 0 ? both / in_truth : 1, 1e-12);
    ASSERT_NEAR(at(m, Measure::bcubed_precision), precision / events, 1e-12);
    ASSERT_NEAR(at(m, Measure::bcubed_recall), recall / events, 1e-12);
  }
}

TEST(PartitionProperty, IdenticalPartitionsAreRight) {
  for (unsigned seed = 0; seed < kCases; ++seed) {
    const Case c(seed);
    const Measures m = measures(table_of(c.truth, c.truth));
    for (std::size_t i = 0; i < kUnorderedMeasures; ++i) ASSERT_NEAR(m[i], 1, 1e-12);
  }
}

TEST(PartitionProperty, SwappingTruthAndFoundSwapsPrecisionAndRecall) {
  for (unsigned seed = 0; seed < kCases; ++seed) {
    const Case c(seed);
    const Measures a = measures(table_of(c.truth, c.found));
    const Measures b = measures(table_of(c.found, c.truth));
    for (const Measure same :
         {Measure::pairwise_f1, Measure::bcubed_f1, Measure::adjusted_rand, Measure::v_measure})
      ASSERT_NEAR(at(a, same), at(b, same), 1e-12);
    ASSERT_NEAR(at(a, Measure::pairwise_precision), at(b, Measure::pairwise_recall), 1e-12);
    ASSERT_NEAR(at(a, Measure::bcubed_precision), at(b, Measure::bcubed_recall), 1e-12);
    ASSERT_NEAR(at(a, Measure::homogeneity), at(b, Measure::completeness), 1e-12);
  }
}

TEST(PartitionProperty, NamesAndOrderDoNotMatter) {
  for (unsigned seed = 0; seed < kCases; ++seed) {
    Case c(seed);
    auto table = table_of(c.truth, c.found);
    const Measures before = measures(table);
    for (SharedEvents& row : table) {
      row.truth = (row.truth * 7 + 3) % 11;  // one to one below 11
      row.found = (row.found * 5 + 1) % 11;
    }
    std::shuffle(table.begin(), table.end(), c.random);
    expect_near(before, measures(table));
  }
}

TEST(PartitionProperty, SumsOfGroupsAddUpToTheWhole) {
  for (unsigned seed = 0; seed < kCases; ++seed) {
    Case c(seed);
    auto table = table_of(c.truth, c.found);
    for (SharedEvents& row : table) row.customer = row.found;
    Labels customers, units;
    for (const SharedEvents& row : table) {
      customers.push_back(row.customer);
      units.push_back(row.truth);
    }
    CustomerGroups joined(6);
    joined.join(customers, units, 100);
    const std::vector<std::uint32_t> group_of = joined.numbers();
    for (const SharedEvents& a : table) {
      for (const SharedEvents& b : table) {
        if (a.truth != b.truth) continue;
        ASSERT_EQ(group_of[a.customer], group_of[b.customer]);
      }
    }
    std::vector<Sums> groups(6, Sums{});
    add_partition_sums(table, group_of, groups);
    expect_near(measures_of(total_of(groups)), measures(table_of(c.truth, c.found)));
  }
}

}  // namespace
}  // namespace clewline::evaluation
