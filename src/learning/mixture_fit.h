#pragma once

#include <span>
#include <vector>

#include "learning/categorical_model.h"

namespace clewline::learning {

/// What EM finds: the share of pairs that belong together, and how often each level occurs among
/// them (m) and among the others (u).
struct MixtureFit {
  double share = 0;
  std::vector<std::vector<double>> m;
  std::vector<std::vector<double>> u;
  int steps = 0;

  /// Returns ln(share ÷ (1 − share)) and ln(m ÷ u), references settled.
  CategoricalModel model(std::span<const Comparison> comparisons) const;
  /// The same of one comparison alone; the others weigh nothing.
  CategoricalModel model(std::span<const Comparison> comparisons, std::size_t only) const;
};

struct MixtureOptions {
  double share_start = 0.2;
  int steps_max = 2000;
  double converged = 1e-9;
  /// Added to every count of a level, so that nothing is impossible.
  double least_count = 0.5;
  /// Comparisons whose u is estimated too, beginning with the one given; empty: none.
  std::vector<bool> u_is_free;
};

/// Fits the mixture by EM, comparisons taken as independent given whether a pair belongs together.
/// Labelled patterns count as labelled, the others by their probability (Nigam, McCallum, Thrun &
/// Mitchell, Machine Learning 39, 2000); `share` is that of the others. `u[c][l]` is the share of
/// level `l` among pairs that do not belong together, fixed unless freed. Starts from m ∝ the
/// patterns' own shares; levels that speak for belonging together (`agrees`) get twice theirs.
MixtureFit fit_mixture(std::span<const Comparison> comparisons, std::span<const Pattern> patterns,
                       const std::vector<std::vector<double>>& u,
                       const std::vector<std::vector<bool>>& agrees,
                       const MixtureOptions& options = {});

}  // namespace clewline::learning
