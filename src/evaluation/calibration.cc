#include "evaluation/calibration.h"

#include <algorithm>
#include <cmath>

namespace clewline::evaluation {
namespace {

constexpr double kProbabilityLeast = 1e-12;

/// What is added up: forecasts, squared distances, log-losses, decisions, then of each tenth
/// forecasts, probabilities and what happened.
enum Sum : std::size_t { kForecasts, kSquares, kLosses, kRight, kStated, kHappened, kTenths };
constexpr std::size_t kWidth = kTenths + 3 * kCalibrationBins;
constexpr std::size_t kValues = 6;

std::size_t tenth_of(double probability) {
  return std::min(kCalibrationBins - 1,
                  static_cast<std::size_t>(probability * static_cast<double>(kCalibrationBins)));
}

void add(const Forecast& forecast, double threshold, std::span<double> sums) {
  const double p = std::clamp(forecast.probability, kProbabilityLeast, 1 - kProbabilityLeast);
  const double y = forecast.happened ? 1 : 0;
  const double stated = p >= threshold ? 1 : 0;
  sums[kForecasts] += 1;
  sums[kSquares] += (p - y) * (p - y);
  sums[kLosses] -= forecast.happened ? std::log(p) : std::log1p(-p);
  sums[kRight] += stated * y;
  sums[kStated] += stated;
  sums[kHappened] += y;
  const std::size_t tenth = kTenths + 3 * tenth_of(p);
  sums[tenth] += 1;
  sums[tenth + 1] += p;
  sums[tenth + 2] += y;
}

double share(double part, double whole, double of_nothing) {
  return whole > 0 ? part / whole : of_nothing;
}

void judge(std::span<const double> sums, std::span<double> values) {
  double apart = 0;
  for (std::size_t tenth = kTenths; tenth < kWidth; tenth += 3)
    apart += std::abs(sums[tenth + 1] - sums[tenth + 2]);
  values[0] = share(sums[kSquares], sums[kForecasts], 0);
  values[1] = share(apart, sums[kForecasts], 0);
  values[2] = share(sums[kLosses], sums[kForecasts], 0);
  values[3] = share(sums[kRight], sums[kStated], 1);
  values[4] = share(sums[kRight], sums[kHappened], 1);
  values[5] = share(2 * sums[kRight], sums[kStated] + sums[kHappened], 1);
}

}  // namespace

Calibration calibrate(std::span<const Forecast> forecasts, double threshold,
                      const BootstrapOptions& options) {
  std::uint32_t groups = 0;
  for (const Forecast& forecast : forecasts) groups = std::max(groups, forecast.group + 1);
  std::vector<double> rows(groups * kWidth, 0.0);
  for (const Forecast& forecast : forecasts)
    add(forecast, threshold, std::span(rows).subspan(forecast.group * kWidth, kWidth));
  std::vector<double> kept;
  std::vector<double> total(kWidth, 0.0);
  for (std::size_t at = 0; at < rows.size(); at += kWidth) {
    if (rows[at] == 0) continue;
    kept.insert(kept.end(), rows.begin() + static_cast<std::ptrdiff_t>(at),
                rows.begin() + static_cast<std::ptrdiff_t>(at + kWidth));
    for (std::size_t k = 0; k < kWidth; ++k) total[k] += rows[at + k];
  }
  Calibration out;
  for (std::size_t bin = 0; bin < kCalibrationBins; ++bin) {
    const double* sums = total.data() + kTenths + 3 * bin;
    if (sums[0] == 0) continue;
    const auto count = static_cast<std::int64_t>(sums[0]);
    const auto happened = static_cast<std::int64_t>(sums[2]);
    out.bins[bin] = {count, sums[1] / sums[0], sums[2] / sums[0], wilson_interval(happened, count)};
  }
  if (kept.empty()) return out;
  const auto estimates = bootstrap(kept, kWidth, judge, kValues, options);
  out.brier = estimates[0];
  out.error = estimates[1];
  out.log_loss = estimates[2];
  out.precision = estimates[3];
  out.recall = estimates[4];
  out.f1 = estimates[5];
  return out;
}

}  // namespace clewline::evaluation
