#include "learning/categorical_model.h"

#include <cmath>

#include "base/assert.h"

namespace clewline::learning {
namespace {

constexpr int kStepsMax = 500;
constexpr double kConverged = 1e-9;
constexpr double kShareLeast = 1e-6;

}  // namespace

double CategoricalModel::log_odds(std::span<const std::uint8_t> levels) const {
  CLEW_ASSERT(levels.size() == weights.size());
  double sum = prior;
  for (std::size_t c = 0; c < levels.size(); ++c) sum += weights[c][levels[c]];
  return sum;
}

double CategoricalModel::probability(std::span<const std::uint8_t> levels) const {
  return 1 / (1 + std::exp(-log_odds(levels)));
}

CategoricalModel empty_model(std::span<const Comparison> comparisons) {
  CategoricalModel model;
  for (const Comparison& comparison : comparisons)
    model.weights.emplace_back(comparison.levels.size(), 0.0);
  return model;
}

void settle_references(std::span<const Comparison> comparisons, CategoricalModel& model) {
  for (std::size_t c = 0; c < comparisons.size(); ++c) {
    const double reference = model.weights[c][comparisons[c].reference];
    for (double& weight : model.weights[c]) weight -= reference;
    model.prior += reference;
  }
}

CategoricalModel shift_prior(const CategoricalModel& model, std::span<const Pattern> patterns,
                             double share_learned) {
  CategoricalModel shifted = model;
  const double learned_odds = std::log(share_learned / (1 - share_learned));
  double share = share_learned;
  for (int step = 0; step < kStepsMax; ++step) {
    shifted.prior = model.prior - learned_odds + std::log(share / (1 - share));
    double sum = 0;
    double all = 0;
    for (const Pattern& pattern : patterns) {
      const double count = pattern.same + pattern.other + pattern.unknown;
      sum += count * shifted.probability(pattern.levels);
      all += count;
    }
    if (all == 0) return model;
    const double next = std::fmin(1 - kShareLeast, std::fmax(kShareLeast, sum / all));
    const bool converged = std::fabs(next - share) < kConverged;
    share = next;
    if (converged) break;
  }
  shifted.prior = model.prior - learned_odds + std::log(share / (1 - share));
  return shifted;
}

}  // namespace clewline::learning
