#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "statistics/logistic_regression.h"

namespace clewline::statistics {

/// Ordered levels explained by features: P(level ≤ k) = 1/(1 + exp(Σ coefficient · feature −
/// threshold k)) (McCullagh, JRSS B 42, 1980). A coefficient above 0 raises the level.
struct ProportionalOdds {
  std::vector<double> thresholds;  // one fewer than levels, ascending
  std::vector<double> coefficients;
  std::vector<double> errors;  // of the coefficients, units independent
  double log_likelihood = 0;
};

/// Fits by Fisher's scoring with halved steps, with the penalty ½ · ridge · Σ coefficient². Levels
/// are 0 … `levels` − 1, each of which must occur.
ProportionalOdds fit_proportional_odds(const FeatureRows& features,
                                       std::span<const std::uint8_t> level, std::size_t levels,
                                       double ridge = 0);

}  // namespace clewline::statistics
