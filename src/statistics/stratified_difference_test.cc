#include "statistics/stratified_difference.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <random>

#include "base/random.h"

namespace clewline::statistics {
namespace {

constexpr std::size_t kGroups = 3;
constexpr std::size_t kStrata = 4;

struct Unit {
  std::size_t customer = 0;
  std::size_t group = 0;
  std::size_t stratum = 0;
  bool yes = false;
};

struct Sums {
  std::vector<StratumCell> cells;
  std::vector<CellProduct> products;
  double clusters = 0;
};

// What the database would add up.
Sums sums_of(const std::vector<Unit>& units) {
  std::map<std::size_t, std::map<std::size_t, std::array<double, 2>>> by_customer;
  Sums out;
  for (std::size_t g = 0; g < kGroups; ++g) {
    for (std::size_t s = 0; s < kStrata; ++s) out.cells.push_back({g, s, 0, 0});
  }
  for (const Unit& unit : units) {
    const std::size_t cell = unit.group * kStrata + unit.stratum;
    by_customer[unit.customer][cell][0] += 1;
    by_customer[unit.customer][cell][1] += unit.yes ? 1 : 0;
    out.cells[cell].units += 1;
    out.cells[cell].part += unit.yes ? 1 : 0;
  }
  for (const auto& [customer, cells] : by_customer) {
    for (const auto& [a, x] : cells) {
      for (const auto& [b, y] : cells)
        out.products.push_back({a, b, x[0] * y[0], x[0] * y[1], x[1] * y[0], x[1] * y[1]});
    }
  }
  out.clusters = static_cast<double>(by_customer.size());
  return out;
}

// Customers with a mind of their own: some nearly always say yes.
std::vector<Unit> draw(std::mt19937_64& random, double effect) {
  std::vector<Unit> units;
  for (std::size_t customer = 0; customer < 300; ++customer) {
    const double mind = unit_interval(random()) < .5 ? .2 : -.2;
    const std::size_t liked = random() % kGroups;
    for (int i = 0; i < 6; ++i) {
      Unit unit;
      unit.customer = customer;
      unit.stratum = random() % kStrata;
      unit.group = unit_interval(random()) < .5 ? liked : random() % kGroups;
      // Stratum 0 is hard and mostly met by group 0: the plain shares mislead.
      if (unit.stratum == 0 && unit_interval(random()) < .6) unit.group = 0;
      const double share = (unit.stratum == 0 ? .3 : .6) + mind + (unit.group == 0 ? effect : 0);
      unit.yes = unit_interval(random()) < share;
      units.push_back(unit);
    }
  }
  return units;
}

TEST(StratifiedDifference, OneStratumOfIndependentUnitsIsTheUsualDifference) {
  std::vector<Unit> units;
  for (std::size_t i = 0; i < 50; ++i) units.push_back({i, i < 20 ? 0U : 1U, 0, i % 4 == 0});
  const Sums sums = sums_of(units);
  const auto found = stratified_differences(sums.cells, sums.products, kGroups, sums.clusters);
  const double p = 5.0 / 20;
  const double q = 8.0 / 30;
  ASSERT_TRUE(found[0]);
  EXPECT_NEAR(found[0]->difference, p - q, 1e-12);
  EXPECT_NEAR(found[0]->error, std::sqrt((p * (1 - p) / 20 + q * (1 - q) / 30) * 50 / 49), 1e-12);
  EXPECT_NEAR(found[1]->difference, q - p, 1e-12);
  EXPECT_FALSE(found[2]);
}

TEST(StratifiedDifference, CoversAPlantedEffectThatPlainSharesMiss) {
  std::mt19937_64 random(11);
  constexpr double kEffect = .05;
  constexpr int kRuns = 400;
  int covered = 0;
  double plain = 0;
  for (int run = 0; run < kRuns; ++run) {
    const std::vector<Unit> units = draw(random, kEffect);
    const Sums sums = sums_of(units);
    const auto found = stratified_differences(sums.cells, sums.products, kGroups, sums.clusters);
    ASSERT_TRUE(found[0]);
    EXPECT_EQ(found[0]->covered, 1);
    covered += std::abs(found[0]->difference - kEffect) <= 1.96 * found[0]->error ? 1 : 0;
    double yes[2] = {0, 0};
    double all[2] = {0, 0};
    for (const Unit& unit : units) {
      yes[unit.group == 0] += unit.yes ? 1 : 0;
      all[unit.group == 0] += 1;
    }
    plain += (yes[1] / all[1] - yes[0] / all[0]) / kRuns;
  }
  EXPECT_NEAR(covered, .95 * kRuns, 15);
  EXPECT_LT(plain, 0);
}

// A stratum that only one group has compares nothing.
TEST(StratifiedDifference, LeavesOutStrataWithoutOthers) {
  std::vector<Unit> units;
  for (std::size_t i = 0; i < 40; ++i) units.push_back({i, i % 2, 0, i % 4 == 0});
  for (std::size_t i = 0; i < 40; ++i) units.push_back({i, 0, 1, true});
  const Sums sums = sums_of(units);
  const auto found = stratified_differences(sums.cells, sums.products, kGroups, sums.clusters);
  ASSERT_TRUE(found[0]);
  EXPECT_NEAR(found[0]->difference, .5, 1e-12);
  EXPECT_NEAR(found[0]->covered, 20.0 / 60, 1e-12);
}

TEST(StratifiedDifference, NothingIsNothing) {
  EXPECT_TRUE(stratified_differences({}, {}, 0, 0).empty());
  EXPECT_FALSE(stratified_differences({}, {}, 1, 0)[0]);
}

}  // namespace
}  // namespace clewline::statistics
