#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "matching/blocking.h"
#include "matching/expectation_maximization.h"
#include "matching/random_pairs.h"

namespace clewline::matching {

struct TrainOptions {
  int threads = 1;
  std::vector<BlockingRule> blocking;  // of the pairs that are compared in the end
  std::vector<BlockingRule> training;  // one EM each; empty: those of `blocking`
  /// Pairs that share these are taken for matches, `recall` of all of them: gives λ. Empty: λ from
  /// the model's own weights.
  std::vector<BlockingRule> deterministic;
  double recall = 0.7;
  BlockingOptions block;
  RandomPairOptions random;
  std::uint64_t pairs_max = 20'000'000;  // that one EM reads
  EmOptions em;
};

/// What one EM did.
struct TrainingSession {
  std::string rule;
  std::uint64_t pairs = 0;
  std::uint64_t keys_left_out = 0;
  double lambda = 0;
  int iterations = 0;
  bool converged = false;
  std::vector<std::string> fields;  // that it trained
};

struct Training {
  Model model;
  std::vector<TrainingSession> sessions;
  std::vector<std::string> untrained;  // fields that every session blocked on: m as it began
  std::uint64_t random_pairs = 0;
  bool lambda_by_rules = false;
};

/// Trains a model on records: u from random pairs, m from one EM a rule with u fixed, averaged over
/// the rules that leave a field free; λ by deterministic rules, else so that the expected matches
/// among the pairs compared are λ times all pairs. `start` gives the comparisons with the m to
/// begin from. Errors: `bad_input` for rules or fields that the records lack, or too few pairs.
Result<Training> train(const Model& start, const Records& records, const TrainOptions& options);

}  // namespace clewline::matching
