#include "evaluation/interval.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace clewline::evaluation {

Interval wilson_interval(std::int64_t part, std::int64_t whole) {
  CLEW_ASSERT(whole > 0 && part >= 0 && part <= whole);
  const auto n = static_cast<double>(whole);
  const double share = static_cast<double>(part) / n;
  const double square = kNormalQuantile95 * kNormalQuantile95;
  const double centre = (share + square / (2 * n)) / (1 + square / n);
  const double half = kNormalQuantile95 / (1 + square / n) *
                      std::sqrt(share * (1 - share) / n + square / (4 * n * n));
  return {part == 0 ? 0 : std::max(0.0, centre - half),
          part == whole ? 1 : std::min(1.0, centre + half)};
}

Interval mean_interval(double mean, double deviation, std::int64_t cases) {
  CLEW_ASSERT(cases > 1);
  const double half = kNormalQuantile95 * deviation / std::sqrt(static_cast<double>(cases));
  return {mean - half, mean + half};
}

}  // namespace clewline::evaluation
