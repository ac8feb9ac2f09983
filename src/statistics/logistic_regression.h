#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace clewline::statistics {

/// Numbers of units, one unit after the other, `width` each.
struct FeatureRows {
  std::span<const double> values;
  std::size_t width = 0;

  std::size_t count() const { return width == 0 ? 0 : values.size() / width; }
  std::span<const double> row(std::size_t unit) const {
    return values.subspan(unit * width, width);
  }
};

struct LogisticRegression {
  double intercept = 0;
  std::vector<double> coefficients;
  std::vector<double> errors;  // of the coefficients, units independent
  double log_likelihood = 0;

  /// Returns the log-odds of a unit.
  double log_odds(std::span<const double> row) const;
};

/// Fits P(happened) = 1/(1 + exp(−intercept − Σ coefficient · feature)) by Newton's method with
/// halved steps, with the penalty ½ · ridge · Σ coefficient²; the intercept is free. Without a
/// unit, or when all or none happened and nothing is penalised, the numbers stay finite but mean
/// nothing.
LogisticRegression fit_logistic_regression(const FeatureRows& features,
                                           std::span<const std::uint8_t> happened,
                                           double ridge = 0);

}  // namespace clewline::statistics
