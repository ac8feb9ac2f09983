#include "insights/paths/path_difference.h"

#include <cmath>
#include <tuple>

namespace clewline::insights {
namespace {

constexpr double kSeconds = static_cast<double>(kUsPerSecond);

}  // namespace

void PathDifference::add(const PathCase& path, Sides sides) {
  if (has_customer_ && path.customer != customer_) end_customer();
  has_customer_ = true;
  customer_ = path.customer;
  ++path_number_;
  const bool on[2] = {sides.chosen, sides.others};
  for (int s = 0; s < 2; ++s) customer_paths_[s] += on[s];
  for (std::size_t i = 0; i + 1 < path.activities.size(); ++i) {
    const std::uint32_t number = numbers_.number(path.activities[i], path.activities[i + 1]);
    if (number == edges_.size()) edges_.emplace_back();
    EdgeSums& edge = edges_[number];
    if (edge.count_now[0] == 0 && edge.count_now[1] == 0 && (on[0] || on[1]))
      touched_.push_back(number);
    for (int s = 0; s < 2; ++s) {
      if (!on[s]) continue;
      edge.paths_now[s] += edge.seen != path_number_;
      ++edge.count_now[s];
      edge.time_now[s] += path.times[i + 1] - path.times[i];
    }
    edge.seen = path_number_;
  }
}

void PathDifference::add_customer(PairSums& sums, const double (&numerator)[2],
                                  const double (&denominator)[2]) {
  for (int s = 0; s < 2; ++s) {
    sums.numerator[s].add(numerator[s], denominator[s]);
    sums.with_others[s] += numerator[s] * denominator[1 - s];
    sums.denominator[s].add(denominator[s]);
  }
  sums.numerators += numerator[0] * numerator[1];
  sums.denominators += denominator[0] * denominator[1];
  sums.customers += 1;
}

void PathDifference::end_customer() {
  const double paths[2] = {static_cast<double>(customer_paths_[0]),
                           static_cast<double>(customer_paths_[1])};
  for (const std::uint32_t number : touched_) {
    EdgeSums& edge = edges_[number];
    double with[2];
    double seconds[2];
    double counts[2];
    for (int s = 0; s < 2; ++s) {
      with[s] = static_cast<double>(edge.paths_now[s]);
      seconds[s] = static_cast<double>(edge.time_now[s]) / kSeconds;
      counts[s] = static_cast<double>(edge.count_now[s]);
      edge.count[s] += edge.count_now[s];
      edge.paths_now[s] = edge.count_now[s] = edge.time_now[s] = 0;
    }
    add_customer(edge.share, with, paths);
    add_customer(edge.seconds, seconds, counts);
  }
  touched_.clear();
  for (int s = 0; s < 2; ++s) paths_[s].add(paths[s]);
  both_paths_ += paths[0] * paths[1];
  customers_ += paths[0] + paths[1] > 0;
  customer_paths_[0] = customer_paths_[1] = 0;
}

// The variance of r₁ − r₂ is Σ over customers of ((a₁ − r₁b₁)/B₁ − (a₂ − r₂b₂)/B₂)², as for one
// ratio (Cochran 1977, §6.3), written out in sums.
PairedRatio PathDifference::ratio(const PairSums& sums) {
  PairedRatio out;
  double scale[2];
  double value[2];
  for (int s = 0; s < 2; ++s) {
    const double denominator = sums.denominator[s].total;
    if (denominator <= 0) return out;
    scale[s] = 1 / denominator;
    value[s] = sums.numerator[s].total / denominator;
  }
  double variance = 0;
  for (int s = 0; s < 2; ++s)
    variance += scale[s] * scale[s] *
                (sums.numerator[s].squares - 2 * value[s] * sums.numerator[s].products +
                 value[s] * value[s] * sums.denominator[s].squares);
  variance -= 2 * scale[0] * scale[1] *
              (sums.numerators - value[1] * sums.with_others[0] - value[0] * sums.with_others[1] +
               value[0] * value[1] * sums.denominators);
  out.chosen = value[0];
  out.others = value[1];
  out.comparable = sums.denominator[0].customers > 1 && sums.denominator[1].customers > 1;
  if (sums.customers > 1)
    out.error = std::sqrt(std::fmax(0, variance) * sums.customers / (sums.customers - 1));
  return out;
}

std::vector<EdgeDifference> PathDifference::finish() {
  if (has_customer_) end_customer();
  has_customer_ = false;
  std::vector<EdgeDifference> out;
  for (std::size_t number = 0; number < edges_.size(); ++number) {
    EdgeSums& edge = edges_[number];
    // Customers without the edge have paths all the same.
    for (int s = 0; s < 2; ++s) edge.share.denominator[s] = paths_[s];
    edge.share.denominators = both_paths_;
    edge.share.customers = customers_;
    EdgeDifference& difference = out.emplace_back();
    std::tie(difference.from, difference.to) = numbers_.ends(number);
    difference.chosen_count = edge.count[0];
    difference.others_count = edge.count[1];
    difference.share = ratio(edge.share);
    difference.seconds = ratio(edge.seconds);
  }
  return out;
}

}  // namespace clewline::insights
