#include "insights/funnel/funnel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "insights/frame/answer_words.h"
#include "insights/funnel/funnel_internal.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

std::span<const Field> fields() {
  static const std::vector<Field> kFields =
      unit_fields_and({{"reached", FieldKind::number, "stages reached; 0: never began"},
                       {"completed", FieldKind::boolean, "whether it reached the last stage"},
                       {"entries", FieldKind::number, "how often it was begun"}});
  return kFields;
}

std::vector<InsightOption> options() {
  std::vector<InsightOption> all = {
      {.name = "stage",
       .value = "STEP",
       .meaning = "a stage, in their order: a step as in patterns, e.g. cart.updated",
       .repeated = true},
      {.name = "without",
       .value = "STEP",
       .meaning = "a step that ends the way through the stages where it happens",
       .repeated = true},
      {"window", "TIME",
       "every stage comes within this time of the first, e.g. 24h (default: counting.yaml)"},
      {.name = "mode",
       .value = "MODE",
       .meaning = "strict_deduplication, strict_order, strict_increase, strict_once, "
                  "allow_reentry, any_order",
       .repeated = true}};
  for (InsightOption& option : scope_options()) all.push_back(std::move(option));
  return all;
}

const Question& question() {
  static const Question kQuestion = {
      .name = "funnel",
      .question = "How many get from one stage to the next, and where are they lost?",
      .definition =
          "A unit is an interaction, an engagement or a customer (--level) with its steps. It "
          "reaches stage k when it has a chain of the stages 1 … k in their order, each within the "
          "window of the first (the longest such chain counts: ClickHouse's windowFunnel). "
          "Shares count units that began and were watched for all of the window; the curve "
          "(Kaplan-Meier) counts every unit that began for as long as it was watched.",
      .limits =
          "A unit that began before the data begin is taken for one that begins later. A "
          "difference between groups is an association: their cases differ.",
      .unit = "unit",
      .units = "units",
      .fields = fields(),
      .usual_groupings = {"channel"},
      .options = options()};
  return kQuestion;
}

std::string value_of(std::span<const Measure> measures, const MeasureGroup& group,
                     const std::string& name) {
  const auto measure = std::ranges::find(measures, name, &Measure::name);
  return estimate_words(measure->kind, estimate_of(measures, group, name));
}

/// Of the units that reached the stage before and were watched for the window: how many there are,
/// and how many did not get to stage k.
struct Lost {
  std::int64_t of = 0;
  std::int64_t units = 0;
};

Lost lost_before(std::span<const Measure> measures, const MeasureGroup& group, std::size_t k) {
  const Estimate& step = estimate_of(measures, group, fmt::format("step_{}", k));
  return {std::llround(step.units), std::llround(step.units * (1 - step.value.value_or(1)))};
}

render::ResultTable stages_for_people(const FunnelPlan& plan, std::span<const Measure> measures,
                                      const MeasureGroup& all) {
  render::ResultTable table;
  table.columns = {{"stage"},
                   {"reached", ColumnKind::integer},
                   {"of those that began"},
                   {"of the stage before"},
                   {"lost", ColumnKind::integer}};
  for (std::size_t k = 1; k <= plan.stages.size(); ++k) {
    const auto reached = static_cast<std::int64_t>(
        estimate_of(measures, all, fmt::format("reached_{}", k)).value.value_or(0));
    std::vector<render::Cell> row;
    row.emplace_back(plan.stages[k - 1]);
    row.emplace_back(reached);
    row.emplace_back(k == 1 ? std::string("–")
                            : value_of(measures, all, fmt::format("conversion_{}", k)));
    row.emplace_back(k == 1 ? std::string("–")
                            : value_of(measures, all, fmt::format("step_{}", k)));
    row.emplace_back(k == 1 ? render::Cell() : render::Cell(lost_before(measures, all, k).units));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string first_sentence(const FunnelPlan& plan, std::span<const Measure> measures,
                           const MeasureGroup& all) {
  const std::size_t last = plan.stages.size();
  const auto reached = [&](std::size_t k) {
    return static_cast<std::int64_t>(
        estimate_of(measures, all, fmt::format("reached_{}", k)).value.value_or(0));
  };
  const std::string began =
      plan.rules.any_order ? "had a stage" : fmt::format("began with `{}`", plan.stages.front());
  if (reached(1) == 0) return fmt::format("No {} {}.", plan.scope.level, began);
  const std::string window = render::duration_words(plan.rules.window_us);
  if (!estimate_of(measures, all, fmt::format("conversion_{}", last)).value)
    return fmt::format("{} {}s {}; none was watched for {} yet.", render::grouped(reached(1)),
                       plan.scope.level, began, window);
  std::size_t worst = 2;
  for (std::size_t k = 3; k <= last; ++k) {
    if (lost_before(measures, all, k).units > lost_before(measures, all, worst).units) worst = k;
  }
  const Lost lost = lost_before(measures, all, worst);
  return fmt::format(
      "{} of the {}s that {} {} within {}. Most are lost before {}: {} of {} do not get there.",
      value_of(measures, all, fmt::format("conversion_{}", last)), plan.scope.level, began,
      plan.rules.any_order ? fmt::format("had all {} stages", last)
                           : fmt::format("reached `{}`", plan.stages.back()),
      window,
      plan.rules.any_order ? fmt::format("stage {}", worst)
                           : fmt::format("`{}`", plan.stages[worst - 1]),
      render::grouped(lost.units), render::grouped(lost.of));
}

render::ResultTable curve_for_people(const render::ResultTable& curve) {
  render::ResultTable table;
  table.columns = {{"within"}, {"reached the last stage"}};
  for (const auto& row : curve.rows) {
    std::string words = fmt::format("{:.1f} %", 100 * std::get<double>(row[1]));
    if (const auto* low = std::get_if<double>(&row[2]))
      words += fmt::format(" ({:.1f}–{:.1f})", 100 * *low, 100 * std::get<double>(row[3]));
    table.rows.push_back(
        {render::duration_words(static_cast<std::int64_t>(std::get<double>(row[0]) * kUsPerSecond)),
         std::move(words)});
  }
  return table;
}

render::Chart stages_chart(const FunnelPlan& plan, std::span<const Measure> measures,
                           const MeasureGroup& all) {
  render::Chart chart;
  chart.title = question().question;
  chart.subtitle =
      fmt::format("Share of {}s that began, within {}; whiskers: 95 % between customers",
                  plan.scope.level, render::duration_words(plan.rules.window_us));
  chart.x_label = "stage";
  chart.is_share = true;
  chart.bars = plan.stages;
  chart.series.push_back({"reached", {{0, 1, {}, {}}}});
  for (std::size_t k = 2; k <= plan.stages.size(); ++k) {
    const Estimate& estimate = estimate_of(measures, all, fmt::format("conversion_{}", k));
    render::ChartPoint point{0, estimate.value.value_or(0), {}, {}};
    if (estimate.interval) {
      point.low = estimate.interval->low;
      point.high = estimate.interval->high;
    }
    chart.series[0].points.push_back(point);
  }
  return chart;
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(const FunnelPlan plan, funnel_plan(asking));
  const auto measures = funnel_measures(asking);
  const MeasureGroup& all = answer.groups.front();
  const std::string last = fmt::format("conversion_{}", plan.stages.size());
  answer.sentences.push_back(first_sentence(plan, measures, all));
  answer.tables_for_people.push_back({"stages", "Stages", stages_for_people(plan, measures, all)});
  CLEW_TRY(render::ResultTable curve, conversion_curve(asking, population, plan));
  if (!curve.rows.empty())
    answer.tables_for_people.push_back(
        {"curve", "How long it takes from the first stage to the last", curve_for_people(curve)});
  const std::vector<std::string> by =
      asking.selection.by.empty() ? question().usual_groupings : asking.selection.by;
  std::string heading;
  for (const std::string& field : by) heading += (heading.empty() ? "By " : ", ") + field;
  const std::string_view shown[] = {"reached_1", last, "time_to_convert", "reentered", "open"};
  answer.tables_for_people.push_back(
      {"groups", heading, groups_for_people(measures, answer.groups, by, shown)});
  answer.chart = stages_chart(plan, measures, all);
  answer.tables.push_back({"curve", "Time to convert", std::move(curve)});
  answer.tables.push_back({"differences", "Differences between groups",
                           conversion_differences(measures, answer.groups, last)});
  answer.sql = fmt::format(
      "-- The {}s' steps that the funnel runs over; marks: a bit for each step it knows, in their "
      "order.\n{}",
      plan.scope.level, plan.steps.shown);
  return {};
}

}  // namespace

const Insight& funnel_insight() {
  static const Insight kInsight = {question, funnel_units_sql, funnel_measures, nullptr, fill};
  return kInsight;
}

}  // namespace clewline::insights
