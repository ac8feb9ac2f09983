#pragma once

#include <cstdint>
#include <vector>

#include "insights/paths/customer_sums.h"
#include "insights/paths/edge_table.h"
#include "insights/paths/path_case.h"
#include "statistics/clustered_ratio.h"

namespace clewline::insights {

/// What the paths have of one activity.
struct ActivityCounts {
  std::int64_t steps = 0;
  std::int64_t first = 0;  // paths that begin with it
  std::int64_t last = 0;   // that end with it
  NumeratorSums paths;     // that have it
  NumeratorSums repeated;  // that have it more than once
};

/// A step from one activity to the next, directly after it.
struct EdgeCounts {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::int64_t count = 0;
  std::int64_t back_at_once = 0;  // followed by `from` again: a loop of two
  NumeratorSums paths;            // that have it
  NumeratorSums time;             // in ms, with the customers' whole time
  double time_counts = 0;         // products of the customers' time and count
  double count_squares = 0;
  double customers = 0;
  std::vector<TimeUs> times;  // of each, in no order
};

/// Paths of one and the same sequence of activities.
struct Variant {
  std::size_t first_step = 0;  // of its activities among those of all variants
  std::uint32_t steps = 0;
  std::uint32_t next_alike = 0;  // a variant of the same hash; itself: none
  NumeratorSums paths;
  TimeUs time_us = 0;
};

/// The directly-follows map of paths with frequency and time, their variants, and what repeats.
/// One scan, in any number of steps; O(steps), and 8 bytes a step for medians.
class PathMap {
 public:
  /// Adds a path of at least one step. Paths of one customer must come one after another.
  void add(const PathCase& path);
  /// Ends the last customer. Call once, before reading.
  void finish();

  const std::vector<ActivityCounts>& activities() const { return activities_; }
  const std::vector<EdgeCounts>& edges() const { return edges_; }
  std::vector<EdgeCounts>& edges() { return edges_; }
  const std::vector<Variant>& variants() const { return variants_; }
  std::span<const std::uint32_t> activities_of(const Variant& variant) const {
    return std::span(variant_steps_).subspan(variant.first_step, variant.steps);
  }
  const DenominatorSums& paths() const { return paths_; }
  const NumeratorSums& paths_with_rework() const { return rework_; }
  std::int64_t steps() const { return steps_; }
  std::int64_t transitions() const { return transitions_; }
  std::int64_t equal_times() const { return equal_times_; }
  const std::vector<TimeUs>& durations() const { return durations_; }
  /// The time between all steps, by customer, in ms.
  const DenominatorSums& time() const { return time_; }

 private:
  void add_steps(const PathCase& path);
  std::uint32_t variant_of(const PathCase& path);
  void end_customer();
  EdgeCounts& edge(std::uint32_t from, std::uint32_t to, std::uint32_t& number);

  EdgeTable numbers_;
  std::vector<ActivityCounts> activities_;
  std::vector<EdgeCounts> edges_;
  std::vector<Variant> variants_;
  std::vector<std::uint32_t> variant_steps_;
  absl::flat_hash_map<std::uint64_t, std::uint32_t> variants_by_hash_;
  std::vector<TimeUs> durations_;
  std::vector<std::uint64_t> seen_activity_;  // number of the last path that had it, from 1
  std::vector<std::uint64_t> repeated_activity_;
  std::vector<std::uint64_t> seen_edge_;
  std::uint64_t path_number_ = 0;
  DenominatorSums paths_;
  DenominatorSums time_;
  NumeratorSums rework_;
  std::int64_t steps_ = 0;
  std::int64_t transitions_ = 0;
  std::int64_t equal_times_ = 0;

  bool has_customer_ = false;
  std::uint32_t customer_ = 0;
  std::int64_t customer_paths_ = 0;
  std::int64_t customer_rework_ = 0;
  TimeUs customer_time_ = 0;
  CustomerCounts with_activity_;
  CustomerCounts with_repeats_;
  CustomerCounts with_edge_;
  CustomerCounts edge_counts_;
  CustomerCounts edge_times_;
  CustomerCounts of_variant_;
};

/// The middle of the values, or the mean of the two middle ones; reorders them. `values` must not
/// be empty.
double median(std::vector<TimeUs>& values);

/// Share of paths that have an edge, mean ms of it, and its share of all time between steps,
/// as sums from which intervals between customers follow.
statistics::RatioSums paths_share(const PathMap& map, const NumeratorSums& paths);
statistics::RatioSums mean_time(const EdgeCounts& edge);
statistics::RatioSums time_share(const PathMap& map, const EdgeCounts& edge);

}  // namespace clewline::insights
