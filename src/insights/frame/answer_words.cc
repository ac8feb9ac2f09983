#include "insights/frame/answer_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/assert.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

std::string_view kind_name(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::count: return "count";
    case MeasureKind::share: return "share";
    case MeasureKind::seconds: return "seconds";
    case MeasureKind::mean: return "mean";
    case MeasureKind::points: return "points";
  }
  return "";
}

// From two hours on nobody thinks in seconds.
bool is_long(double seconds) { return std::abs(seconds) >= 7200; }

std::string duration(double seconds) {
  return render::duration_words(std::llround(seconds) * kUsPerSecond);
}

constexpr double kFalseShare = .05;  // of the differences that are called real

render::Cell whole(double value) { return static_cast<std::int64_t>(std::llround(value)); }

render::Cell number(std::optional<double> value) {
  return value ? render::Cell(*value) : render::Cell();
}

std::string scaled(MeasureKind kind, double value) {
  if (kind == MeasureKind::share) return fmt::format("{:.1f}", 100 * value);
  return std::abs(value) < 10 ? fmt::format("{:.2f}", value) : fmt::format("{:.1f}", value);
}

}  // namespace

render::ResultTable measures_table(std::span<const Measure> measures,
                                   std::span<const MeasureGroup> groups) {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"by"},
                   {"group"},
                   {"measure"},
                   {"kind"},
                   {"value", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number},
                   {"n", ColumnKind::integer},
                   {"customers", ColumnKind::integer},
                   {"design_effect", ColumnKind::number}};
  for (const MeasureGroup& group : groups) {
    for (std::size_t i = 0; i < measures.size(); ++i) {
      const Estimate& estimate = group.estimates[i];
      const bool known = estimate.interval && estimate.naive_error > 0;
      const double effect = known ? std::pow(estimate.error / estimate.naive_error, 2) : 0;
      const auto end = [&](bool low) {
        return estimate.interval
                   ? render::Cell(low ? estimate.interval->low : estimate.interval->high)
                   : render::Cell();
      };
      table.rows.push_back({joined(group.fields), joined(group.labels), measures[i].name,
                            std::string(kind_name(measures[i].kind)), number(estimate.value),
                            end(true), end(false), whole(estimate.units), whole(estimate.customers),
                            known ? render::Cell(effect) : render::Cell()});
    }
  }
  return table;
}

std::string value_words(MeasureKind kind, const Estimate& estimate) {
  if (!estimate.value) return "–";
  switch (kind) {
    case MeasureKind::count: return render::grouped(std::llround(*estimate.value));
    case MeasureKind::share: return scaled(kind, *estimate.value) + " %";
    case MeasureKind::seconds:
      return is_long(*estimate.value) ? duration(*estimate.value)
                                      : scaled(kind, *estimate.value) + " s";
    case MeasureKind::mean:
    case MeasureKind::points: return scaled(kind, *estimate.value);
  }
  return "";
}

std::string estimate_words(MeasureKind kind, const Estimate& estimate) {
  std::string words = value_words(kind, estimate);
  if (!estimate.value || !estimate.interval) return words;
  if (kind == MeasureKind::seconds && is_long(*estimate.value))
    words +=
        " (" + duration(estimate.interval->low) + " – " + duration(estimate.interval->high) + ")";
  else
    words += " (" + scaled(kind, estimate.interval->low) + "–" +
             scaled(kind, estimate.interval->high) + ")";
  return words;
}

std::string joined(std::span<const std::string> parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += between;
    out += part;
  }
  return out;
}

const Estimate& estimate_of(std::span<const Measure> measures, const MeasureGroup& group,
                            std::string_view name) {
  const auto found = std::ranges::find(measures, name, &Measure::name);
  CLEW_ASSERT(found != measures.end());
  return group.estimates[static_cast<std::size_t>(found - measures.begin())];
}

render::ResultTable group_for_people(std::span<const Measure> measures, const MeasureGroup& group) {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"measure"},
                   {"value (95 %)"},
                   {"n", ColumnKind::integer},
                   {"customers", ColumnKind::integer},
                   {"means"}};
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const Estimate& estimate = group.estimates[i];
    table.rows.push_back({measures[i].name, estimate_words(measures[i].kind, estimate),
                          whole(estimate.units), whole(estimate.customers), measures[i].meaning});
  }
  return table;
}

render::ResultTable groups_for_people(std::span<const Measure> measures,
                                      std::span<const MeasureGroup> groups,
                                      std::span<const std::string> fields,
                                      std::span<const std::string_view> names) {
  render::ResultTable table;
  for (const std::string& field : fields) table.columns.push_back({field});
  for (const std::string_view name : names) table.columns.push_back({std::string(name)});
  for (const MeasureGroup& group : groups) {
    if (!std::ranges::equal(group.fields, fields)) continue;
    std::vector<render::Cell> row(group.labels.begin(), group.labels.end());
    for (const std::string_view name : names) {
      const auto measure = std::ranges::find(measures, name, &Measure::name);
      row.emplace_back(estimate_words(measure->kind, estimate_of(measures, group, name)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

render::Chart measure_chart(const Question& question, std::span<const Measure> measures,
                            std::span<const MeasureGroup> groups,
                            std::span<const std::string> fields, std::string_view name) {
  const auto measure = std::ranges::find(measures, name, &Measure::name);
  CLEW_ASSERT(measure != measures.end());
  render::Chart chart;
  chart.title = question.question;
  chart.x_label = joined(fields);
  chart.y_label = measure->name;
  chart.is_share = measure->kind == MeasureKind::share;
  chart.series.push_back({measure->name, {}});
  double units = 0;
  for (const MeasureGroup& group : groups) {
    if (!std::ranges::equal(group.fields, fields)) continue;
    const Estimate& estimate = estimate_of(measures, group, name);
    units += estimate.units;
    if (!estimate.value) continue;
    chart.bars.push_back(fields.empty() ? std::string("all") : joined(group.labels));
    render::ChartPoint point{0, *estimate.value, {}, {}};
    if (estimate.interval) {
      point.low = estimate.interval->low;
      point.high = estimate.interval->high;
    }
    chart.series[0].points.push_back(point);
  }
  chart.subtitle = fmt::format("{}; {} {}; whiskers: 95 % between customers", measure->meaning,
                               render::grouped(std::llround(units)), question.units);
  return chart;
}

render::ResultTable comparison_table(std::span<const Measure> measures, const MeasureGroup& chosen,
                                     const MeasureGroup& others,
                                     std::span<const std::optional<Difference>> differences) {
  using render::ColumnKind;
  render::ResultTable table;
  table.columns = {{"measure"},
                   {"kind"},
                   {"value", ColumnKind::number},
                   {"other_value", ColumnKind::number},
                   {"difference", ColumnKind::number},
                   {"low", ColumnKind::number},
                   {"high", ColumnKind::number},
                   {"p_value", ColumnKind::number},
                   {"adjusted_p_value", ColumnKind::number},
                   {"n", ColumnKind::integer},
                   {"other_n", ColumnKind::integer}};
  for (std::size_t i = 0; i < measures.size(); ++i) {
    if (!differences[i]) continue;
    const Difference& difference = *differences[i];
    const double half = evaluation::kNormalQuantile95 * difference.error;
    table.rows.push_back({measures[i].name, std::string(kind_name(measures[i].kind)),
                          number(chosen.estimates[i].value), number(others.estimates[i].value),
                          difference.value, difference.value - half, difference.value + half,
                          difference.p_value, difference.adjusted, whole(chosen.estimates[i].units),
                          whole(others.estimates[i].units)});
  }
  return table;
}

render::ResultTable comparison_for_people(std::span<const Measure> measures,
                                          const MeasureGroup& chosen, const MeasureGroup& others,
                                          std::span<const std::optional<Difference>> differences) {
  render::ResultTable table;
  table.columns = {{"measure"}, {"here"}, {"there"}, {"difference (95 %)"}, {"by chance?"}};
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const MeasureKind kind = measures[i].kind;
    if (!differences[i]) continue;
    const Difference& difference = *differences[i];
    const double half = evaluation::kNormalQuantile95 * difference.error;
    table.rows.push_back(
        {measures[i].name, value_words(kind, chosen.estimates[i]),
         value_words(kind, others.estimates[i]),
         fmt::format("{} ({} to {})", scaled(kind, difference.value),
                     scaled(kind, difference.value - half), scaled(kind, difference.value + half)),
         std::string(difference.adjusted <= kFalseShare ? "no" : "may be")});
  }
  table.notes.push_back(
      "No: among measures so marked one in twenty at most is expected to differ by chance alone "
      "(Benjamini-Hochberg). A difference is an association: the contacts were not chosen by lot.");
  return table;
}

std::string comparison_sentence(std::span<const Measure> measures,
                                std::span<const std::optional<Difference>> differences,
                                std::string_view with) {
  std::int64_t compared = 0;
  std::int64_t differ = 0;
  std::string names;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    if (!differences[i]) continue;
    ++compared;
    if (differences[i]->adjusted > kFalseShare) continue;
    ++differ;
    names += (names.empty() ? ": " : ", ") + measures[i].name;
  }
  if (compared == 0) return fmt::format("There is too little to compare with {}.", with);
  return fmt::format("Compared with {}: {} of {} measures differ by more than chance{}.", with,
                     differ, compared, names);
}

std::vector<std::string> nothing_to_count(const Question& question, const UnitCounts& counts) {
  if (counts.all == 0)
    return {fmt::format("There is no {} in this workspace.", question.unit),
            "Run `clewline link` after an import; `clewline bridge` says what there is, and "
            "`--explain` what counts."};
  return {fmt::format("None of the {} fits.",
                      render::counted(counts.all, question.unit, question.units)),
          fmt::format("{} lie outside the period, {} more are not wanted by --where.",
                      render::grouped(counts.outside_period), render::grouped(counts.filtered))};
}

}  // namespace clewline::insights
