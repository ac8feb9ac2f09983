#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "evaluation/interval.h"

namespace clewline::evaluation {

struct BootstrapOptions {
  std::uint32_t resamples = 2000;
  std::uint64_t seed = 1;
  double confidence = 0.95;
  /// More groups are put together at random into as many: the variance of the sums stays.
  std::uint32_t groups_max = 20'000;
};

/// A number with its interval. The interval is absent when there are fewer than two groups or no
/// resample.
struct Estimate {
  double value = 0;
  std::optional<Interval> interval;    // BCa
  std::optional<Interval> percentile;  // plain percentiles, for comparison
  double standard_error = 0;           // of the resamples
  double jackknife_error = 0;          // leaving out one group at a time
  double acceleration = 0;
};

/// Numbers computed from sums: reads `sums`, fills `values`, all finite.
using Statistic = std::function<void(std::span<const double> sums, std::span<double> values)>;

/// Draws groups with replacement and returns each value with its bias-corrected and accelerated
/// interval (Efron 1987; Efron & Tibshirani 1993, §14.3; acceleration by the jackknife), falling
/// back to percentiles where all resamples lie on one side. `rows` holds the sums of one group
/// after the other, `width` each.
std::vector<Estimate> bootstrap(std::span<const double> rows, std::size_t width,
                                const Statistic& statistic, std::size_t values,
                                const BootstrapOptions& options);

}  // namespace clewline::evaluation
