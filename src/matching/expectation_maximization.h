#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "matching/model.h"
#include "matching/pair_patterns.h"

namespace clewline::matching {

struct EmOptions {
  /// Ends when no λ, m or u moves further than this.
  double convergence = 1e-4;
  int iterations_max = 100;
  /// u stays as it is: estimated inside blocked pairs it makes the model collapse.
  bool fix_u = true;
};

struct EmResult {
  std::vector<double> lambda;  // at the start and after every iteration
  std::vector<Comparison> comparisons;
  bool converged = false;
  int iterations() const { return static_cast<int>(lambda.size()) - 1; }
};

/// Fits λ and m (and u, unless fixed) to the looks of pairs by expectation and maximisation,
/// starting from the model (Fellegi and Sunter 1969; Winkler 1988). The patterns are those of the
/// model's comparisons: leave out the fields on which the pairs were blocked. Term frequencies take
/// part.
EmResult maximise_expectation(std::span<const PatternCount> pairs, const Model& start,
                              const EmOptions& options);

/// Weighs looks of pairs under a model.
class PatternWeights {
 public:
  explicit PatternWeights(const Model& model);
  /// Returns the match weight: log2 of the odds, the prior included.
  double weight(Pattern pattern, double terms) const { return prior_ + evidence(pattern, terms); }
  /// Returns the match weight without the prior.
  double evidence(Pattern pattern, double terms) const {
    double sum = 0;
    for (std::size_t c = 0; c < comparisons_; ++c) sum += weights_[c * 16 + level_of(pattern, c)];
    return sum - terms;
  }
  double prior() const { return prior_; }

 private:
  double prior_ = 0;
  std::size_t comparisons_ = 0;
  std::vector<double> weights_;  // 16 a comparison; a level that weighs terms holds + w·log2(u)
};

}  // namespace clewline::matching
