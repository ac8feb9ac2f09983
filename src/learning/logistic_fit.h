#pragma once

#include <span>
#include <vector>

#include "learning/categorical_model.h"

namespace clewline::learning {

/// Which levels are learned; the others keep the weight they have.
using LearnedLevels = std::vector<std::vector<bool>>;

struct LogisticOptions {
  double ridge = 0.1;  // penalty ½ · ridge · Σ weight²; the prior is free
  int steps_max = 100;
};

/// Fits the prior and the learned weights to the labelled patterns by penalised maximum likelihood
/// (Newton's method with halved steps), beginning with `start`. Patterns without labels say
/// nothing.
CategoricalModel fit_logistic(std::span<const Comparison> comparisons,
                              std::span<const Pattern> patterns, const LearnedLevels& learned,
                              const CategoricalModel& start, const LogisticOptions& options = {});

/// The mean log-loss of the labelled patterns, penalty left out; 0 without any.
double log_loss(const CategoricalModel& model, std::span<const Pattern> patterns);

}  // namespace clewline::learning
