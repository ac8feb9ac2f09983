#include "evaluation/interval.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace clewline::evaluation {

Interval wilson_interval(std::int64_t part, std::int64_t whole) {
  CLEW_ASSERT(whole > 0 && part >= 0 && part <= whole);
  const auto cases = static_cast<double>(whole);
  return wilson_interval_of_share(static_cast<double>(part) / cases, cases);
}

Interval wilson_interval_of_share(double share, double cases) {
  CLEW_ASSERT(cases > 0 && share >= 0 && share <= 1);
  const double square = kNormalQuantile95 * kNormalQuantile95;
  const double centre = (share + square / (2 * cases)) / (1 + square / cases);
  const double half = kNormalQuantile95 / (1 + square / cases) *
                      std::sqrt(share * (1 - share) / cases + square / (4 * cases * cases));
  return {share == 0 ? 0 : std::max(0.0, centre - half),
          share == 1 ? 1 : std::min(1.0, centre + half)};
}

Interval newcombe_interval(double a, const Interval& of_a, double b, const Interval& of_b) {
  return {a - b - std::hypot(a - of_a.low, of_b.high - b),
          a - b + std::hypot(of_a.high - a, b - of_b.low)};
}

std::optional<Interval> survival_interval(double share, double error) {
  if (share <= 0 || share >= 1 || error <= 0) return std::nullopt;
  const double place = std::log(-std::log(share));
  const double half = kNormalQuantile95 * error / (share * std::abs(std::log(share)));
  return Interval{std::exp(-std::exp(place + half)), std::exp(-std::exp(place - half))};
}

Interval mean_interval(double mean, double deviation, std::int64_t cases) {
  CLEW_ASSERT(cases > 1);
  const double half = kNormalQuantile95 * deviation / std::sqrt(static_cast<double>(cases));
  return {mean - half, mean + half};
}

}  // namespace clewline::evaluation
