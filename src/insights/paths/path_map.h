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

/// The directly-follows map of paths with frequency and time, and what repeats.
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
  const DenominatorSums& paths() const { return paths_; }
  const NumeratorSums& paths_with_rework() const { return rework_; }
  std::int64_t steps() const { return steps_; }
  std::int64_t transitions() const { return transitions_; }
  std::int64_t equal_times() const { return equal_times_; }
  const std::vector<TimeUs>& durations() const { return durations_; }
  /// The time between all steps, by customer, in ms.
  const DenominatorSums& time() const { return time_; }

 private:
  /// What the customer at hand has of an activity.
  struct ActivityNow {
    std::uint64_t path = 0;  // number of the last one that had it, from 1
    std::int64_t steps = 0;
    std::int64_t paths = 0;
    std::int64_t repeated = 0;
    bool is_repeated = false;  // in that path
  };
  /// And of an edge.
  struct EdgeNow {
    std::uint64_t path = 0;
    std::int64_t count = 0;
    std::int64_t paths = 0;
    std::int64_t back_at_once = 0;
    TimeUs time = 0;
  };

  void add_activities(const PathCase& path);
  void add_edges(const PathCase& path);
  void end_customer();

  EdgeTable numbers_;
  std::vector<ActivityCounts> activities_;
  std::vector<ActivityNow> activities_now_;
  std::vector<std::uint32_t> touched_activities_;
  std::vector<EdgeCounts> edges_;
  std::vector<EdgeNow> edges_now_;
  std::vector<std::uint32_t> touched_edges_;
  std::vector<TimeUs> durations_;
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
