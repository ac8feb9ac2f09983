#include "matching/expectation_maximization.h"

#include <algorithm>
#include <cmath>

namespace clewline::matching {
namespace {

/// Sums over pairs: of matches and of the others, for each level.
struct LevelSums {
  std::vector<double> matches;  // 16 a comparison
  std::vector<double> others;
  double all_matches = 0;
  double pairs = 0;
};

LevelSums expect(std::span<const PatternCount> pairs, const PatternWeights& weights,
                 std::size_t comparisons) {
  LevelSums sums{std::vector<double>(comparisons * 16, 0),
                 std::vector<double>(comparisons * 16, 0)};
  for (const PatternCount& look : pairs) {
    const auto count = static_cast<double>(look.pairs);
    const double p = probability_of(weights.weight(look.pattern, look.terms));
    const double matches = p * count;
    sums.all_matches += matches;
    sums.pairs += count;
    for (std::size_t c = 0; c < comparisons; ++c) {
      const std::size_t at = c * 16 + level_of(look.pattern, c);
      sums.matches[at] += matches;
      sums.others[at] += count - matches;
    }
  }
  return sums;
}

/// Sets a share from its sums; returns how far it moved.
double move(double& share, double part, double whole) {
  if (whole <= 0) return 0;
  const double before = share;
  share = part / whole;
  return std::abs(share - before);
}

double maximise(const LevelSums& sums, bool fix_u, std::vector<Comparison>& comparisons) {
  double moved = 0;
  for (std::size_t c = 0; c < comparisons.size(); ++c) {
    double matches = 0;
    double others = 0;
    auto& levels = comparisons[c].levels;
    for (std::size_t l = 0; l < levels.size(); ++l) {
      matches += sums.matches[c * 16 + l];
      others += sums.others[c * 16 + l];
    }
    for (std::size_t l = 0; l < levels.size(); ++l) {
      moved = std::max(moved, move(levels[l].m, sums.matches[c * 16 + l], matches));
      if (!fix_u) moved = std::max(moved, move(levels[l].u, sums.others[c * 16 + l], others));
    }
  }
  return moved;
}

}  // namespace

PatternWeights::PatternWeights(const Model& model)
    : prior_(log2_odds(model.lambda)),
      comparisons_(model.comparisons.size()),
      weights_(model.comparisons.size() * 16, 0) {
  for (std::size_t c = 0; c < comparisons_; ++c) {
    const Comparison& comparison = model.comparisons[c];
    for (std::size_t l = 0; l < comparison.levels.size(); ++l) {
      const Level& level = comparison.levels[l];
      weights_[c * 16 + l] = level_weight(level);
      if (level.term_weight > 0)
        weights_[c * 16 + l] += level.term_weight * std::log2(exact_u(comparison));
    }
  }
}

EmResult maximise_expectation(std::span<const PatternCount> pairs, const Model& start,
                              const EmOptions& options) {
  Model model = start;
  EmResult out;
  out.lambda = {start.lambda};
  while (out.iterations() < options.iterations_max && !out.converged) {
    const PatternWeights weights(model);
    const LevelSums sums = expect(pairs, weights, model.comparisons.size());
    double moved = maximise(sums, options.fix_u, model.comparisons);
    moved = std::max(moved, move(model.lambda, sums.all_matches, sums.pairs));
    out.lambda.push_back(model.lambda);
    out.converged = moved < options.convergence;
  }
  out.comparisons = std::move(model.comparisons);
  return out;
}

}  // namespace clewline::matching
