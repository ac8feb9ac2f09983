#include "insights/service/patience.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace clewline::insights {
namespace {

using evaluation::kNormalQuantile95;

constexpr double kMoments[] = {10, 30, 60, 120, 300, 600};
constexpr double kBinSeconds = 5;
constexpr double kBinsUntil = 120;
constexpr std::size_t kJackknifeGroupsMax = 20;
constexpr std::size_t kJackknifeGroupsMin = 10;
constexpr std::size_t kJackknifeEvents = 200'000;  // counted over all refits

std::vector<statistics::SurvivalTime> times_of(std::span<const Wait> waits) {
  std::vector<statistics::SurvivalTime> times;
  times.reserve(waits.size());
  for (const Wait& wait : waits) times.push_back({wait.seconds, wait.gave_up, wait.customer});
  return times;
}

PatienceOfGroup patience_of(std::string label, std::span<const Wait> waits,
                            const Patience& patience) {
  const auto times = times_of(waits);
  const statistics::SurvivalCurve curve(times);
  PatienceOfGroup out;
  out.label = std::move(label);
  out.waits = curve.units();
  out.gave_up = curve.events();
  out.seconds_waited = curve.time_sum();
  if (out.gave_up > 0)
    out.mean_if_constant = curve.time_sum() / static_cast<double>(curve.events());
  const auto errors = statistics::clustered_errors(curve, times, patience.moments);
  for (std::size_t i = 0; i < patience.moments.size(); ++i)
    out.still_waiting.push_back(
        {curve.survival(patience.moments[i]),
         evaluation::survival_interval(curve.survival(patience.moments[i]), errors[i])});
  for (const double share : kPatienceShares) {
    out.quantiles.push_back(curve.quantile(share));
    const auto limits = curve.quantile_limits(share, kNormalQuantile95);
    constexpr double kEndless = std::numeric_limits<double>::infinity();
    out.quantile_limits.push_back({limits.low.value_or(kEndless), limits.high.value_or(kEndless)});
  }
  for (std::size_t i = 0; i + 1 < patience.bin_edges.size(); ++i)
    out.hazards.push_back(
        statistics::hazard(times, patience.bin_edges[i], patience.bin_edges[i + 1]));
  return out;
}

// Ratios without one lot of customers after the other; the lots go by the customers' numbers.
std::vector<std::vector<double>> left_out_ratios(std::span<const Wait> waits, std::size_t groups,
                                                 std::size_t events) {
  const std::size_t lots = std::clamp(kJackknifeEvents / std::max<std::size_t>(events, 1),
                                      kJackknifeGroupsMin, kJackknifeGroupsMax);
  std::vector<std::vector<double>> runs;
  for (std::size_t lot = 0; lot < lots; ++lot) {
    std::vector<statistics::GroupedSurvivalTime> kept;
    for (const Wait& wait : waits) {
      if (wait.customer % lots != lot) kept.push_back({wait.seconds, wait.gave_up, wait.group});
    }
    runs.push_back(
        statistics::fit_group_hazards({kept, groups}, statistics::Ties::efron).log_ratios);
  }
  return runs;
}

double jackknife_error(const std::vector<std::vector<double>>& runs, std::size_t group) {
  const auto count = static_cast<double>(runs.size());
  double mean = 0;
  for (const auto& run : runs) mean += run[group] / count;
  double squares = 0;
  for (const auto& run : runs) squares += (run[group] - mean) * (run[group] - mean);
  return std::sqrt(squares * (count - 1) / count);
}

void compare_groups(std::span<const Wait> waits, Patience& patience) {
  std::vector<statistics::GroupedSurvivalTime> times;
  for (const Wait& wait : waits) times.push_back({wait.seconds, wait.gave_up, wait.group});
  const statistics::RiskTable table(times, patience.groups.size());
  patience.difference = statistics::log_rank(table);
  const auto fit = statistics::fit_group_hazards(table, statistics::Ties::efron);
  patience.log_likelihood = fit.log_likelihood;
  if (!fit.converged || patience.groups.front().gave_up == 0) return;
  const auto runs = left_out_ratios(waits, patience.groups.size(), patience.all.gave_up);
  for (std::size_t g = 0; g < patience.groups.size(); ++g) {
    if (patience.groups[g].gave_up == 0) continue;
    Bounded ratio{std::exp(fit.log_ratios[g]), {}};
    const double half = kNormalQuantile95 * jackknife_error(runs, g);
    if (g > 0)
      ratio.interval = {std::exp(fit.log_ratios[g] - half), std::exp(fit.log_ratios[g] + half)};
    patience.groups[g].hazard_ratio = ratio;
  }
}

}  // namespace

Patience estimate_patience(std::vector<Wait> waits, std::vector<std::string> labels) {
  std::ranges::sort(waits, {}, [](const Wait& wait) {
    return std::tuple(wait.group, wait.seconds, wait.gave_up, wait.customer);
  });
  Patience out;
  out.moments.assign(std::begin(kMoments), std::end(kMoments));
  for (double edge = 0; edge <= kBinsUntil; edge += kBinSeconds) out.bin_edges.push_back(edge);
  out.all = patience_of("", waits, out);
  for (std::uint32_t g = 0; g < labels.size(); ++g) {
    const auto of_group = std::ranges::equal_range(waits, g, {}, &Wait::group);
    out.groups.push_back(patience_of(std::move(labels[g]), of_group, out));
  }
  if (out.groups.size() > 1) compare_groups(waits, out);
  return out;
}

}  // namespace clewline::insights
