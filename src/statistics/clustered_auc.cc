#include "statistics/clustered_auc.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace clewline::statistics {
namespace {

/// Of one cluster: units of both outcomes, and their placements among the units of the other.
struct ClusterSums {
  double happened = 0;
  double not_happened = 0;
  double placed_happened = 0;
  double placed_not = 0;
};

struct Counts {
  double happened = 0;
  double not_happened = 0;
};

// Adds every unit's placement (DeLong, DeLong & Clarke-Pearson 1988): the share of the others that
// it beats, ties half.
std::vector<ClusterSums> placements(std::span<const ScoredOutcome> units, const Counts& all) {
  std::vector<std::size_t> order(units.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t unit) { return units[unit].score; });
  std::vector<ClusterSums> clusters;
  Counts below;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    Counts tied;
    for (; end < order.size() && units[order[end]].score == units[order[begin]].score; ++end)
      (units[order[end]].happened ? tied.happened : tied.not_happened) += 1;
    for (; begin < end; ++begin) {
      const ScoredOutcome& unit = units[order[begin]];
      if (clusters.size() <= unit.cluster) clusters.resize(unit.cluster + 1);
      ClusterSums& cluster = clusters[unit.cluster];
      if (unit.happened) {
        cluster.happened += 1;
        cluster.placed_happened += (below.not_happened + tied.not_happened / 2) / all.not_happened;
      } else {
        cluster.not_happened += 1;
        cluster.placed_not +=
            (all.happened - below.happened - tied.happened + tied.happened / 2) / all.happened;
      }
    }
    below.happened += tied.happened;
    below.not_happened += tied.not_happened;
  }
  return clusters;
}

double corrected(double clusters) { return clusters > 1 ? clusters / (clusters - 1) : 1; }

}  // namespace

std::optional<ClusteredAuc> clustered_auc(std::span<const ScoredOutcome> units) {
  Counts all;
  for (const ScoredOutcome& unit : units) (unit.happened ? all.happened : all.not_happened) += 1;
  if (all.happened == 0 || all.not_happened == 0) return std::nullopt;
  const std::vector<ClusterSums> clusters = placements(units, all);
  ClusteredAuc out;
  out.units = units.size();
  out.happened = static_cast<std::size_t>(all.happened);
  out.value = 0;
  for (const ClusterSums& cluster : clusters) out.value += cluster.placed_happened / all.happened;
  double with_happened = 0;
  double with_not = 0;
  double squares_happened = 0;
  double squares_not = 0;
  double products = 0;
  for (const ClusterSums& cluster : clusters) {
    if (cluster.happened + cluster.not_happened == 0) continue;
    ++out.clusters;
    with_happened += cluster.happened > 0 ? 1 : 0;
    with_not += cluster.not_happened > 0 ? 1 : 0;
    const double happened = cluster.placed_happened - cluster.happened * out.value;
    const double not_happened = cluster.placed_not - cluster.not_happened * out.value;
    squares_happened += happened * happened;
    squares_not += not_happened * not_happened;
    products += happened * not_happened;
  }
  if (out.clusters < 2) return std::nullopt;
  const double variance =
      corrected(with_happened) * squares_happened / (all.happened * all.happened) +
      corrected(with_not) * squares_not / (all.not_happened * all.not_happened) +
      2 * corrected(static_cast<double>(out.clusters)) * products /
          (all.happened * all.not_happened);
  out.error = std::sqrt(std::max(variance, 0.0));
  return out;
}

}  // namespace clewline::statistics
