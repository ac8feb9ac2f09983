#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "statistics/gaussian_mixture.h"

namespace clewline::statistics {

/// A value of one of the groups (customers) that are drawn as a whole.
struct GroupedValue {
  std::uint32_t group = 0;
  double value = 0;
};

struct CrossingOptions {
  std::uint32_t resamples = 200;
  std::uint64_t seed = 1;
  double confidence = 0.95;
};

/// Where a crossing lies in resamples of the groups.
struct CrossingInterval {
  double low = 0;
  double high = 0;
  double standard_error = 0;
  double share_found = 0;  // of the resamples; in the others the two bells do not cross
};

/// Draws groups with replacement, fits the mixture again from where it stands and takes the
/// percentiles of `crossing_of_sides` above the component `lower`. Resamples are fitted on 512
/// bins. Above 20,000 groups, groups are put together at random into 20,000 before. Null with fewer
/// than two groups, without resamples, or when fewer than half of them cross.
std::optional<CrossingInterval> crossing_interval(std::span<const GroupedValue> values,
                                                  const Mixture& mixture, std::size_t lower,
                                                  const CrossingOptions& options = {});

}  // namespace clewline::statistics
