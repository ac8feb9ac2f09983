#include "statistics/usual_day.h"

#include <algorithm>
#include <cmath>

namespace clewline::statistics {
namespace {

constexpr double kNormalSpread = 1.4826;  // median absolute deviation → standard deviation

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::vector<double> same_weekdays(std::span<const std::int64_t> counts, std::size_t day,
                                  std::size_t weeks_max) {
  std::vector<double> out;
  for (std::size_t week = 1; week <= weeks_max && day >= 7 * week; ++week)
    out.push_back(static_cast<double>(counts[day - 7 * week]));
  return out;
}

}  // namespace

std::optional<double> usual_count(std::span<const std::int64_t> counts, std::size_t day,
                                  const UsualDayOptions& options) {
  std::vector<double> before = same_weekdays(counts, day, options.weeks_max);
  if (before.size() < std::max<std::size_t>(1, options.weeks_min)) return std::nullopt;
  return median_of(std::move(before));
}

std::size_t last_usual_day(std::span<const std::int64_t> counts, const UsualDayOptions& options) {
  const double overall = median_of({counts.begin(), counts.end()});
  for (std::size_t day = counts.size(); day-- > 0;) {
    const double usual = usual_count(counts, day, options).value_or(overall);
    if (static_cast<double>(counts[day]) >= usual / 2 && counts[day] > 0) return day;
  }
  return counts.size() - 1;
}

std::vector<UnusualDay> unusual_days(std::span<const std::int64_t> counts,
                                     const UsualDayOptions& options) {
  std::vector<UnusualDay> out;
  if (counts.empty()) return out;
  const std::size_t last = std::min(counts.size() - 1, last_usual_day(counts, options) + 1);
  for (std::size_t day = 0; day < last; ++day) {
    const auto usual = usual_count(counts, day, options);
    if (!usual) continue;
    std::vector<double> apart;
    for (const double count : same_weekdays(counts, day, options.weeks_max))
      apart.push_back(std::abs(count - *usual));
    const double spread =
        std::max({1.0, std::sqrt(*usual), kNormalSpread * median_of(std::move(apart))});
    const double off = std::abs(static_cast<double>(counts[day]) - *usual);
    const double most = std::max(*usual, static_cast<double>(counts[day]));
    if (most >= options.count_min && off > options.deviations * spread &&
        off > options.share * *usual)
      out.push_back({day, *usual});
  }
  return out;
}

}  // namespace clewline::statistics
