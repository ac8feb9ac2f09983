#include "statistics/rate_changes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clewline::statistics {
namespace {

constexpr std::size_t kPeriodsMax = 1000;
constexpr std::size_t kShortestLevel = 2;
constexpr double kPriceOfChange = 3;
constexpr double kTrimmed = .05;
// The mean of a chi-square of one degree below its 95th percentile.
constexpr double kTrimmedMean = .7586;

double entropy(double part, double whole) { return part <= 0 ? 0 : part * std::log(part / whole); }

// Twice the log-likelihood of cases at their own share.
double fit(double part, double whole) {
  return whole <= 0 ? 0 : 2 * (entropy(part, whole) + entropy(whole - part, whole));
}

std::vector<Share> put_together(std::span<const Share> periods, std::size_t width) {
  std::vector<Share> out((periods.size() + width - 1) / width);
  for (std::size_t i = 0; i < periods.size(); ++i) {
    out[i / width].part += periods[i].part;
    out[i / width].whole += periods[i].whole;
  }
  return out;
}

/// Sums of the periods before each place.
struct RunningSums {
  std::vector<double> part = {0};
  std::vector<double> whole = {0};

  explicit RunningSums(std::span<const Share> periods) {
    for (const Share& period : periods) {
      part.push_back(part.back() + static_cast<double>(period.part));
      whole.push_back(whole.back() + static_cast<double>(period.whole));
    }
  }
  double fit_of(std::size_t from, std::size_t to) const {
    return fit(part[to] - part[from], whole[to] - whole[from]);
  }
  Share share(std::size_t from, std::size_t to) const {
    return {std::llround(part[to] - part[from]), std::llround(whole[to] - whole[from])};
  }
};

// Where the best levels begin, the first at 0; the number of periods last.
std::vector<std::size_t> best_levels(const RunningSums& sums, double dispersion, double price) {
  const std::size_t count = sums.part.size() - 1;
  constexpr double kNever = -std::numeric_limits<double>::infinity();
  std::vector<double> best(count + 1, kNever);
  std::vector<std::size_t> begins(count + 1, 0);
  best[0] = price;
  for (std::size_t to = std::min(kShortestLevel, count); to <= count; ++to) {
    for (std::size_t from = 0; from + std::min(kShortestLevel, count) <= to; ++from) {
      const double value = best[from] + sums.fit_of(from, to) / dispersion - price;
      if (value <= best[to]) continue;
      best[to] = value;
      begins[to] = from;
    }
  }
  std::vector<std::size_t> levels = {count};
  while (levels.back() > 0) levels.push_back(begins[levels.back()]);
  std::ranges::reverse(levels);
  return levels;
}

}  // namespace

double dispersion_of_neighbours(std::span<const Share> periods) {
  std::vector<double> squares;
  for (std::size_t i = 1; i < periods.size(); ++i) {
    const Share& a = periods[i - 1];
    const Share& b = periods[i];
    if (a.whole == 0 || b.whole == 0) continue;
    if (a.part + b.part == 0 || a.part + b.part == a.whole + b.whole) continue;
    const double z = share_change_z(a, b);
    squares.push_back(z * z);
  }
  std::ranges::sort(squares);
  const auto left_out =
      static_cast<std::size_t>(std::ceil(kTrimmed * static_cast<double>(squares.size())));
  const std::size_t kept = squares.size() - left_out;
  if (kept == 0) return 1;
  double sum = 0;
  for (std::size_t i = 0; i < kept; ++i) sum += squares[i];
  return std::max(1.0, sum / static_cast<double>(kept) / kTrimmedMean);
}

std::vector<RateChange> rate_changes(std::span<const Share> periods, std::size_t series) {
  if (periods.size() < 2 * kShortestLevel) return {};
  const std::size_t width = (periods.size() + kPeriodsMax - 1) / kPeriodsMax;
  const std::vector<Share> together = put_together(periods, width);
  const double dispersion = dispersion_of_neighbours(together);
  const double price = kPriceOfChange * std::log(static_cast<double>(together.size())) +
                       2 * std::log(static_cast<double>(std::max<std::size_t>(series, 1)));
  const RunningSums sums(together);
  const auto levels = best_levels(sums, dispersion, price);
  std::vector<RateChange> out;
  for (std::size_t i = 1; i + 1 < levels.size(); ++i) {
    const std::size_t from = levels[i - 1];
    const std::size_t at = levels[i];
    const std::size_t to = levels[i + 1];
    const double gain =
        (sums.fit_of(from, at) + sums.fit_of(at, to) - sums.fit_of(from, to)) / dispersion;
    out.push_back({at * width, std::min(to * width, periods.size()), sums.share(from, at),
                   sums.share(at, to), gain});
  }
  return out;
}

}  // namespace clewline::statistics
