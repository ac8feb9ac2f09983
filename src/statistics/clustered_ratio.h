#pragma once

#include <cstddef>

namespace clewline::statistics {

/// What one cluster (customer) adds to a ratio: the sums over its units.
struct ClusterSums {
  double units = 0;  // in the denominator
  double numerator = 0;
  double denominator = 0;
  double squares = 0;  // of the units' numerators: for the error if units were independent
};

/// Sums over clusters from which a ratio and its error follow; whole numbers stay exact, so that
/// the order of the clusters does not matter.
struct RatioSums {
  double clusters = 0;  // with a unit in the denominator
  double units = 0;
  double numerator = 0;
  double denominator = 0;
  double numerator_squares = 0;  // of the clusters' sums
  double products = 0;
  double denominator_squares = 0;
  double unit_squares = 0;

  void add(const ClusterSums& cluster);
};

/// A share or mean as a ratio of sums, with its error when clusters are independent.
struct ClusteredRatio {
  double value = 0;
  double error = 0;        // clusters independent
  double naive_error = 0;  // units independent
  /// How many times the variance is that of as many independent units.
  double design_effect() const {
    return naive_error > 0 ? error * error / (naive_error * naive_error) : 1;
  }
};

/// Returns Σ numerator / Σ denominator with the linearised error of a ratio (Cochran 1977, §6.3),
/// with clusters/(clusters − 1). The naive error takes every unit's denominator for 1.
ClusteredRatio clustered_ratio(const RatioSums& sums);

}  // namespace clewline::statistics
