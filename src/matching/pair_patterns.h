#pragma once

#include <cstdint>
#include <vector>

#include "matching/blocking.h"
#include "matching/comparator.h"

namespace clewline::matching {

/// Pairs that look the same to a model: the same levels and the same frequencies of what they share
/// (`terms`, as `Comparator::terms`).
struct PatternCount {
  Pattern pattern = 0;
  double terms = 0;
  std::uint64_t pairs = 0;
};

struct PatternOptions {
  int threads = 1;
  /// Above this many pairs every k-th is taken, chosen by the two records' numbers.
  std::uint64_t pairs_max = 20'000'000;
};

/// Compares the pairs of `blocking` and counts how they look, ascending by pattern and terms: the
/// same for every number of threads.
std::vector<PatternCount> count_patterns(const Blocking& blocking, const ComparedFields& fields,
                                         const PatternOptions& options);

}  // namespace clewline::matching
