#include "statistics/gaussian_mixture.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "base/assert.h"

namespace clewline::statistics {
namespace {

constexpr std::size_t kDistinctMax = 16'384;
constexpr std::size_t kBins = 4'096;
constexpr std::size_t kSketchBins = 512;
constexpr std::uint32_t kSketchSteps = 300;
constexpr double kSketchTolerance = 1e-6;
constexpr double kWeightMin = 1e-9;

double total_weight(std::span<const WeightedValue> values) {
  double total = 0;
  for (const WeightedValue& value : values) total += value.weight;
  return total;
}

// Bins of equal width; each stands at the mean of its values. Empty ones are left out.
std::vector<WeightedValue> binned(std::span<const WeightedValue> values, std::size_t bins) {
  const double low = values.front().value;
  const double width = (values.back().value - low) / static_cast<double>(bins);
  if (values.size() <= bins || width <= 0) return {values.begin(), values.end()};
  std::vector<WeightedValue> out(bins, {0, 0});
  for (const WeightedValue& value : values) {
    const auto bin = std::min(bins - 1, static_cast<std::size_t>((value.value - low) / width));
    out[bin].value += value.weight * value.value;
    out[bin].weight += value.weight;
  }
  std::erase_if(out, [](const WeightedValue& bin) { return bin.weight <= 0; });
  for (WeightedValue& bin : out) bin.value /= bin.weight;
  return out;
}

using Components = std::vector<GaussianComponent>;

/// EM on one set of values; keeps its buffers from step to step.
class Climber {
 public:
  Climber(std::span<const WeightedValue> values, std::size_t components, double deviation_min)
      : values_(values),
        count_(total_weight(values)),
        deviation_min_(deviation_min),
        logs_(components),
        sums_(components) {}

  /// Returns the components after one step; `log_likelihood` becomes that of those before it.
  Components step(const Components& from, double& log_likelihood) {
    prepare(from);
    log_likelihood = 0;
    for (const WeightedValue& value : values_) log_likelihood += spread_value(from, value);
    Components to(from.size());
    for (std::size_t j = 0; j < from.size(); ++j) {
      const Sums& sums = sums_[j];
      const double weight = std::max(sums.weight, kWeightMin * count_);
      const double shift = sums.apart / weight;
      const double variance = sums.squares / weight - shift * shift;
      to[j].weight = weight / count_;
      to[j].mean = from[j].mean + shift;
      to[j].deviation = std::max(deviation_min_, std::sqrt(std::max(0.0, variance)));
    }
    return to;
  }

 private:
  struct Sums {
    double weight = 0;
    double apart = 0;  // from the former mean
    double squares = 0;
    double log_height = 0;
    double precision = 0;
  };

  void prepare(const Components& from) {
    for (std::size_t j = 0; j < from.size(); ++j) {
      sums_[j] = {};
      sums_[j].log_height = std::log(from[j].weight) - std::log(from[j].deviation) -
                            0.5 * std::log(2 * std::numbers::pi);
      sums_[j].precision = 0.5 / (from[j].deviation * from[j].deviation);
    }
  }

  // Adds a value to each component's sums by its share in it; returns its part of ln L.
  double spread_value(const Components& from, const WeightedValue& value) {
    double highest = -1e300;
    for (std::size_t j = 0; j < from.size(); ++j) {
      const double apart = value.value - from[j].mean;
      logs_[j] = sums_[j].log_height - sums_[j].precision * apart * apart;
      highest = std::max(highest, logs_[j]);
    }
    double density = 0;
    for (double& log : logs_) density += log = std::exp(log - highest);
    for (std::size_t j = 0; j < from.size(); ++j) {
      const double apart = value.value - from[j].mean;
      const double share = value.weight * logs_[j] / density;
      sums_[j].weight += share;
      sums_[j].apart += share * apart;
      sums_[j].squares += share * apart * apart;
    }
    return value.weight * (highest + std::log(density));
  }

  std::span<const WeightedValue> values_;
  double count_;
  double deviation_min_;
  std::vector<double> logs_;
  std::vector<Sums> sums_;
};

double largest_move(const Components& from, const Components& to) {
  double largest = 0;
  for (std::size_t j = 0; j < from.size(); ++j) {
    largest = std::max({largest, std::abs(from[j].weight - to[j].weight),
                        std::abs(from[j].mean - to[j].mean),
                        std::abs(from[j].deviation - to[j].deviation)});
  }
  return largest;
}

// Squared extrapolation through three successive points; null when it leaves the range of
// parameters.
std::optional<Components> extrapolate(const Components& zero, const Components& one,
                                      const Components& two, double deviation_min) {
  double first = 0;
  double second = 0;
  const auto each = [&](auto&& visit) {
    for (std::size_t j = 0; j < zero.size(); ++j) {
      visit(j, &GaussianComponent::weight);
      visit(j, &GaussianComponent::mean);
      visit(j, &GaussianComponent::deviation);
    }
  };
  each([&](std::size_t j, double GaussianComponent::* part) {
    const double move = one[j].*part - zero[j].*part;
    const double bend = two[j].*part - one[j].*part - move;
    first += move * move;
    second += bend * bend;
  });
  if (second <= 0) return std::nullopt;
  const double length = std::max(1.0, std::sqrt(first / second));
  Components out(zero.size());
  each([&](std::size_t j, double GaussianComponent::* part) {
    const double move = one[j].*part - zero[j].*part;
    const double bend = two[j].*part - one[j].*part - move;
    out[j].*part = zero[j].*part + 2 * length * move + length * length * bend;
  });
  for (const GaussianComponent& component : out) {
    if (component.weight <= kWeightMin || component.deviation < deviation_min) return std::nullopt;
  }
  return out;
}

struct Climb {
  Components components;
  double log_likelihood = 0;
  bool converged = false;
};

Climb climb(std::span<const WeightedValue> values, Components start, double tolerance,
            std::uint32_t steps_max, double deviation_min) {
  Climber climber(values, start.size(), deviation_min);
  Climb at{std::move(start), 0, false};
  for (std::uint32_t steps = 0; steps < steps_max;) {
    double ignored = 0;
    const Components one = climber.step(at.components, at.log_likelihood);
    const Components two = climber.step(one, ignored);
    steps += 2;
    if (largest_move(at.components, one) <= tolerance) {
      at.converged = true;
      return at;
    }
    Components next = two;
    if (const auto jump = extrapolate(at.components, one, two, deviation_min)) {
      double jumped = 0;
      Components after = climber.step(*jump, jumped);
      ++steps;
      if (jumped >= at.log_likelihood) next = std::move(after);
    }
    at.components = std::move(next);
  }
  climber.step(at.components, at.log_likelihood);
  return at;
}

// Parts of equal weight, each a bell of its own mean and deviation.
Components quantile_start(std::span<const WeightedValue> values, std::size_t components,
                          double deviation_min) {
  const double total = total_weight(values);
  Components out(components, {0, 0, 0});
  double passed = 0;
  for (const WeightedValue& value : values) {
    const double place = (passed + value.weight / 2) / total * static_cast<double>(components);
    GaussianComponent& part = out[std::min(components - 1, static_cast<std::size_t>(place))];
    part.weight += value.weight;
    part.mean += value.weight * value.value;
    part.deviation += value.weight * value.value * value.value;
    passed += value.weight;
  }
  for (GaussianComponent& part : out) {
    const double weight = std::max(part.weight, kWeightMin);
    part.mean /= weight;
    const double variance = part.deviation / weight - part.mean * part.mean;
    part.deviation = std::max(deviation_min, std::sqrt(std::max(0.0, variance)));
    part.weight = std::max(part.weight / total, kWeightMin);
  }
  return out;
}

// Means at values drawn by weight, deviations those of all values divided among the bells.
Components random_start(std::span<const WeightedValue> values, std::size_t components,
                        double deviation, std::mt19937_64& random) {
  const double total = total_weight(values);
  Components out(components);
  for (GaussianComponent& component : out) {
    double left = static_cast<double>(random() >> 11) * 0x1.0p-53 * total;
    std::size_t place = 0;
    while (place + 1 < values.size() && left >= values[place].weight)
      left -= values[place++].weight;
    component.mean = values[place].value;
    component.weight = 1.0 / static_cast<double>(components);
    component.deviation = deviation / static_cast<double>(components);
  }
  return out;
}

Mixture finished(Climb climb, double count) {
  std::sort(climb.components.begin(), climb.components.end(),
            [](const auto& a, const auto& b) { return a.mean < b.mean; });
  const auto parameters = static_cast<double>(3 * climb.components.size() - 1);
  const double bic = parameters * std::log(count) - 2 * climb.log_likelihood;
  return {std::move(climb.components), climb.log_likelihood, bic, climb.converged};
}

}  // namespace

std::vector<WeightedValue> condense(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::vector<WeightedValue> out;
  for (const double value : values) {
    if (!out.empty() && out.back().value == value)
      out.back().weight += 1;
    else
      out.push_back({value, 1});
  }
  return out.size() > kDistinctMax ? binned(out, kBins) : out;
}

Mixture fit_mixture(std::span<const WeightedValue> values, std::size_t components,
                    const MixtureOptions& options) {
  CLEW_ASSERT(!values.empty() && components > 0);
  const double deviation_min = options.deviation_min;
  const std::vector<WeightedValue> sketch = binned(values, kSketchBins);
  const auto sketched = [&](Components start) {
    return climb(sketch, std::move(start), kSketchTolerance, kSketchSteps, deviation_min);
  };
  Climb best = sketched(quantile_start(sketch, components, deviation_min));
  const double deviation = quantile_start(sketch, 1, deviation_min).front().deviation;
  std::mt19937_64 random(options.seed);
  for (std::uint32_t start = 0; components > 1 && start < options.restarts; ++start) {
    Climb other = sketched(
        random_start(sketch, components,
                     std::max(deviation, deviation_min * static_cast<double>(components)), random));
    if (other.log_likelihood > best.log_likelihood) best = std::move(other);
  }
  return finished(climb(values, std::move(best.components), options.tolerance, options.steps_max,
                        deviation_min),
                  total_weight(values));
}

Mixture refit_mixture(std::span<const WeightedValue> values,
                      std::span<const GaussianComponent> start, const MixtureOptions& options) {
  CLEW_ASSERT(!values.empty() && !start.empty());
  Climb climbed = climb(values, {start.begin(), start.end()}, options.tolerance, options.steps_max,
                        options.deviation_min);
  const double count = total_weight(values);
  const auto parameters = static_cast<double>(3 * start.size() - 1);
  return {std::move(climbed.components), climbed.log_likelihood,
          parameters * std::log(count) - 2 * climbed.log_likelihood, climbed.converged};
}

std::size_t best_by_bic(std::span<const Mixture> mixtures) {
  CLEW_ASSERT(!mixtures.empty());
  const auto best = std::min_element(mixtures.begin(), mixtures.end(),
                                     [](const auto& a, const auto& b) { return a.bic < b.bic; });
  return static_cast<std::size_t>(best - mixtures.begin());
}

std::optional<double> crossing(const GaussianComponent& lower, const GaussianComponent& upper) {
  const GaussianComponent both[] = {lower, upper};
  return crossing_of_sides(both, 0);
}

std::optional<double> crossing_of_sides(std::span<const GaussianComponent> components,
                                        std::size_t lower) {
  CLEW_ASSERT(lower + 1 < components.size());
  // ln of the density of the components [from, to), without 1 / sqrt(2 pi)
  const auto log_density = [&](std::size_t from, std::size_t to, double x) {
    double highest = -1e300;
    double sum = 0;
    for (std::size_t j = from; j < to; ++j) {
      const double z = (x - components[j].mean) / components[j].deviation;
      const double log = std::log(components[j].weight / components[j].deviation) - z * z / 2;
      sum = log > highest ? sum * std::exp(highest - log) + 1 : sum + std::exp(log - highest);
      highest = std::max(highest, log);
    }
    return highest + std::log(sum);
  };
  const auto apart = [&](double x) {
    return log_density(0, lower + 1, x) - log_density(lower + 1, components.size(), x);
  };
  double low = components[lower].mean;
  double high = components[lower + 1].mean;
  if (!(low < high) || apart(low) <= 0 || apart(high) >= 0) return std::nullopt;
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (apart(middle) > 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

double ashman_d(const GaussianComponent& a, const GaussianComponent& b) {
  return std::numbers::sqrt2 * std::abs(a.mean - b.mean) / std::hypot(a.deviation, b.deviation);
}

std::optional<double> deepest_valley(std::span<const WeightedValue> values) {
  CLEW_ASSERT(!values.empty());
  const std::vector<WeightedValue> sketch = binned(values, kSketchBins);
  const double count = total_weight(sketch);
  const double deviation = quantile_start(sketch, 1, 0).front().deviation;
  if (deviation <= 0) return std::nullopt;
  const double width = 1.06 * deviation * std::pow(count, -0.2);
  const double low = sketch.front().value;
  const double pace = (sketch.back().value - low) / kSketchBins;
  std::vector<double> density(kSketchBins + 1, 0.0);
  for (std::size_t i = 0; i < density.size(); ++i) {
    for (const WeightedValue& value : sketch) {
      const double z = (low + pace * static_cast<double>(i) - value.value) / width;
      density[i] += value.weight * std::exp(-z * z / 2);
    }
  }
  std::vector<double> highest_after(density.size(), 0.0);
  for (std::size_t i = density.size(); i-- > 1;)
    highest_after[i - 1] = std::max(highest_after[i], density[i]);
  double best = 1;
  double highest_before = 0;
  std::optional<double> place;
  for (std::size_t i = 0; i < density.size(); ++i) {
    const double rim = std::min(highest_before, highest_after[i]);
    if (rim > 0 && density[i] / rim < best) {
      best = density[i] / rim;
      place = low + pace * static_cast<double>(i);
    }
    highest_before = std::max(highest_before, density[i]);
  }
  return place;
}

}  // namespace clewline::statistics
