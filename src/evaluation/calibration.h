#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/bootstrap.h"

namespace clewline::evaluation {

/// A probability that was stated, and what came of it.
struct Forecast {
  double probability = 0;
  bool happened = false;
  std::uint32_t group = 0;  // those of one group are drawn together, numbered from 0
};

/// Forecasts of one tenth of the scale.
struct CalibrationBin {
  std::int64_t forecasts = 0;
  double stated = 0;    // mean probability
  double happened = 0;  // share
  Interval interval;    // Wilson's, of the share
};
inline constexpr std::size_t kCalibrationBins = 10;

struct Calibration {
  std::array<CalibrationBin, kCalibrationBins> bins;
  Estimate brier;  // mean squared distance (Brier 1950)
  Estimate error;  // expected calibration error: Σ over tenths of share · |stated − happened|
  Estimate log_loss;
  /// Of decisions at `threshold`: harmonic mean of precision and recall; 1 when there is nothing.
  Estimate precision;
  Estimate recall;
  Estimate f1;
};

/// Judges forecasts; intervals draw groups.
Calibration calibrate(std::span<const Forecast> forecasts, double threshold,
                      const BootstrapOptions& options);

}  // namespace clewline::evaluation
