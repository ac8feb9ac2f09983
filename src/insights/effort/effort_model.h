#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statistics/clustered_auc.h"
#include "statistics/logistic_regression.h"

namespace clewline::insights {

/// What came of a unit; unknown where it was not followed for long enough.
enum class Fate : std::int8_t { unknown = -1, no = 0, yes = 1 };

/// A contact or engagement with the parts of its effort. Units stand in the order of their begin.
struct EffortUnit {
  double at_days = 0;
  double length = 0;
  double events = 0;
  double index = 0;
  bool abandoned = false;
  Fate repeated = Fate::unknown;
  Fate cancelled = Fate::unknown;
  Fate sale_lost = Fate::unknown;
  std::optional<std::uint8_t> survey;  // 0 … 10, 10 is best
  std::uint32_t customer = 0;
};

/// What the fitted version is fitted to.
enum class EffortBasis : std::uint8_t { survey, abandoned_or_repeated };

/// A part's weight as the data have it; the sign is as expected when more of it means more effort.
struct FittedPart {
  double coefficient = 0;  // log-odds of the worse for one more
  double error = 0;
  bool as_expected = false;
};

/// The fitted version of the index, and how it holds on customers and times it has not seen.
struct FittedEffort {
  EffortBasis basis = EffortBasis::abandoned_or_repeated;
  std::size_t units = 0;     // it is fitted to
  std::size_t happened = 0;  // of them abandoned or repeated; of surveys: answered below the middle
  std::vector<FittedPart> parts;
  /// Log-odds of the worse for every unit, from the other customers alone (five lots).
  std::vector<double> held_out;
  std::optional<statistics::ClusteredAuc> across_customers;
  /// Fitted to the first seven tenths of the time, judged on what begins later.
  std::optional<statistics::ClusteredAuc> out_of_time;
  double calibration_slope = 0;  // of held_out; 1: neither too sure nor too shy
};

struct FitOptions {
  EffortBasis basis = EffortBasis::abandoned_or_repeated;
  double window_days = 7;  // until an outcome is known
  double ridge = 1;
};

/// Fits the outcome to the parts (`width` numbers a unit): proportional odds of the survey's
/// answers, else a logistic regression of abandoned or repeated. Null when nothing can be told
/// apart: fewer than two answers, or all came to the same.
std::optional<FittedEffort> fit_effort(std::span<const EffortUnit> units,
                                       std::span<const double> parts, std::size_t width,
                                       const FitOptions& options);

/// How well a score foretells a fate: units whose fate is known.
std::optional<statistics::ClusteredAuc> foretells(std::span<const EffortUnit> units,
                                                  std::span<const double> scores,
                                                  Fate EffortUnit::* fate);

}  // namespace clewline::insights
