#include "learning/logistic_fit.h"

#include <cmath>
#include <utility>

#include "statistics/cholesky.h"

namespace clewline::learning {
namespace {

constexpr double kConverged = 1e-10;
constexpr int kHalvingsMax = 40;

/// Which parameter each level is; parameter 0 is the prior.
class Parameters {
 public:
  Parameters(std::span<const Comparison> comparisons, const LearnedLevels& learned) {
    for (std::size_t c = 0; c < comparisons.size(); ++c) {
      for (std::size_t l = 0; l < comparisons[c].levels.size(); ++l) {
        if (l != comparisons[c].reference && learned[c][l]) places_.emplace_back(c, l);
      }
    }
  }
  std::size_t count() const { return places_.size() + 1; }
  double& of(CategoricalModel& model, std::size_t parameter) const {
    return parameter == 0
               ? model.prior
               : model.weights[places_[parameter - 1].first][places_[parameter - 1].second];
  }
  double of(const CategoricalModel& model, std::size_t parameter) const {
    return of(const_cast<CategoricalModel&>(model), parameter);
  }
  bool holds(const Pattern& pattern, std::size_t parameter) const {
    if (parameter == 0) return true;
    const auto& [comparison, level] = places_[parameter - 1];
    return pattern.levels[comparison] == level;
  }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> places_;
};

double penalised_loss(const CategoricalModel& model, std::span<const Pattern> patterns,
                      const Parameters& parameters, double ridge) {
  double loss = 0;
  for (const Pattern& pattern : patterns) {
    const double z = model.log_odds(pattern.levels);
    const double softplus = z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
    loss += (pattern.same + pattern.other) * softplus - pattern.same * z;
  }
  for (std::size_t p = 1; p < parameters.count(); ++p) {
    const double weight = parameters.of(model, p);
    loss += ridge / 2 * weight * weight;
  }
  return loss;
}

std::vector<double> newton_step(const CategoricalModel& model, std::span<const Pattern> patterns,
                                const Parameters& parameters, double ridge) {
  const std::size_t size = parameters.count();
  std::vector<double> gradient(size, 0.0);
  std::vector<std::vector<double>> hessian(size, std::vector<double>(size, 0.0));
  for (const Pattern& pattern : patterns) {
    const double count = pattern.same + pattern.other;
    if (count == 0) continue;
    const double p = model.probability(pattern.levels);
    for (std::size_t i = 0; i < size; ++i) {
      if (!parameters.holds(pattern, i)) continue;
      gradient[i] += count * p - pattern.same;
      for (std::size_t j = 0; j <= i; ++j) {
        if (parameters.holds(pattern, j)) hessian[i][j] += count * p * (1 - p);
      }
    }
  }
  for (std::size_t i = 1; i < size; ++i) {
    gradient[i] += ridge * parameters.of(model, i);
    hessian[i][i] += ridge;
  }
  return statistics::solve_positive_definite(std::move(hessian), std::move(gradient));
}

}  // namespace

CategoricalModel fit_logistic(std::span<const Comparison> comparisons,
                              std::span<const Pattern> patterns, const LearnedLevels& learned,
                              const CategoricalModel& start, const LogisticOptions& options) {
  const Parameters parameters(comparisons, learned);
  CategoricalModel model = start;
  double loss = penalised_loss(model, patterns, parameters, options.ridge);
  for (int step = 0; step < options.steps_max; ++step) {
    const auto direction = newton_step(model, patterns, parameters, options.ridge);
    double length = 1;
    CategoricalModel next = model;
    double next_loss = loss;
    for (int halving = 0; halving < kHalvingsMax; ++halving, length /= 2) {
      next = model;
      for (std::size_t p = 0; p < parameters.count(); ++p)
        parameters.of(next, p) -= length * direction[p];
      next_loss = penalised_loss(next, patterns, parameters, options.ridge);
      if (next_loss <= loss) break;
    }
    if (next_loss > loss) break;
    const bool converged = loss - next_loss < kConverged * (1 + std::fabs(loss));
    model = next;
    loss = next_loss;
    if (converged) break;
  }
  return model;
}

double log_loss(const CategoricalModel& model, std::span<const Pattern> patterns) {
  const Parameters none({}, {});
  double labelled = 0;
  for (const Pattern& pattern : patterns) labelled += pattern.same + pattern.other;
  return labelled > 0 ? penalised_loss(model, patterns, none, 0) / labelled : 0;
}

}  // namespace clewline::learning
