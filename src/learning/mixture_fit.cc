#include "learning/mixture_fit.h"

#include <cmath>

namespace clewline::learning {
namespace {

double count_of(const Pattern& pattern) { return pattern.same + pattern.other + pattern.unknown; }

void normalise(std::vector<double>& shares) {
  double sum = 0;
  for (const double share : shares) sum += share;
  for (double& share : shares) share /= sum;
}

std::vector<std::vector<double>> first_m(std::span<const Comparison> comparisons,
                                         std::span<const Pattern> patterns,
                                         const std::vector<std::vector<bool>>& agrees,
                                         double least) {
  std::vector<std::vector<double>> m;
  for (std::size_t c = 0; c < comparisons.size(); ++c) {
    std::vector<double> shares(comparisons[c].levels.size(), least);
    for (const Pattern& pattern : patterns) shares[pattern.levels[c]] += count_of(pattern);
    for (std::size_t l = 0; l < shares.size(); ++l) shares[l] *= agrees[c][l] ? 2 : 1;
    normalise(shares);
    m.push_back(std::move(shares));
  }
  return m;
}

}  // namespace

CategoricalModel MixtureFit::model(std::span<const Comparison> comparisons) const {
  CategoricalModel out = empty_model(comparisons);
  out.prior = std::log(share / (1 - share));
  for (std::size_t c = 0; c < comparisons.size(); ++c) {
    for (std::size_t l = 0; l < comparisons[c].levels.size(); ++l)
      out.weights[c][l] = std::log(m[c][l] / u[c][l]);
  }
  settle_references(comparisons, out);
  return out;
}

CategoricalModel MixtureFit::model(std::span<const Comparison> comparisons,
                                   std::size_t only) const {
  CategoricalModel out = empty_model(comparisons);
  out.prior = std::log(share / (1 - share));
  for (std::size_t l = 0; l < comparisons[only].levels.size(); ++l)
    out.weights[only][l] = std::log(m[only][l] / u[only][l]);
  settle_references(comparisons, out);
  return out;
}

MixtureFit fit_mixture(std::span<const Comparison> comparisons, std::span<const Pattern> patterns,
                       const std::vector<std::vector<double>>& u,
                       const std::vector<std::vector<bool>>& agrees,
                       const MixtureOptions& options) {
  MixtureFit fit;
  fit.share = options.share_start;
  fit.u = u;
  fit.m = first_m(comparisons, patterns, agrees, options.least_count);
  double all = 0;
  for (const Pattern& pattern : patterns) all += pattern.unknown;
  if (all == 0) return fit;
  for (; fit.steps < options.steps_max; ++fit.steps) {
    const CategoricalModel model = fit.model(comparisons);
    double together = 0;
    std::vector<std::vector<double>> m;
    for (const Comparison& comparison : comparisons)
      m.emplace_back(comparison.levels.size(), options.least_count);
    std::vector<std::vector<double>> u = m;
    for (const Pattern& pattern : patterns) {
      const double found = pattern.unknown * model.probability(pattern.levels);
      const double expected = pattern.same + found;
      together += found;
      for (std::size_t c = 0; c < m.size(); ++c) {
        m[c][pattern.levels[c]] += expected;
        u[c][pattern.levels[c]] += count_of(pattern) - expected;
      }
    }
    for (auto& shares : m) normalise(shares);
    for (std::size_t c = 0; c < options.u_is_free.size(); ++c) {
      if (!options.u_is_free[c]) continue;
      normalise(u[c]);
      fit.u[c] = u[c];
    }
    const double share = std::fmin(1 - 1e-9, std::fmax(1e-9, together / all));
    const bool converged = std::fabs(share - fit.share) < options.converged;
    fit.share = share;
    fit.m = std::move(m);
    if (converged) break;
  }
  return fit;
}

}  // namespace clewline::learning
