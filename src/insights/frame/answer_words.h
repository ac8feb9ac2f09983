#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insights/frame/measure_groups.h"
#include "insights/frame/population.h"
#include "insights/frame/question.h"
#include "render/chart.h"
#include "render/result_table.h"

namespace clewline::insights {

/// The table `measures`: a row a group and measure, with value, interval, units and customers.
render::ResultTable measures_table(std::span<const Measure> measures,
                                   std::span<const MeasureGroup> groups);

/// For people: the measures of one group, a row each.
render::ResultTable group_for_people(std::span<const Measure> measures, const MeasureGroup& group);

/// For people: a row a group of `fields`, a column for each of the named measures.
render::ResultTable groups_for_people(std::span<const Measure> measures,
                                      std::span<const MeasureGroup> groups,
                                      std::span<const std::string> fields,
                                      std::span<const std::string_view> names);

/// A picture of one measure by the groups of some fields, a bar each, with intervals.
render::Chart measure_chart(const Question& question, std::span<const Measure> measures,
                            std::span<const MeasureGroup> groups,
                            std::span<const std::string> fields, std::string_view name);

/// A row a measure that can be compared: both values, difference with interval, p-values.
render::ResultTable comparison_table(std::span<const Measure> measures, const MeasureGroup& chosen,
                                     const MeasureGroup& others,
                                     std::span<const std::optional<Difference>> differences);
render::ResultTable comparison_for_people(std::span<const Measure> measures,
                                          const MeasureGroup& chosen, const MeasureGroup& others,
                                          std::span<const std::optional<Difference>> differences);
/// Says how many measures differ by more than chance.
std::string comparison_sentence(std::span<const Measure> measures,
                                std::span<const std::optional<Difference>> differences,
                                std::string_view with);

/// "62.9 % (62.1–63.7)", "35.0 s (34.1–36.0)", "1,234"; "–" when there is none.
std::string estimate_words(MeasureKind kind, const Estimate& estimate);
/// "62.9 %"; "–" when there is none.
std::string value_words(MeasureKind kind, const Estimate& estimate);

/// Writes names one after another.
std::string joined(std::span<const std::string> parts, std::string_view between = ", ");

/// Returns the estimate of a measure in a group; the measure must exist.
const Estimate& estimate_of(std::span<const Measure> measures, const MeasureGroup& group,
                            std::string_view name);

/// What to say, and to do next, when no unit was chosen.
std::vector<std::string> nothing_to_count(const Question& question, const UnitCounts& counts);

}  // namespace clewline::insights
