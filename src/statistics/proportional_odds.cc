#include "statistics/proportional_odds.h"

#include <cmath>
#include <limits>

#include "base/assert.h"
#include "statistics/cholesky.h"

namespace clewline::statistics {
namespace {

constexpr int kStepsMax = 100;
constexpr int kHalvingsMax = 30;
constexpr double kConverged = 1e-12;

double share_below(double z) { return 1 / (1 + std::exp(-z)); }

/// Parameters: thresholds, then coefficients.
class Model {
 public:
  Model(const FeatureRows& features, std::span<const std::uint8_t> level, std::size_t levels,
        double ridge)
      : features_(features), level_(level), cuts_(levels - 1), ridge_(ridge) {}

  std::size_t size() const { return cuts_ + features_.width; }

  double penalty(std::span<const double> at) const {
    double sum = 0;
    for (std::size_t i = cuts_; i < size(); ++i) sum += at[i] * at[i];
    return ridge_ / 2 * sum;
  }

  /// Minus infinity where the thresholds are out of order.
  double value(std::span<const double> at) const {
    for (std::size_t k = 1; k < cuts_; ++k) {
      if (at[k] <= at[k - 1]) return -std::numeric_limits<double>::infinity();
    }
    double sum = -penalty(at);
    for (std::size_t unit = 0; unit < level_.size(); ++unit) {
      const double score = score_of(at, unit);
      const std::size_t k = level_[unit];
      const double upper = k < cuts_ ? share_below(at[k] - score) : 1;
      const double lower = k > 0 ? share_below(at[k - 1] - score) : 0;
      sum += std::log(upper - lower);
    }
    return sum;
  }

  void slopes(std::span<const double> at, std::vector<double>& gradient,
              std::vector<std::vector<double>>& information) const {
    gradient.assign(size(), 0.0);
    information.assign(size(), std::vector<double>(size(), 0.0));
    std::vector<double> slope(size());
    for (std::size_t unit = 0; unit < level_.size(); ++unit) {
      const double score = score_of(at, unit);
      for (std::size_t k = 0; k <= cuts_; ++k) {
        const double p = slope_of_level(at, unit, score, k, slope);
        if (p <= 0) continue;
        for (std::size_t i = 0; i < size(); ++i) {
          if (level_[unit] == k) gradient[i] += slope[i] / p;
          for (std::size_t j = 0; j <= i; ++j) information[i][j] += slope[i] * slope[j] / p;
        }
      }
    }
    for (std::size_t i = cuts_; i < size(); ++i) {
      gradient[i] -= ridge_ * at[i];
      information[i][i] += ridge_;
    }
  }

  std::vector<double> start() const {
    std::vector<double> counts(cuts_ + 1, 0.0);
    for (const std::uint8_t level : level_) counts[level] += 1;
    std::vector<double> at(size(), 0.0);
    double below = 0;
    for (std::size_t k = 0; k < cuts_; ++k) {
      below += counts[k];
      at[k] = std::log(below / (static_cast<double>(level_.size()) - below));
    }
    return at;
  }

 private:
  double score_of(std::span<const double> at, std::size_t unit) const {
    double score = 0;
    const auto row = features_.row(unit);
    for (std::size_t i = 0; i < row.size(); ++i) score += at[cuts_ + i] * row[i];
    return score;
  }

  // The probability of a level, and its slopes.
  double slope_of_level(std::span<const double> at, std::size_t unit, double score, std::size_t k,
                        std::vector<double>& slope) const {
    const double upper = k < cuts_ ? share_below(at[k] - score) : 1;
    const double lower = k > 0 ? share_below(at[k - 1] - score) : 0;
    const double upper_slope = upper * (1 - upper);
    const double lower_slope = lower * (1 - lower);
    for (std::size_t i = 0; i < cuts_; ++i) slope[i] = 0;
    if (k < cuts_) slope[k] = upper_slope;
    if (k > 0) slope[k - 1] = -lower_slope;
    const auto row = features_.row(unit);
    for (std::size_t i = 0; i < row.size(); ++i)
      slope[cuts_ + i] = -(upper_slope - lower_slope) * row[i];
    return upper - lower;
  }

  const FeatureRows& features_;
  std::span<const std::uint8_t> level_;
  std::size_t cuts_;
  double ridge_;
};

}  // namespace

ProportionalOdds fit_proportional_odds(const FeatureRows& features,
                                       std::span<const std::uint8_t> level, std::size_t levels,
                                       double ridge) {
  CLEW_ASSERT(levels >= 2 && features.values.size() == level.size() * features.width);
  const Model model(features, level, levels, ridge);
  std::vector<double> at = model.start();
  double value = model.value(at);
  std::vector<double> gradient;
  std::vector<std::vector<double>> information;
  for (int step = 0; step < kStepsMax; ++step) {
    model.slopes(at, gradient, information);
    const auto direction = solve_positive_definite(information, gradient);
    std::vector<double> next = at;
    double length = 1;
    double next_value = value;
    for (int halving = 0; halving < kHalvingsMax; ++halving, length /= 2) {
      for (std::size_t i = 0; i < at.size(); ++i) next[i] = at[i] + length * direction[i];
      next_value = model.value(next);
      if (next_value >= value) break;
    }
    if (!(next_value >= value)) break;
    const bool converged = next_value - value < kConverged * (1 + std::fabs(value));
    at = std::move(next);
    value = next_value;
    if (converged) break;
  }
  model.slopes(at, gradient, information);
  ProportionalOdds fit;
  const auto cuts = static_cast<std::ptrdiff_t>(levels) - 1;
  fit.thresholds.assign(at.begin(), at.begin() + cuts);
  fit.coefficients.assign(at.begin() + cuts, at.end());
  fit.log_likelihood = value + model.penalty(at);
  for (std::size_t i = levels - 1; i < model.size(); ++i) {
    std::vector<double> unit(model.size(), 0.0);
    unit[i] = 1;
    fit.errors.push_back(std::sqrt(solve_positive_definite(information, unit)[i]));
  }
  return fit;
}

}  // namespace clewline::statistics
