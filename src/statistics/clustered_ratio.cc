#include "statistics/clustered_ratio.h"

#include <cmath>

namespace clewline::statistics {

void RatioSums::add(const ClusterSums& cluster) {
  if (cluster.units <= 0) return;
  clusters += 1;
  units += cluster.units;
  numerator += cluster.numerator;
  denominator += cluster.denominator;
  numerator_squares += cluster.numerator * cluster.numerator;
  products += cluster.numerator * cluster.denominator;
  denominator_squares += cluster.denominator * cluster.denominator;
  unit_squares += cluster.squares;
}

ClusteredRatio clustered_ratio(const RatioSums& sums) {
  ClusteredRatio out;
  if (sums.denominator == 0) return out;
  out.value = sums.numerator / sums.denominator;
  const double squares = std::fmax(0, sums.numerator_squares - 2 * out.value * sums.products +
                                          out.value * out.value * sums.denominator_squares);
  if (sums.clusters > 1)
    out.error =
        std::sqrt(squares * sums.clusters / (sums.clusters - 1)) / std::abs(sums.denominator);
  if (sums.units > 1) {
    const double mean = sums.numerator / sums.units;
    const double spread = std::fmax(0, sums.unit_squares - sums.units * mean * mean);
    out.naive_error = std::sqrt(spread / (sums.units - 1) / sums.units);
  }
  return out;
}

}  // namespace clewline::statistics
