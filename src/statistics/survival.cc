#include "statistics/survival.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clewline::statistics {
namespace {

/// What Greenwood's sum gains at a step; the curve has ended where all that were left had an event.
double greenwood_part(const SurvivalStep& step) {
  return step.at_risk > step.events ? step.events / (step.at_risk * (step.at_risk - step.events))
                                    : 0;
}

}  // namespace

SurvivalCurve::SurvivalCurve(std::span<const SurvivalTime> times) : units_(times.size()) {
  std::vector<std::pair<double, bool>> sorted;
  sorted.reserve(times.size());
  for (const SurvivalTime& unit : times) {
    sorted.emplace_back(unit.time, unit.event);
    events_ += unit.event ? 1 : 0;
  }
  std::ranges::sort(sorted);
  double greenwood = 0;
  double survival = 1;
  for (std::size_t i = 0; i < sorted.size();) {
    SurvivalStep step;
    step.time = sorted[i].first;
    step.at_risk = static_cast<double>(sorted.size() - i);
    for (; i < sorted.size() && sorted[i].first == step.time; ++i) {
      step.events += sorted[i].second ? 1 : 0;
      time_sum_ += step.time;
    }
    survival *= (step.at_risk - step.events) / step.at_risk;
    greenwood += greenwood_part(step);
    step.survival = survival;
    step.greenwood_error = survival * std::sqrt(greenwood);
    steps_.push_back(step);
  }
}

const SurvivalStep* SurvivalCurve::last_until(double time) const {
  const auto after = std::ranges::upper_bound(steps_, time, {}, &SurvivalStep::time);
  return after == steps_.begin() ? nullptr : &*(after - 1);
}

double SurvivalCurve::survival(double time) const {
  const SurvivalStep* step = last_until(time);
  return step == nullptr ? 1 : step->survival;
}

double SurvivalCurve::greenwood_error(double time) const {
  const SurvivalStep* step = last_until(time);
  return step == nullptr ? 0 : step->greenwood_error;
}

double SurvivalCurve::at_risk(double time) const {
  const auto from = std::ranges::lower_bound(steps_, time, {}, &SurvivalStep::time);
  return from == steps_.end() ? 0 : from->at_risk;
}

std::optional<double> SurvivalCurve::quantile(double share) const {
  // R's tolerance: a curve that reaches the share up to rounding has reached it.
  const double left = 1 - share + std::sqrt(std::numeric_limits<double>::epsilon());
  for (const SurvivalStep& step : steps_) {
    if (step.survival <= left) return step.time;
  }
  return std::nullopt;
}

SurvivalCurve::Limits SurvivalCurve::quantile_limits(double share, double z) const {
  Limits limits;
  const double left = 1 - share;
  for (const SurvivalStep& step : steps_) {
    const double width =
        step.survival > 0 ? std::exp(z * step.greenwood_error / step.survival) : 1.0;
    if (!limits.low && step.survival / width <= left) limits.low = step.time;
    if (!limits.high && step.survival * width <= left) limits.high = step.time;
  }
  return limits;
}

SurvivalCurve::Mean SurvivalCurve::restricted_mean(double horizon) const {
  // From the right: the area that lies after each step weighs that step's variance.
  Mean mean;
  double area = 0;
  double variance = 0;
  double end = horizon;
  for (std::size_t i = steps_.size(); i-- > 0;) {
    const SurvivalStep& step = steps_[i];
    if (step.time >= horizon) continue;
    area += step.survival * (end - step.time);
    end = step.time;
    variance += area * area * greenwood_part(step);
  }
  mean.value = area + end;
  mean.error = std::sqrt(variance);
  return mean;
}

std::vector<double> clustered_errors(const SurvivalCurve& curve,
                                     std::span<const SurvivalTime> times,
                                     std::span<const double> moments) {
  const auto& steps = curve.steps();
  std::vector<double> greenwood(steps.size());
  double sum = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) greenwood[i] = sum += greenwood_part(steps[i]);
  std::uint32_t clusters = 0;
  for (const SurvivalTime& unit : times) clusters = std::max(clusters, unit.cluster + 1);
  std::vector<double> errors;
  std::vector<double> influence(clusters);
  for (const double moment : moments) {
    std::ranges::fill(influence, 0.0);
    const auto until = [&](double time) {
      return static_cast<std::size_t>(
          std::ranges::upper_bound(steps, time, {}, &SurvivalStep::time) - steps.begin());
    };
    for (const SurvivalTime& unit : times) {
      const std::size_t last = until(std::min(unit.time, moment));
      if (last == 0) continue;
      double part = greenwood[last - 1];
      const SurvivalStep& step = steps[last - 1];
      if (unit.event && unit.time <= moment && step.at_risk > step.events)
        part -= 1 / (step.at_risk - step.events);
      influence[unit.cluster] += part;
    }
    double squares = 0;
    for (const double part : influence) squares += part * part;
    errors.push_back(curve.survival(moment) * std::sqrt(squares));
  }
  return errors;
}

std::optional<double> hazard(std::span<const SurvivalTime> times, double from, double to) {
  double watched = 0;
  double events = 0;
  for (const SurvivalTime& unit : times) {
    if (unit.time <= from) continue;
    watched += 1;
    events += unit.event && unit.time <= to ? 1 : 0;
  }
  if (watched == 0) return std::nullopt;
  return events / watched / (to - from);
}

}  // namespace clewline::statistics
