#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace clewline::statistics {

/// Units of one group within one stratum: how many there are, and how many have what is counted.
struct StratumCell {
  std::size_t group = 0;
  std::size_t stratum = 0;
  double units = 0;
  double part = 0;
};

/// Sums over clusters (customers) of the products of two cells' sums within a cluster; every
/// ordered pair that occurs in some cluster, each cell with itself too. Whole numbers stay exact.
struct CellProduct {
  std::size_t first = 0;  // places of the two cells
  std::size_t second = 0;
  double units_units = 0;
  double units_part = 0;  // units of the first, part of the second
  double part_units = 0;
  double part_part = 0;
};

/// By how much a group's share is above that of all other groups in the same strata.
struct GroupDifference {
  double difference = 0;
  double error = 0;    // clusters independent
  double covered = 0;  // share of the group's units that lie in strata with others
};

/// Returns for each of `groups` the difference within strata, weighted as Mantel and Haenszel do
/// (Greenland & Robins, Biometrics 41, 1985: n₁n₀/(n₁+n₀)), with its linearised error between
/// `clusters`; null for a group that shares no stratum with another.
std::vector<std::optional<GroupDifference>> stratified_differences(
    std::span<const StratumCell> cells, std::span<const CellProduct> products, std::size_t groups,
    double clusters);

}  // namespace clewline::statistics
