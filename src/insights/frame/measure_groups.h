#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluation/interval.h"
#include "insights/frame/population.h"
#include "insights/frame/question.h"
#include "statistics/clustered_ratio.h"

namespace clewline::insights {

/// A measure's value among some units. Shares are 0..1, times seconds. The interval holds when
/// customers, not units, are drawn; counts have none.
struct Estimate {
  std::optional<double> value;  // null: no unit counts
  std::optional<evaluation::Interval> interval;
  double units = 0;      // that count
  double customers = 0;  // of those units
  double denominator = 0;
  double error = 0;
  double naive_error = 0;  // if units were independent
};

/// The measures among the units that have one value of some fields; without fields, of all units.
struct MeasureGroup {
  std::vector<std::string> fields;
  std::vector<std::string> labels;  // one a field
  std::vector<Estimate> estimates;  // one a measure
};

/// Turns sums over customers into a value with its 95 % interval: Wilson's with the number of
/// independent units that would be as sure for shares, else value ± 1.96 errors. Null below two
/// customers.
Estimate estimate(MeasureKind kind, const statistics::RatioSums& sums);

/// Counts all measures in one pass, for each of `groupings` (lists of names of fields; an empty one
/// is all units together), groups in the order of their values.
Result<std::vector<MeasureGroup>> measure(store::Connection& connection,
                                          const Population& population,
                                          std::span<const Measure> measures,
                                          std::span<const std::vector<std::string>> groupings);

/// How a measure differs between the chosen units and others.
struct Difference {
  double value = 0;  // chosen − others
  double error = 0;  // between customers; who is in both counts in both
  double p_value = 1;
  double adjusted = 1;  // after Benjamini & Hochberg over the measures that can be compared
};

/// Compares the estimates of two groups without fields, `chosen` and `others` of a population that
/// has both; null for counts and where one side has fewer than two customers.
Result<std::vector<std::optional<Difference>>> compare(store::Connection& connection,
                                                       const Population& both,
                                                       std::span<const Measure> measures,
                                                       const MeasureGroup& chosen,
                                                       const MeasureGroup& others);

/// The plain SQL that gives the same values, without intervals: what a person checks them with.
std::string measure_sql(std::span<const Measure> measures, std::span<const std::string> fields);

}  // namespace clewline::insights
