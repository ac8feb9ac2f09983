#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace clewline::learning {

/// One comparison: its levels, and the one that weighs nothing.
struct Comparison {
  std::string name;
  std::vector<std::string> levels;
  std::size_t reference = 0;
};

/// One combination of levels (one a comparison), and how often it occurred.
struct Pattern {
  std::vector<std::uint8_t> levels;
  double same = 0;     // labelled as belonging together
  double other = 0;    // labelled as not
  double unknown = 0;  // without label
};

/// Log-odds that add up: `weights[c][l]` of level `l` of comparison `c`.
struct CategoricalModel {
  double prior = 0;
  std::vector<std::vector<double>> weights;

  double log_odds(std::span<const std::uint8_t> levels) const;
  double probability(std::span<const std::uint8_t> levels) const;
};

/// Returns a model in which nothing weighs anything.
CategoricalModel empty_model(std::span<const Comparison> comparisons);

/// Moves every comparison's weights so that its reference level weighs nothing; probabilities stay.
void settle_references(std::span<const Comparison> comparisons, CategoricalModel& model);

/// Finds the prior under which the mean probability of all patterns (whatever their label) is the
/// share that the model itself expects of them: EM on the prior alone (Saerens, Latinne &
/// Decaestecker, Neural Computation 14, 2002). `share_learned` is the share of `same` the model was
/// learned with.
CategoricalModel shift_prior(const CategoricalModel& model, std::span<const Pattern> patterns,
                             double share_learned);

}  // namespace clewline::learning
