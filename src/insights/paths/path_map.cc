#include "insights/paths/path_map.h"

#include <algorithm>

#include "base/assert.h"

namespace clewline::insights {
namespace {

constexpr double kMs = static_cast<double>(kUsPerMs);

}  // namespace

void PathMap::add(const PathCase& path) {
  CLEW_ASSERT(!path.activities.empty() && path.activities.size() == path.times.size());
  if (has_customer_ && path.customer != customer_) end_customer();
  has_customer_ = true;
  customer_ = path.customer;
  ++path_number_;
  ++customer_paths_;
  const std::uint32_t most = *std::ranges::max_element(path.activities);
  if (most >= activities_.size()) {
    activities_.resize(most + 1);
    activities_now_.resize(most + 1);
  }
  add_activities(path);
  add_edges(path);
  durations_.push_back(path.times.back() - path.times.front());
}

void PathMap::add_activities(const PathCase& path) {
  bool rework = false;
  ++activities_[path.activities.front()].first;
  ++activities_[path.activities.back()].last;
  for (const std::uint32_t activity : path.activities) {
    ActivityNow& now = activities_now_[activity];
    if (now.steps++ == 0) touched_activities_.push_back(activity);
    if (now.path != path_number_) {
      now.path = path_number_;
      now.is_repeated = false;
      ++now.paths;
    } else if (!now.is_repeated) {
      now.is_repeated = true;
      ++now.repeated;
      rework = true;
    }
  }
  steps_ += static_cast<std::int64_t>(path.activities.size());
  customer_rework_ += rework;
}

void PathMap::add_edges(const PathCase& path) {
  for (std::size_t i = 0; i + 1 < path.activities.size(); ++i) {
    const std::uint32_t from = path.activities[i];
    const std::uint32_t to = path.activities[i + 1];
    const std::uint32_t number = numbers_.number(from, to);
    if (number == edges_.size()) {
      edges_.emplace_back();
      edges_.back().from = from;
      edges_.back().to = to;
      edges_now_.emplace_back();
    }
    const TimeUs time = path.times[i + 1] - path.times[i];
    EdgeNow& now = edges_now_[number];
    if (now.count++ == 0) touched_edges_.push_back(number);
    now.time += time;
    now.paths += now.path != path_number_;
    now.path = path_number_;
    now.back_at_once +=
        i + 2 < path.activities.size() && path.activities[i + 2] == from && to != from;
    edges_[number].times.push_back(time);
    customer_time_ += time;
    equal_times_ += time == 0;
  }
  transitions_ += static_cast<std::int64_t>(path.activities.size() - 1);
}

void PathMap::end_customer() {
  const auto paths = static_cast<double>(customer_paths_);
  const double time = static_cast<double>(customer_time_) / kMs;
  for (const std::uint32_t activity : touched_activities_) {
    ActivityNow& now = activities_now_[activity];
    ActivityCounts& counts = activities_[activity];
    counts.steps += now.steps;
    counts.paths.add(static_cast<double>(now.paths), paths);
    if (now.repeated > 0) counts.repeated.add(static_cast<double>(now.repeated), paths);
    now.steps = now.paths = now.repeated = 0;
  }
  touched_activities_.clear();
  for (const std::uint32_t number : touched_edges_) {
    EdgeNow& now = edges_now_[number];
    EdgeCounts& edge = edges_[number];
    const double ms = static_cast<double>(now.time) / kMs;
    const auto count = static_cast<double>(now.count);
    edge.count += now.count;
    edge.back_at_once += now.back_at_once;
    edge.paths.add(static_cast<double>(now.paths), paths);
    edge.time.add(ms, time);
    edge.time_counts += ms * count;
    edge.count_squares += count * count;
    edge.customers += 1;
    now.count = now.paths = now.time = now.back_at_once = 0;
  }
  touched_edges_.clear();
  paths_.add(paths);
  time_.add(time);
  rework_.add(static_cast<double>(customer_rework_), paths);
  customer_paths_ = customer_rework_ = 0;
  customer_time_ = 0;
}

void PathMap::finish() {
  if (has_customer_) end_customer();
  has_customer_ = false;
}

double median(std::vector<TimeUs>& values) {
  CLEW_ASSERT(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  const auto upper = static_cast<double>(*middle);
  if (values.size() % 2 == 1) return upper;
  return (static_cast<double>(*std::max_element(values.begin(), middle)) + upper) / 2;
}

statistics::RatioSums paths_share(const PathMap& map, const NumeratorSums& paths) {
  return ratio_sums(paths, map.paths());
}

statistics::RatioSums mean_time(const EdgeCounts& edge) {
  statistics::RatioSums sums;
  sums.clusters = edge.customers;
  sums.units = sums.denominator = static_cast<double>(edge.count);
  sums.numerator = edge.time.total;
  sums.numerator_squares = edge.time.squares;
  sums.products = edge.time_counts;
  sums.denominator_squares = edge.count_squares;
  return sums;
}

statistics::RatioSums time_share(const PathMap& map, const EdgeCounts& edge) {
  return ratio_sums(edge.time, map.time());
}

}  // namespace clewline::insights
