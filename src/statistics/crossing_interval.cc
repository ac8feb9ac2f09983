#include "statistics/crossing_interval.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "base/assert.h"
#include "base/random.h"

namespace clewline::statistics {
namespace {

constexpr std::size_t kBins = 512;
constexpr std::uint32_t kGroupsMax = 20'000;
constexpr double kTolerance = 1e-5;
constexpr std::uint32_t kStepsMax = 600;

/// The bins of each group's values: those of group g are [begins[g], begins[g + 1]).
struct BinnedGroups {
  std::vector<double> bin_means;
  std::vector<std::uint32_t> begins;
  std::vector<std::uint16_t> bins;
  std::size_t count() const { return begins.size() - 1; }
};

// Numbers the groups from 0 without holes; above the limit, at random into that many.
std::vector<std::uint32_t> group_numbers(std::span<const GroupedValue> values,
                                         std::mt19937_64& random) {
  std::uint32_t last = 0;
  for (const GroupedValue& value : values) last = std::max(last, value.group);
  std::vector<std::uint32_t> numbers(static_cast<std::size_t>(last) + 1, 0);
  for (const GroupedValue& value : values) numbers[value.group] = 1;
  std::uint32_t count = 0;
  for (std::uint32_t& number : numbers) {
    const bool seen = number != 0;
    number = count;
    count += seen ? 1 : 0;
  }
  if (count <= kGroupsMax) return numbers;
  const std::vector<std::uint32_t> order = shuffled(random, count);
  for (std::uint32_t& number : numbers) number = order[std::min(number, count - 1)] % kGroupsMax;
  return numbers;
}

BinnedGroups bin_groups(std::span<const GroupedValue> values, std::mt19937_64& random) {
  const auto [least, greatest] = std::minmax_element(
      values.begin(), values.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  const double low = least->value;
  const double width = std::max(1e-12, (greatest->value - low) / kBins);
  const auto bin_of = [&](double value) {
    return std::min(kBins - 1, static_cast<std::size_t>((value - low) / width));
  };
  const std::vector<std::uint32_t> numbers = group_numbers(values, random);
  BinnedGroups out;
  out.begins.assign(
      1 + static_cast<std::size_t>(*std::max_element(numbers.begin(), numbers.end()) + 1), 0);
  out.bin_means.assign(kBins, 0);
  std::vector<double> weights(kBins, 0);
  for (const GroupedValue& value : values) {
    ++out.begins[numbers[value.group] + 1];
    out.bin_means[bin_of(value.value)] += value.value;
    weights[bin_of(value.value)] += 1;
  }
  for (std::size_t bin = 0; bin < kBins; ++bin) out.bin_means[bin] /= std::max(1.0, weights[bin]);
  std::partial_sum(out.begins.begin(), out.begins.end(), out.begins.begin());
  std::vector<std::uint32_t> next(out.begins.begin(), out.begins.end() - 1);
  out.bins.resize(values.size());
  for (const GroupedValue& value : values)
    out.bins[next[numbers[value.group]]++] = static_cast<std::uint16_t>(bin_of(value.value));
  return out;
}

std::vector<WeightedValue> draw(const BinnedGroups& groups, std::mt19937_64& random) {
  std::vector<WeightedValue> out(kBins);
  for (std::size_t bin = 0; bin < kBins; ++bin) out[bin] = {groups.bin_means[bin], 0};
  for (std::size_t drawn = 0; drawn < groups.count(); ++drawn) {
    const std::size_t group = draw_below(random, groups.count());
    for (std::uint32_t i = groups.begins[group]; i < groups.begins[group + 1]; ++i)
      out[groups.bins[i]].weight += 1;
  }
  std::erase_if(out, [](const WeightedValue& bin) { return bin.weight <= 0; });
  return out;
}

double sorted_quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto before = static_cast<std::size_t>(place);
  const std::size_t after = std::min(before + 1, sorted.size() - 1);
  return sorted[before] + (place - static_cast<double>(before)) * (sorted[after] - sorted[before]);
}

double deviation_of(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return values.size() < 2 ? 0 : std::sqrt(squares / (count - 1));
}

}  // namespace

std::optional<CrossingInterval> crossing_interval(std::span<const GroupedValue> values,
                                                  const Mixture& mixture, std::size_t lower,
                                                  const CrossingOptions& options) {
  CLEW_ASSERT(lower + 1 < mixture.components.size());
  if (values.empty() || options.resamples == 0) return std::nullopt;
  std::mt19937_64 random(options.seed);
  const BinnedGroups groups = bin_groups(values, random);
  if (groups.count() < 2) return std::nullopt;
  MixtureOptions fitting;
  fitting.tolerance = kTolerance;
  fitting.steps_max = kStepsMax;
  std::vector<double> crossings;
  for (std::uint32_t resample = 0; resample < options.resamples; ++resample) {
    const auto drawn = draw(groups, random);
    if (drawn.empty()) continue;
    const Mixture fitted = refit_mixture(drawn, mixture.components, fitting);
    const auto found = crossing_of_sides(fitted.components, lower);
    if (found) crossings.push_back(*found);
  }
  if (crossings.size() * 2 < options.resamples) return std::nullopt;
  std::sort(crossings.begin(), crossings.end());
  const double tail = (1 - options.confidence) / 2;
  return CrossingInterval{
      sorted_quantile(crossings, tail), sorted_quantile(crossings, 1 - tail),
      deviation_of(crossings),
      static_cast<double>(crossings.size()) / static_cast<double>(options.resamples)};
}

}  // namespace clewline::statistics
