#include "insights/patterns/patterns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "insights/frame/answer_words.h"
#include "insights/patterns/patterns_internal.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

constexpr std::size_t kBarsMax = 20;

std::vector<InsightOption> options() {
  std::vector<InsightOption> all = {
      {"min-support", "LEAST",
       "share of the units (0.05) or number of them (200) that must have it (default: "
       "counting.yaml)"},
      {"max-length", "STEPS", "steps of the longest (default: counting.yaml)"},
      {"max-gap", "TIME", "from one step to the next at most this long (default: any time)"},
      {"window", "TIME", "from the first step to the last at most this long (default: any time)"}};
  for (InsightOption& option : scope_options()) all.push_back(std::move(option));
  return all;
}

const Question& question() {
  static const Question kQuestion = {
      .name = "patterns",
      .question = "Which sequences of steps do many have?",
      .definition =
          "A unit is an interaction, an engagement or a customer (--level) with its steps. It has "
          "a sequence when its steps hold those of the sequence in their order, whatever lies "
          "between (--max-gap, --window: limits of time). All sequences that at least "
          "--min-support of the units have are listed, none is left out.",
      .limits =
          "Frequent is not remarkable: what follows from how systems work (a queue is entered and "
          "left) is frequent too. Units that the data cut off have fewer steps.",
      .unit = "unit",
      .units = "units",
      .fields = unit_fields(),
      .options = options()};
  return kQuestion;
}

Result<std::string> units_sql(const Asking& asking) {
  CLEW_TRY(const PatternsPlan plan, patterns_plan(asking));
  return level_units_sql(plan.scope.level);
}

std::vector<Measure> measures(const Asking&) {
  return {{"units", MeasureKind::count, "1", "1", "units there are"}};
}

std::string written(const CodedSteps& steps, const FoundPattern& pattern) {
  std::string out;
  for (const std::uint32_t item : pattern.items)
    out += (out.empty() ? "" : " -> ") + steps.names[item];
  return out;
}

render::ResultTable patterns_table(const CodedSteps& steps, std::span<const FoundPattern> found) {
  render::ResultTable table;
  table.columns = {{"pattern"},
                   {"length", ColumnKind::integer},
                   {"units", ColumnKind::integer},
                   {"share", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"low", ColumnKind::number, render::Audience::everybody, {}, 4},
                   {"high", ColumnKind::number, render::Audience::everybody, {}, 4}};
  for (const FoundPattern& pattern : found) {
    const auto& interval = pattern.share.interval;
    table.rows.push_back({written(steps, pattern), static_cast<std::int64_t>(pattern.items.size()),
                          pattern.units, pattern.share.value.value_or(0),
                          interval ? render::Cell(interval->low) : render::Cell(),
                          interval ? render::Cell(interval->high) : render::Cell()});
  }
  return table;
}

bool holds(const FoundPattern& longer, const FoundPattern& pattern) {
  std::size_t met = 0;
  for (const std::uint32_t item : longer.items) {
    if (met < pattern.items.size() && pattern.items[met] == item) ++met;
  }
  return met == pattern.items.size();
}

// Sequences of two steps and more that no longer one of as many units holds (Pasquier et al. 1999:
// closed): the others say nothing more.
std::vector<FoundPattern> closed_of(std::span<const FoundPattern> found) {
  std::map<std::int64_t, std::vector<const FoundPattern*>> of_units;
  for (const FoundPattern& pattern : found) of_units[pattern.units].push_back(&pattern);
  std::vector<FoundPattern> closed;
  for (const FoundPattern& pattern : found) {
    if (pattern.items.size() < 2) continue;
    const auto& alike = of_units[pattern.units];
    const bool told = std::ranges::any_of(alike, [&](const FoundPattern* other) {
      return other->items.size() > pattern.items.size() && holds(*other, pattern);
    });
    if (!told) closed.push_back(pattern);
  }
  return closed;
}

render::ResultTable for_people(const CodedSteps& steps, std::span<const FoundPattern> closed) {
  render::ResultTable table;
  table.columns = {{"sequence"}, {"units", ColumnKind::integer}, {"share (95 %)"}};
  for (const FoundPattern& pattern : closed) {
    table.rows.push_back({written(steps, pattern), pattern.units,
                          estimate_words(MeasureKind::share, pattern.share)});
  }
  return table;
}

render::Chart chart_of(const CodedSteps& steps, std::span<const FoundPattern> found,
                       const std::string& level) {
  render::Chart chart;
  chart.title = question().question;
  chart.subtitle = fmt::format(
      "Share of {}s; the {} most frequent sequences of two steps and more; "
      "whiskers: 95 % between customers",
      level, kBarsMax);
  chart.is_share = true;
  chart.series.push_back({"share", {}});
  for (const FoundPattern& pattern : found) {
    if (chart.bars.size() == kBarsMax) break;
    chart.bars.push_back(written(steps, pattern));
    render::ChartPoint point{0, pattern.share.value.value_or(0), {}, {}};
    if (pattern.share.interval) {
      point.low = pattern.share.interval->low;
      point.high = pattern.share.interval->high;
    }
    chart.series[0].points.push_back(point);
  }
  return chart;
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(const PatternsPlan plan, patterns_plan(asking));
  CLEW_TRY(const CodedSteps steps, coded_steps(asking, population, plan));
  CLEW_TRY(const auto found, find_patterns(steps, plan));
  const std::string least = plan.share_min > 0 ? fmt::format("{:g} %", 100 * plan.share_min)
                                               : render::grouped(plan.rules.support_min);
  const std::vector<FoundPattern> closed = closed_of(found);
  std::string sentence = fmt::format(
      "{} of 1 to {} steps are had by at least {} of {} {}s",
      render::counted(static_cast<std::int64_t>(found.size()), "sequence", "sequences"),
      plan.rules.length_max, least, render::grouped(answer.counts.chosen), plan.scope.level);
  sentence += closed.empty()
                  ? "; none has two steps."
                  : fmt::format("; the most frequent of two or more is {}: {}.",
                                written(steps, closed.front()),
                                estimate_words(MeasureKind::share, closed.front().share));
  answer.sentences.push_back(std::move(sentence));
  answer.tables_for_people.push_back(
      {"patterns",
       "Sequences of two steps and more, without those that a longer one of as many units holds",
       for_people(steps, closed)});
  answer.chart = chart_of(steps, closed, plan.scope.level);
  answer.tables.push_back({"patterns", "Sequences", patterns_table(steps, found)});
  CLEW_TRY(const StepQuery read, named_steps(asking, plan.scope));
  answer.sql = fmt::format(
      "-- The {}s' steps in which sequences are looked for.\n{} ORDER BY unit, "
      "same_value, \"at\", rank, sequence, element",
      plan.scope.level, read.shown);
  return {};
}

}  // namespace

const Insight& patterns_insight() {
  static const Insight kInsight = {question, units_sql, measures, nullptr, fill};
  return kInsight;
}

}  // namespace clewline::insights
