#include "insights/paths/path_map.h"

#include <algorithm>

#include "base/assert.h"

namespace clewline::insights {
namespace {

constexpr double kMs = static_cast<double>(kUsPerMs);

// Multiplies and folds: short sequences of small numbers spread over all 64 bits. Equal hashes are
// compared, so that only speed hangs on it.
std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

}  // namespace

EdgeCounts& PathMap::edge(std::uint32_t from, std::uint32_t to, std::uint32_t& number) {
  number = numbers_.number(from, to);
  if (number == edges_.size()) {
    edges_.emplace_back();
    edges_.back().from = from;
    edges_.back().to = to;
    seen_edge_.push_back(0);
  }
  return edges_[number];
}

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
    seen_activity_.resize(most + 1);
    repeated_activity_.resize(most + 1);
  }
  add_steps(path);
  const TimeUs duration = path.times.back() - path.times.front();
  const std::uint32_t variant = variant_of(path);
  variants_[variant].time_us += duration;
  of_variant_.add(variant);
  durations_.push_back(duration);
}

void PathMap::add_steps(const PathCase& path) {
  bool rework = false;
  const std::size_t steps = path.activities.size();
  ++activities_[path.activities.front()].first;
  ++activities_[path.activities.back()].last;
  for (std::size_t i = 0; i < steps; ++i) {
    const std::uint32_t activity = path.activities[i];
    ++activities_[activity].steps;
    if (seen_activity_[activity] != path_number_) {
      seen_activity_[activity] = path_number_;
      with_activity_.add(activity);
    } else if (repeated_activity_[activity] != path_number_) {
      repeated_activity_[activity] = path_number_;
      with_repeats_.add(activity);
      rework = true;
    }
    if (i + 1 == steps) break;
    const std::uint32_t next = path.activities[i + 1];
    const TimeUs time = path.times[i + 1] - path.times[i];
    std::uint32_t number = 0;
    EdgeCounts& counts = edge(activity, next, number);
    ++counts.count;
    counts.times.push_back(time);
    counts.back_at_once += i + 2 < steps && path.activities[i + 2] == activity && next != activity;
    edge_counts_.add(number);
    edge_times_.add(number, time);
    customer_time_ += time;
    equal_times_ += time == 0;
    if (seen_edge_[number] != path_number_) {
      seen_edge_[number] = path_number_;
      with_edge_.add(number);
    }
  }
  steps_ += static_cast<std::int64_t>(steps);
  transitions_ += static_cast<std::int64_t>(steps - 1);
  customer_rework_ += rework;
}

std::uint32_t PathMap::variant_of(const PathCase& path) {
  std::uint64_t hash = path.activities.size();
  for (const std::uint32_t activity : path.activities) hash = mixed(hash, activity);
  const auto next = static_cast<std::uint32_t>(variants_.size());
  const auto [head, is_new] = variants_by_hash_.try_emplace(hash, next);
  std::uint32_t alike = head->second;
  while (!is_new) {
    if (std::ranges::equal(activities_of(variants_[alike]), path.activities)) return alike;
    if (variants_[alike].next_alike == alike) break;
    alike = variants_[alike].next_alike;
  }
  if (!is_new) variants_[alike].next_alike = next;
  Variant& variant = variants_.emplace_back();
  variant.first_step = variant_steps_.size();
  variant.steps = static_cast<std::uint32_t>(path.activities.size());
  variant.next_alike = next;
  variant_steps_.insert(variant_steps_.end(), path.activities.begin(), path.activities.end());
  return next;
}

void PathMap::end_customer() {
  const auto paths = static_cast<double>(customer_paths_);
  const double time = static_cast<double>(customer_time_) / kMs;
  with_activity_.clear([&](std::uint32_t activity, std::int64_t count) {
    activities_[activity].paths.add(static_cast<double>(count), paths);
  });
  with_repeats_.clear([&](std::uint32_t activity, std::int64_t count) {
    activities_[activity].repeated.add(static_cast<double>(count), paths);
  });
  with_edge_.clear([&](std::uint32_t number, std::int64_t count) {
    edges_[number].paths.add(static_cast<double>(count), paths);
  });
  of_variant_.clear([&](std::uint32_t number, std::int64_t count) {
    variants_[number].paths.add(static_cast<double>(count), paths);
  });
  // Times first: they need the counts of the same customer.
  edge_times_.clear([&](std::uint32_t number, std::int64_t sum) {
    const double ms = static_cast<double>(sum) / kMs;
    edges_[number].time.add(ms, time);
    edges_[number].time_counts += ms * static_cast<double>(edge_counts_.value(number));
  });
  edge_counts_.clear([&](std::uint32_t number, std::int64_t count) {
    edges_[number].count_squares += static_cast<double>(count) * static_cast<double>(count);
    edges_[number].customers += 1;
  });
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
