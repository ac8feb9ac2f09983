#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "identity/testing/sample.h"
#include "model/link_result.h"
#include "model/linking_config.h"

namespace clewline::identity::testing {

/// A configuration whose limits are so low that a handful of events reaches them.
LinkingConfig small_limits();

/// How the samples of one run are made.
struct SampleShape {
  int events_max = 18;
  bool assertions = true;
};

/// Makes a sample in which few people, values and keys meet often: hubs, conflicts, ties, nulls and
/// kiosks are common.
Sample random_sample(std::mt19937_64& random, const SampleShape& shape = {});

/// Puts events, profiles, assertions and identifiers into another order.
Sample permuted(Sample sample, std::mt19937_64& random);

/// Takes parts away as long as the sample still fails; returns the smallest failing sample found.
Sample shrink(Sample sample, const std::function<bool(const Sample&)>& fails);

/// How often each situation occurred in the samples of a run.
using Situations = std::map<std::string, std::size_t>;

/// Counts what a sample and its result contain: nulls, keyless events, kiosks, logouts, hubs,
/// conflicts, steps.
void count_situations(const Sample& sample, const LinkInput& input, const IdentityResult& result,
                      Situations& situations);

}  // namespace clewline::identity::testing
