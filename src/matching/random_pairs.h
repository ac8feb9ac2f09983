#pragma once

#include <cstdint>

#include "matching/comparator.h"

namespace clewline::matching {

struct RandomPairOptions {
  int threads = 1;
  std::uint64_t seed = 1;
  /// Up to this many pairs all are compared, above it so many drawn at random.
  std::uint64_t pairs_max = 2'000'000;
};

/// Sets u of every level: the share of pairs, blocked or not, that show it. A level `exact` that
/// comes first is counted over all pairs by the values' frequencies; the others from random pairs.
/// A level that no pair showed gets the share of half a pair. Returns the pairs compared.
std::uint64_t estimate_u(const ComparedFields& fields, const RandomPairOptions& options,
                         std::vector<Comparison>& comparisons);

}  // namespace clewline::matching
