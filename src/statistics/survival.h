#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace clewline::statistics {

/// How long one unit was watched, and whether what is waited for happened at the end of that time
/// (else it is censored). Units of one cluster (customer) are drawn as a whole.
struct SurvivalTime {
  double time = 0;
  bool event = false;
  std::uint32_t cluster = 0;
};

/// One distinct time at which something happened or was censored.
struct SurvivalStep {
  double time = 0;
  double at_risk = 0;  // units watched until just before
  double events = 0;
  double survival = 1;         // the share without an event up to and including this time
  double greenwood_error = 0;  // its standard error if all units were independent
};

/// The estimate of Kaplan and Meier (JASA 53, 1958), a step for every distinct time.
class SurvivalCurve {
 public:
  explicit SurvivalCurve(std::span<const SurvivalTime> times);

  const std::vector<SurvivalStep>& steps() const { return steps_; }
  std::size_t units() const { return units_; }
  std::size_t events() const { return events_; }
  double time_sum() const { return time_sum_; }

  /// Returns the share without an event up to `time`, and its error for independent units.
  double survival(double time) const;
  double greenwood_error(double time) const;
  /// Returns the units watched for at least `time`.
  double at_risk(double time) const;
  /// Returns the first time at which at most 1 − `share` are left; null when it is never reached.
  std::optional<double> quantile(double share) const;

  struct Limits {
    std::optional<double> low;
    std::optional<double> high;
  };
  /// Returns the ends of `quantile`'s interval: where the limits of ln S (± `z` errors) cross.
  Limits quantile_limits(double share, double z) const;

  struct Mean {
    double value = 0;
    double error = 0;
  };
  /// Returns the mean time of what ends at `horizon` at the latest: the area below the curve.
  Mean restricted_mean(double horizon) const;

 private:
  const SurvivalStep* last_until(double time) const;

  std::vector<SurvivalStep> steps_;
  std::size_t units_ = 0;
  std::size_t events_ = 0;
  double time_sum_ = 0;
};

/// Returns the standard error of `survival` at each of `moments` when clusters, not units, are
/// independent: the infinitesimal jackknife, summed within clusters (Therneau & Grambsch 2000,
/// §2.2; `survfit(…, cluster=)` of R).
std::vector<double> clustered_errors(const SurvivalCurve& curve,
                                     std::span<const SurvivalTime> times,
                                     std::span<const double> moments);

/// Returns the events in (from, to] over the units watched for longer than `from`, for each unit of
/// time; null when there are none.
std::optional<double> hazard(std::span<const SurvivalTime> times, double from, double to);

}  // namespace clewline::statistics
