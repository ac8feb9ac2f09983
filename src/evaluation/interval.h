#pragma once

#include <cstdint>
#include <optional>

namespace clewline::evaluation {

/// The normal distribution's quantile for 95 % between both tails.
inline constexpr double kNormalQuantile95 = 1.959963984540054;

/// The two ends of an interval.
struct Interval {
  double low = 0;
  double high = 0;
};

/// Wilson's score interval of a proportion at 95 %: `part` of `whole` > 0 independent cases
/// (E. B. Wilson, JASA 22, 1927). Ends lie in 0 … 1.
Interval wilson_interval(std::int64_t part, std::int64_t whole);

/// The same for a share of 0 … 1 and a number of cases > 0 that need not be whole: as many
/// independent ones as tell as much as those there are.
Interval wilson_interval_of_share(double share, double cases);

/// The interval of the difference a − b of two shares from the score interval of each (Newcombe,
/// Statistics in Medicine 17, 1998, method 10).
Interval newcombe_interval(double a, const Interval& of_a, double b, const Interval& of_b);

/// The interval at 95 % of a share with its standard error, symmetrical in ln(−ln share) so that
/// its ends lie in 0 … 1, as for survival curves; null where the share is 0 or 1 or the error is 0.
std::optional<Interval> survival_interval(double share, double error);

/// The interval of a mean of `cases` > 1 independent values at 95 %, by the normal approximation;
/// `deviation` is the sample's standard deviation.
Interval mean_interval(double mean, double deviation, std::int64_t cases);

}  // namespace clewline::evaluation
