#include "evaluation/measures.h"

#include <algorithm>
#include <cmath>

namespace clewline::evaluation {
namespace {

constexpr std::string_view kNames[kMeasures] = {"pairwise_precision",
                                                "pairwise_recall",
                                                "pairwise_f1",
                                                "bcubed_precision",
                                                "bcubed_recall",
                                                "bcubed_f1",
                                                "rand",
                                                "adjusted_rand",
                                                "fowlkes_mallows",
                                                "homogeneity",
                                                "completeness",
                                                "v_measure",
                                                "boundary_precision",
                                                "boundary_recall",
                                                "boundary_f1",
                                                "window_diff",
                                                "pk"};

// Entropies below this are rounding of sums of n ln n.
constexpr double kEntropyLeast = 1e-12;

double share(double part, double whole, double of_nothing = 1) {
  return whole > 0 ? part / whole : of_nothing;
}

double harmonic_mean(double a, double b) { return a + b > 0 ? 2 * a * b / (a + b) : 0; }

// Of all pairs those together in both, or apart in both.
double rand_index(const Sums& sums) {
  const double events = at(sums, Sum::events);
  const double all = events * (events - 1) / 2;
  return share(
      all - at(sums, Sum::true_pairs) - at(sums, Sum::found_pairs) + 2 * at(sums, Sum::joint_pairs),
      all);
}

double adjusted_rand(const Sums& sums) {
  const double events = at(sums, Sum::events);
  const double all = events * (events - 1) / 2;
  const double truth = at(sums, Sum::true_pairs);
  const double found = at(sums, Sum::found_pairs);
  const double expected = all > 0 ? truth * found / all : 0;
  const double most = (truth + found) / 2;
  if (most - expected <= 0) return 1;  // both all alone, or both one unit
  return (at(sums, Sum::joint_pairs) - expected) / (most - expected);
}

// 1 − H(of | given) / H(of), where H(of) = ln n − Σ a ln a / n and H(of | given) = (Σ b ln b − Σ
// n_ab ln n_ab) / n.
double explained(double events, double own_logs, double given_logs, double joint_logs) {
  if (events <= 0) return 1;
  const double entropy = std::log(events) - own_logs / events;
  if (entropy < kEntropyLeast) return 1;
  return std::clamp(1 - (given_logs - joint_logs) / events / entropy, 0.0, 1.0);
}

}  // namespace

std::string_view measure_name(Measure measure) { return kNames[static_cast<std::size_t>(measure)]; }

Measures measures_of(const Sums& sums) {
  Measures out{};
  const auto set = [&out](Measure measure, double value) {
    out[static_cast<std::size_t>(measure)] = value;
  };
  const double events = at(sums, Sum::events);
  const double joint = at(sums, Sum::joint_pairs);
  const double truth = at(sums, Sum::true_pairs);
  const double found = at(sums, Sum::found_pairs);
  set(Measure::pairwise_precision, share(joint, found));
  set(Measure::pairwise_recall, share(joint, truth));
  set(Measure::pairwise_f1, share(2 * joint, found + truth));
  const double precision = share(at(sums, Sum::bcubed_precision), events);
  const double recall = share(at(sums, Sum::bcubed_recall), events);
  set(Measure::bcubed_precision, precision);
  set(Measure::bcubed_recall, recall);
  set(Measure::bcubed_f1, harmonic_mean(precision, recall));
  set(Measure::rand, rand_index(sums));
  set(Measure::adjusted_rand, adjusted_rand(sums));
  set(Measure::fowlkes_mallows, std::sqrt(share(joint, found) * share(joint, truth)));
  const double true_logs = at(sums, Sum::true_logs);
  const double found_logs = at(sums, Sum::found_logs);
  const double joint_logs = at(sums, Sum::joint_logs);
  const double homogeneity = explained(events, true_logs, found_logs, joint_logs);
  const double completeness = explained(events, found_logs, true_logs, joint_logs);
  set(Measure::homogeneity, homogeneity);
  set(Measure::completeness, completeness);
  set(Measure::v_measure, harmonic_mean(homogeneity, completeness));
  const double same = at(sums, Sum::joint_boundaries);
  const double true_cuts = at(sums, Sum::true_boundaries);
  const double found_cuts = at(sums, Sum::found_boundaries);
  set(Measure::boundary_precision, share(same, found_cuts));
  set(Measure::boundary_recall, share(same, true_cuts));
  set(Measure::boundary_f1, share(2 * same, found_cuts + true_cuts));
  const double windows = at(sums, Sum::windows);
  set(Measure::window_diff, share(at(sums, Sum::windows_counted_wrong), windows, 0));
  set(Measure::pk, share(at(sums, Sum::windows_judged_wrong), windows, 0));
  return out;
}

Sums total_of(std::span<const Sums> groups) {
  Sums total{};
  for (const Sums& group : groups) {
    for (std::size_t i = 0; i < kSums; ++i) total[i] += group[i];
  }
  return total;
}

}  // namespace clewline::evaluation
