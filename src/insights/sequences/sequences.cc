#include "insights/sequences/sequences.h"

#include <fmt/format.h>

#include <algorithm>

#include "insights/frame/answer_words.h"
#include "insights/sequences/sequences_internal.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

std::span<const Field> fields() {
  static const std::vector<Field> kFields =
      unit_fields_and({{"matched", FieldKind::boolean, "whether the pattern fits"},
                       {"matches", FieldKind::number, "how often it fits"}});
  return kFields;
}

std::vector<InsightOption> options() {
  std::vector<InsightOption> all = {
      {"pattern", "PATTERN", "e.g. \"ivr.fault{2,} <24h> agent.connected -> !resolved\""},
      {"named", "NAME",
       "a pattern of counting.yaml: research_across_channels, cut_off_restart, "
       "bounced_between_teams, told_to_call_back, or one of yours"}};
  for (InsightOption& option : scope_options()) all.push_back(std::move(option));
  return all;
}

const Question& question() {
  static const Question kQuestion = {
      .name = "sequences",
      .question = "How often does it go like this?",
      .definition =
          "A unit is an interaction, an engagement or a customer (--level) with its steps in the "
          "order of time. A pattern of steps fits it or not: `a -> b` b later than a, `a <24h> b` "
          "at most that much later, `a b` the very next step, `a -> !x -> b` no x between, "
          "`-> !x` and `<7d> !x` at the end none after, (a | b), a? a* a+ a{2,3}, a[field = "
          "'value']. A match begins at the first step at which one can begin, ends as soon as it "
          "can, and none overlaps the one before. docs/methods/sequences.md has the grammar.",
      .limits =
          "`-> !x` at the end says that there is no x until the data end; it may still come. With "
          "a time limit, units that were not watched for all of it are `open` and count neither "
          "way. What happened before the data begin is not seen.",
      .unit = "unit",
      .units = "units",
      .fields = fields(),
      .usual_groupings = {"channel"},
      .options = options()};
  return kQuestion;
}

Result<std::string> units_sql(const Asking& asking) {
  CLEW_TRY(const SequencePlan plan, sequence_plan(asking));
  CLEW_TRY_VOID(find_matches(asking, plan));
  return fmt::format(
      "SELECT u.*, coalesce(m.matches, 0) AS matches, coalesce(m.matches, 0) > 0 AS matched, "
      "coalesce(m.is_open, false) AND coalesce(m.matches, 0) = 0 AS is_open, m.took "
      "FROM ({}) u LEFT JOIN (SELECT unit, count(first_id) AS matches, bool_or(is_open) AS "
      "is_open, "
      "CAST(sum(date_diff('millisecond', first_at, last_at)) AS BIGINT) AS took FROM {} GROUP BY "
      "unit) m USING (unit)",
      level_units_sql(plan.scope.level), store::quote_identifier(plan.matches_table));
}

std::vector<Measure> measures(const Asking&) {
  using enum MeasureKind;
  const std::string matched = "CAST(matched AS INTEGER)";
  return {
      {"units", count, "1", "1", "units there are"},
      {"matched_units", count, matched, "1", "of them with a match"},
      {"matched", share, matched, "CASE WHEN NOT is_open THEN 1 END",
       "share with a match, of those watched for long enough"},
      {"matches", count, "matches", "1", "matches"},
      {"matches_per_unit", mean, "matches", "CASE WHEN NOT is_open THEN 1 END", "matches a unit"},
      {"first_to_last", seconds, "took", "CASE WHEN matched THEN matches END",
       "mean time from a match's first step to its last"},
      {"open", count, "CAST(is_open AS INTEGER)", "1",
       "no match yet, a time limit is still running"},
  };
}

// Quantiles of the time from first to last step, over the matches of the chosen units.
Result<render::ResultTable> times_table(const Asking& asking, const Population& population,
                                        const SequencePlan& plan) {
  CLEW_TRY(const auto rows,
           population.rows(
               asking.connection,
               fmt::format("SELECT n, CAST(q[1] AS DOUBLE), CAST(q[2] AS DOUBLE), CAST(q[3] AS "
                           "DOUBLE), CAST(q[4] AS DOUBLE), CAST(q[5] AS DOUBLE), CAST(q[6] AS "
                           "DOUBLE) FROM (SELECT count(*) AS n, quantile_disc(date_diff("
                           "'microsecond', first_at, last_at), [0.1, 0.25, 0.5, 0.75, 0.9, 1]) AS "
                           "q FROM {} JOIN (SELECT unit FROM chosen) USING (unit) WHERE first_id "
                           "IS NOT NULL)",
                           store::quote_identifier(plan.matches_table))));
  constexpr double kShares[] = {0.1, 0.25, 0.5, 0.75, 0.9, 1};
  render::ResultTable table;
  table.columns = {{"share_of_matches", ColumnKind::number}, {"seconds", ColumnKind::number}};
  if (std::get<std::int64_t>(rows[0][0]) == 0) return table;
  for (std::size_t q = 0; q < std::size(kShares); ++q)
    table.rows.push_back({kShares[q], std::get<double>(rows[0][q + 1]) / kUsPerSecond});
  return table;
}

Result<render::ResultTable> tests_table(const Asking& asking, const SequencePlan& plan,
                                        std::uint64_t& met) {
  CLEW_TRY(const auto rows, asking.connection.query_rows("SELECT number, test, steps, units FROM " +
                                                         store::quote_identifier(plan.tests_table) +
                                                         " ORDER BY number"));
  render::ResultTable table;
  table.columns = {{"step"}, {"steps", ColumnKind::integer}, {"units", ColumnKind::integer}};
  met = 0;
  for (const auto& row : rows) {
    if (std::get<std::int64_t>(row[2]) > 0)
      met |= std::uint64_t{1} << std::get<std::int64_t>(row[0]);
    table.rows.push_back({std::get<std::string>(row[1]), std::get<std::int64_t>(row[2]),
                          std::get<std::int64_t>(row[3])});
  }
  return table;
}

std::string first_sentence(const SequencePlan& plan, std::span<const Measure> measures,
                           const MeasureGroup& all, const render::ResultTable& times) {
  const Estimate& matched = estimate_of(measures, all, "matched_units");
  const Estimate& matches = estimate_of(measures, all, "matches");
  const auto whole = [](const Estimate& estimate) {
    return static_cast<std::int64_t>(estimate.value.value_or(0));
  };
  std::string what = "`" + plan.shown + "`";
  if (!plan.meaning.empty()) what += " (" + plan.meaning + ")";
  if (whole(matches) == 0) return fmt::format("No {} fits {}.", plan.scope.level, what);
  return fmt::format(
      "{} of {}s fit {}: {} in {} of {}, half of them complete within {}.",
      estimate_words(MeasureKind::share, estimate_of(measures, all, "matched")), plan.scope.level,
      what, render::counted(whole(matches), "match", "matches"), render::grouped(whole(matched)),
      render::grouped(whole(estimate_of(measures, all, "units"))),
      render::duration_words(
          static_cast<std::int64_t>(std::get<double>(times.rows[2][1]) * kUsPerSecond)));
}

render::ResultTable times_for_people(const render::ResultTable& times) {
  render::ResultTable table;
  table.columns = {{"of the matches"}, {"complete within"}};
  for (const auto& row : times.rows)
    table.rows.push_back({fmt::format("{:.0f} %", 100 * std::get<double>(row[0])),
                          render::duration_words(
                              static_cast<std::int64_t>(std::get<double>(row[1]) * kUsPerSecond))});
  return table;
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(const SequencePlan plan, sequence_plan(asking));
  const auto all_measures = measures(asking);
  const MeasureGroup& all = answer.groups.front();
  CLEW_TRY(render::ResultTable times, times_table(asking, population, plan));
  std::uint64_t met = 0;
  CLEW_TRY(render::ResultTable tests, tests_table(asking, plan, met));
  answer.sentences.push_back(first_sentence(plan, all_measures, all, times));
  answer.tables_for_people.push_back(
      {"measures", fmt::format("All {}s", plan.scope.level), group_for_people(all_measures, all)});
  const std::vector<std::string> by =
      asking.selection.by.empty() ? question().usual_groupings : asking.selection.by;
  std::string heading;
  for (const std::string& field : by) heading += (heading.empty() ? "By " : ", ") + field;
  constexpr std::string_view kShown[] = {"units", "matched_units", "matched", "matches",
                                         "first_to_last"};
  answer.tables_for_people.push_back(
      {"groups", heading, groups_for_people(all_measures, answer.groups, by, kShown)});
  answer.chart = measure_chart(question(), all_measures, answer.groups, by, "matched");
  if (!times.rows.empty())
    answer.tables_for_people.push_back(
        {"times", "From first step to last", times_for_people(times)});
  answer.tables_for_people.push_back(
      {"tests", "Steps of the pattern, wherever they happen", tests});
  answer.tables.push_back({"times", "Times", std::move(times)});
  answer.tables.push_back({"tests", "Steps of the pattern", std::move(tests)});
  CLEW_TRY(answer.notes, notes_on_unmet(asking, plan.scope, plan.pattern.tests, met));
  answer.sql = fmt::format(
      "-- The {}s' steps that the pattern\n--   {}\n-- runs over; marks: a bit for each of its "
      "steps, in their order.\n{}",
      plan.scope.level, plan.text, plan.steps.shown);
  return {};
}

// A row a match, with its first and last step.
Result<CellDetail> cell_detail(const Asking& asking) {
  CLEW_TRY(const SequencePlan plan, sequence_plan(asking));
  const auto id = [&](std::string_view column) {
    const std::string bare = fmt::format("replace(CAST({} AS VARCHAR), '-', '')", column);
    if (plan.scope.step == "event") return bare;
    const std::string letter = plan.scope.step == "engagement" ? "g" : plan.scope.step.substr(0, 1);
    return "'" + letter + "_' || " + bare;
  };
  CellDetail detail;
  detail.columns = ", match, first_step, last_step, match_from, match_to, match_seconds";
  detail.joins = fmt::format(
      " LEFT JOIN (SELECT unit, number AS match, {} AS first_step, {} AS last_step, first_at AS "
      "match_from, last_at AS match_to, date_diff('millisecond', first_at, last_at) / 1000 AS "
      "match_seconds FROM {} WHERE first_id IS NOT NULL) USING (unit)",
      id("first_id"), id("last_id"), store::quote_identifier(plan.matches_table));
  detail.order = ", match, match_from, first_step";
  return detail;
}

}  // namespace

const Insight& sequences_insight() {
  static const Insight kInsight = {question, units_sql, measures, nullptr, fill, cell_detail};
  return kInsight;
}

}  // namespace clewline::insights
