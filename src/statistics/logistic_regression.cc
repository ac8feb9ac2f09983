#include "statistics/logistic_regression.h"

#include <cmath>

#include "base/assert.h"
#include "statistics/cholesky.h"

namespace clewline::statistics {
namespace {

constexpr int kStepsMax = 60;
constexpr int kHalvingsMax = 30;
constexpr double kConverged = 1e-12;

/// The penalised log-likelihood at some parameters (the intercept first), with its slopes.
struct Slopes {
  double value = 0;
  std::vector<double> gradient;
  std::vector<std::vector<double>> information;
};

double log_odds_of(std::span<const double> parameters, std::span<const double> row) {
  double z = parameters[0];
  for (std::size_t i = 0; i < row.size(); ++i) z += parameters[i + 1] * row[i];
  return z;
}

double likelihood_of(double z, bool happened) {
  const double softplus = z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
  return (happened ? z : 0) - softplus;
}

double penalty(std::span<const double> parameters, double ridge) {
  double sum = 0;
  for (std::size_t i = 1; i < parameters.size(); ++i) sum += parameters[i] * parameters[i];
  return ridge / 2 * sum;
}

double value_at(const FeatureRows& features, std::span<const std::uint8_t> happened,
                std::span<const double> parameters, double ridge) {
  double value = -penalty(parameters, ridge);
  for (std::size_t unit = 0; unit < happened.size(); ++unit)
    value += likelihood_of(log_odds_of(parameters, features.row(unit)), happened[unit] != 0);
  return value;
}

Slopes slopes_at(const FeatureRows& features, std::span<const std::uint8_t> happened,
                 std::span<const double> parameters, double ridge) {
  const std::size_t size = parameters.size();
  Slopes out{-penalty(parameters, ridge), std::vector<double>(size, 0.0),
             std::vector<std::vector<double>>(size, std::vector<double>(size, 0.0))};
  std::vector<double> x(size, 1.0);
  for (std::size_t unit = 0; unit < happened.size(); ++unit) {
    const auto row = features.row(unit);
    for (std::size_t i = 0; i < row.size(); ++i) x[i + 1] = row[i];
    const double z = log_odds_of(parameters, row);
    const double p = 1 / (1 + std::exp(-z));
    const double left = (happened[unit] != 0 ? 1 : 0) - p;
    out.value += likelihood_of(z, happened[unit] != 0);
    for (std::size_t i = 0; i < size; ++i) {
      out.gradient[i] += left * x[i];
      const double weighted = p * (1 - p) * x[i];
      for (std::size_t j = 0; j <= i; ++j) out.information[i][j] += weighted * x[j];
    }
  }
  for (std::size_t i = 1; i < size; ++i) {
    out.gradient[i] -= ridge * parameters[i];
    out.information[i][i] += ridge;
  }
  return out;
}

}  // namespace

double LogisticRegression::log_odds(std::span<const double> row) const {
  double z = intercept;
  for (std::size_t i = 0; i < row.size(); ++i) z += coefficients[i] * row[i];
  return z;
}

LogisticRegression fit_logistic_regression(const FeatureRows& features,
                                           std::span<const std::uint8_t> happened, double ridge) {
  CLEW_ASSERT(features.values.size() == happened.size() * features.width);
  std::vector<double> parameters(features.width + 1, 0.0);
  Slopes slopes = slopes_at(features, happened, parameters, ridge);
  for (int step = 0; step < kStepsMax; ++step) {
    const auto direction = solve_positive_definite(slopes.information, slopes.gradient);
    std::vector<double> next = parameters;
    double length = 1;
    double value = slopes.value;
    for (int halving = 0; halving < kHalvingsMax; ++halving, length /= 2) {
      for (std::size_t i = 0; i < next.size(); ++i) next[i] = parameters[i] + length * direction[i];
      value = value_at(features, happened, next, ridge);
      if (value >= slopes.value) break;
    }
    if (value < slopes.value) break;
    const bool converged = value - slopes.value < kConverged * (1 + std::fabs(value));
    parameters = std::move(next);
    slopes = slopes_at(features, happened, parameters, ridge);
    if (converged) break;
  }
  LogisticRegression fit;
  fit.intercept = parameters[0];
  fit.coefficients.assign(parameters.begin() + 1, parameters.end());
  fit.log_likelihood = slopes.value + penalty(parameters, ridge);
  for (std::size_t i = 1; i < parameters.size(); ++i) {
    std::vector<double> unit(parameters.size(), 0.0);
    unit[i] = 1;
    fit.errors.push_back(std::sqrt(solve_positive_definite(slopes.information, unit)[i]));
  }
  return fit;
}

}  // namespace clewline::statistics
