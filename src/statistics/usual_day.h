#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace clewline::statistics {

/// A day whose count differs from the usual one.
struct UnusualDay {
  std::size_t day = 0;  // position in the counts
  double usual = 0;
};

struct UsualDayOptions {
  std::size_t weeks_max = 8;
  std::size_t weeks_min = 3;
  double deviations = 4;  // from the usual, of the spread
  double count_min = 10;  // the day or the usual has at least as many
  double share = 0.3;     // and of the usual, so that small wobbles of large counts are none
};

/// Returns what a day usually has: the median of the same weekday in the weeks before. Null when
/// there are too few of them.
std::optional<double> usual_count(std::span<const std::int64_t> counts, std::size_t day,
                                  const UsualDayOptions& options = {});

/// Returns the last day that has at least half of what its weekday usually has (where that is not
/// known, of the median of all days): after it the data end or thin out. The last of all when there
/// is none. `counts` is not empty.
std::size_t last_usual_day(std::span<const std::int64_t> counts,
                           const UsualDayOptions& options = {});

/// Lists the days that differ from the usual one by more than both limits; the spread is the
/// median absolute deviation of those weekdays (times 1.4826), at least the root of the usual
/// count. `counts` are of days one after the other, those without anything being 0. Days after the
/// last usual one are not judged, nor the last of all: they may not be complete.
std::vector<UnusualDay> unusual_days(std::span<const std::int64_t> counts,
                                     const UsualDayOptions& options = {});

}  // namespace clewline::statistics
