#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluation/interval.h"
#include "statistics/group_hazards.h"
#include "statistics/survival.h"

namespace clewline::insights {

/// A wait in a queue that began; it ended when the customer gave up, or else was cut short by an
/// agent.
struct Wait {
  double seconds = 0;
  bool gave_up = false;
  std::uint32_t group = 0;
  std::uint32_t customer = 0;
};

/// A number with its 95 % interval.
struct Bounded {
  double value = 0;
  std::optional<evaluation::Interval> interval;
};

/// How long customers of one group would wait.
struct PatienceOfGroup {
  std::string label;
  std::size_t waits = 0;
  std::size_t gave_up = 0;
  double seconds_waited = 0;
  /// Seconds waited for each who gave up: the mean patience if the hazard were constant.
  std::optional<double> mean_if_constant;
  std::vector<Bounded> still_waiting;  // share at each moment
  /// Seconds after which a tenth, a quarter, half would have given up; null: not within the data.
  std::vector<std::optional<double>> quantiles;
  std::vector<evaluation::Interval> quantile_limits;  // high may be infinite
  std::vector<std::optional<double>> hazards;         // a second, by bin
  /// Times as likely to give up as the first group; 1 there.
  std::optional<Bounded> hazard_ratio;
};

struct Patience {
  std::vector<double> moments;    // seconds of `still_waiting`
  std::vector<double> bin_edges;  // seconds; bin i lies between i and i + 1
  PatienceOfGroup all;
  std::vector<PatienceOfGroup> groups;
  statistics::LogRank difference;  // between the groups
  double log_likelihood = 0;       // of the hazard ratios (Cox, ties after Efron)
};

inline constexpr double kPatienceShares[] = {.10, .25, .50};

/// Estimates patience (docs/methods/service.md); the errors of shares and ratios are between
/// customers. `labels` name the groups, the first with most waits.
Patience estimate_patience(std::vector<Wait> waits, std::vector<std::string> labels);

}  // namespace clewline::insights
