#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <vector>

#include "insights/paths/customer_sums.h"
#include "insights/paths/path_case.h"

namespace clewline::insights {

/// Paths of one and the same sequence of activities.
struct Variant {
  std::size_t first_step = 0;  // of its activities among those of all variants
  std::uint32_t steps = 0;
  std::uint32_t next_alike = 0;  // a variant of the same hash; itself: none
  NumeratorSums paths;
  TimeUs time_us = 0;
};

/// Counts the different sequences that paths are. One scan, O(steps).
class PathVariants {
 public:
  /// Adds a path of at least one step. Paths of one customer must come one after another.
  void add(const PathCase& path);
  /// Ends the last customer. Call once, before reading.
  void finish();

  const std::vector<Variant>& all() const { return variants_; }
  std::span<const std::uint32_t> activities_of(const Variant& variant) const {
    return std::span(steps_).subspan(variant.first_step, variant.steps);
  }

 private:
  std::uint32_t variant_of(const PathCase& path);
  void end_customer();

  std::vector<Variant> variants_;
  std::vector<std::uint32_t> steps_;
  absl::flat_hash_map<std::uint64_t, std::uint32_t> by_hash_;
  std::vector<std::uint32_t> of_customer_;  // the variants of the customer's paths
  bool has_customer_ = false;
  std::uint32_t customer_ = 0;
};

}  // namespace clewline::insights
