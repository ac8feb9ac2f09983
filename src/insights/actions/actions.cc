#include "insights/actions/actions.h"

#include <fmt/format.h>

#include <algorithm>

#include "insights/actions/actions_internal.h"
#include "insights/frame/answer_words.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

constexpr Field kFields[] = {
    {"goal", FieldKind::text, "what the customer came for, by the intent dictionary"},
    {"intent", FieldKind::text, "what the customer wanted"},
    {"result", FieldKind::text, "how the engagement ended"},
    {"reached", FieldKind::boolean, "whether that is the goal's result (actions.reached)"},
    {"first_channel", FieldKind::text, "channel of the first step"},
    {"contacts", FieldKind::number, "sittings"},
    {"steps", FieldKind::number, "steps: transactions in which the customer gave time"},
    {"self_service_steps", FieldKind::number, "of them in a menu, bot, page or app"},
    {"waiting_steps", FieldKind::number, "of them stays in a queue"},
    {"agent_steps", FieldKind::number, "of them with an agent"},
    {"message_steps", FieldKind::number, "of them messages written"},
    {"customer_time", FieldKind::seconds, "the customer's own time, all steps together"},
    {"elapsed", FieldKind::seconds, "from the first step to the end of the last"},
};

const Question& question() {
  static const Question kQuestion = {
      .name = "actions",
      .question = "How many actions do customers need to reach their goal?",
      .definition =
          "A unit is an engagement with a goal (intents.yaml). A step is a transaction in which "
          "the "
          "customer gave time: a stay in a menu, bot, page or app, a stay in a queue, an agent's "
          "leg, messages written one after the other. The goal is reached when the engagement's "
          "result is one that actions.reached names for it. Steps and times are of those who "
          "reached it; reached_in_window counts only engagements watched for resolution.window.",
      .limits =
          "Who reached the goal needed fewer steps than who is still trying: steps_unreached "
          "stands beside. A result that no rule of counting.yaml names is unknown and not reached. "
          "Times of steps that overlap are added.",
      .unit = "engagement",
      .units = "engagements",
      .fields = kFields,
      .usual_groupings = {"goal"},
      .also_reads = {"counting.resolution.window"}};
  return kQuestion;
}

constexpr std::string_view kShownByGroup[] = {"engagements", "reached_in_window", "steps",
                                              "contacts",    "customer_time",     "elapsed",
                                              "one_step"};
constexpr std::int64_t kStepsShown = 10;

std::string field_list(const std::vector<std::string>& fields) {
  std::string out;
  for (const std::string& field : fields) out += store::quote_identifier(field) + ", ";
  return out;
}

render::Cell label(const store::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string("(none)") : *text;
}

Result<render::ResultTable> read_table(const Asking& asking, const Population& population,
                                       const std::vector<std::string>& fields,
                                       std::vector<render::Column> columns, std::size_t texts,
                                       const std::string& sql) {
  render::ResultTable table;
  for (const std::string& field : fields) table.columns.push_back({field});
  table.columns.insert(table.columns.end(), columns.begin(), columns.end());
  CLEW_TRY(const auto rows, population.rows(asking.connection, sql));
  for (const auto& row : rows) {
    std::vector<render::Cell> cells;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const auto* count = std::get_if<std::int64_t>(&row[c]);
      const auto* number = std::get_if<double>(&row[c]);
      if (c < fields.size() + texts)
        cells.push_back(label(row[c]));
      else if (count != nullptr)
        cells.emplace_back(*count);
      else if (number != nullptr)
        cells.emplace_back(*number);
      else
        cells.emplace_back();
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

// Steps of those who reached the goal, by channel and kind; of a group they add up to all its
// steps.
Result<render::ResultTable> types_table(const Asking& asking, const Population& population,
                                        const std::vector<std::string>& fields) {
  using render::ColumnKind;
  const std::string keys = field_list(fields);
  std::string same;
  for (const std::string& field : fields)
    same += fmt::format(" AND t.{0} IS NOT DISTINCT FROM n.{0}", store::quote_identifier(field));
  std::string cast;
  std::string order;
  for (const std::string& field : fields) {
    cast += fmt::format("CAST(t.{} AS VARCHAR), ", store::quote_identifier(field));
    order += fmt::format("t.{}, ", store::quote_identifier(field));
  }
  return read_table(
      asking, population, fields,
      {{"channel"},
       {"step"},
       {"steps", ColumnKind::integer},
       {"steps_per_engagement", ColumnKind::number, render::Audience::everybody, {}, 2},
       {"seconds_per_engagement", ColumnKind::number, render::Audience::everybody, {}, 1}},
      2,
      fmt::format(
          ", t AS (SELECT {0}channel, step, count(*) AS steps, sum(given_ms) AS given FROM ({1}) s "
          "JOIN chosen c ON c.unit_id = s.engagement_id WHERE reached GROUP BY ALL), n AS (SELECT "
          "{0}count(*) AS engagements FROM chosen WHERE reached GROUP BY ALL) SELECT {3}channel, "
          "step, t.steps, CAST(t.steps AS DOUBLE) / engagements, CAST(given AS DOUBLE) / 1000 / "
          "engagements FROM t JOIN n ON true{2} ORDER BY {4}t.steps DESC, channel, step",
          keys, kStepsSql, same, cast, order));
}

Result<render::ResultTable> numbers_table(const Asking& asking, const Population& population,
                                          const std::vector<std::string>& fields) {
  using render::ColumnKind;
  const std::string keys = field_list(fields);
  std::string cast;
  for (const std::string& field : fields)
    cast += fmt::format("CAST({} AS VARCHAR), ", store::quote_identifier(field));
  return read_table(
      asking, population, fields,
      {{"steps"},
       {"engagements", ColumnKind::integer},
       {"share", ColumnKind::number, render::Audience::everybody, {}, 3}},
      1,
      fmt::format("SELECT {0}CASE WHEN n > {2} THEN 'more' ELSE CAST(n AS VARCHAR) END, e, CAST(e "
                  "AS DOUBLE) / sum(e) OVER ({3}) FROM (SELECT {1}least(steps, {2} + 1) AS n, "
                  "count(*) AS e FROM chosen WHERE reached GROUP BY ALL) ORDER BY {1}n",
                  cast, keys, kStepsShown,
                  keys.empty() ? "" : "PARTITION BY " + keys.substr(0, keys.size() - 2)));
}

std::string words_of(const Answer& answer, const MeasureGroup& group, std::string_view name) {
  const auto found = std::ranges::find(answer.measures, name, &Measure::name);
  return estimate_words(found->kind, estimate_of(answer.measures, group, name));
}

std::vector<std::string> sentences(const Asking& asking, const Answer& answer) {
  const MeasureGroup& all = answer.groups.front();
  const Estimate& steps = estimate_of(answer.measures, all, "steps");
  const std::string engagements = render::grouped(answer.counts.chosen);
  if (!steps.value)
    return {
        fmt::format("None of {} engagements with a goal has reached it by the rules of "
                    "counting.yaml (actions.reached, results).",
                    engagements)};
  const auto duration = [&](std::string_view name) {
    return render::duration_words(std::llround(*estimate_of(answer.measures, all, name).value) *
                                  kUsPerSecond);
  };
  std::vector<std::string> out = {fmt::format(
      "Customers who reached their goal needed {} steps in {} sittings, {} of their own "
      "time and {} from first to last, on average.",
      words_of(answer, all, "steps"), words_of(answer, all, "contacts"), duration("customer_time"),
      duration("elapsed"))};
  if (estimate_of(answer.measures, all, "reached_in_window").value)
    out.push_back(fmt::format("Within {} {} of {} engagements with a goal reached it.",
                              render::duration_words(asking.settings.counting.resolution.window_us),
                              words_of(answer, all, "reached_in_window"), engagements));
  return out;
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  const std::vector<std::string> fields =
      asking.selection.by.empty() ? question().usual_groupings : asking.selection.by;
  CLEW_TRY(auto types, types_table(asking, population, fields));
  CLEW_TRY(auto numbers, numbers_table(asking, population, fields));
  answer.sentences = sentences(asking, answer);
  answer.chart = measure_chart(question(), answer.measures, answer.groups, fields, "steps");
  auto& people = answer.tables_for_people;
  people.push_back({"groups", "To the goal",
                    groups_for_people(answer.measures, answer.groups, fields, kShownByGroup)});
  people.push_back({"types", "Kinds of steps of those who reached it", types});
  people.push_back(
      {"measures", "All goals", group_for_people(answer.measures, answer.groups.front())});
  answer.tables.push_back({"types", "Kinds of steps", std::move(types)});
  answer.tables.push_back({"numbers", "Number of steps", std::move(numbers)});
  return {};
}

}  // namespace

const Insight& actions_insight() {
  static const Insight kInsight = {question, actions_units_sql, actions_measures,
                                   actions_excluded_sql, fill};
  return kInsight;
}

}  // namespace clewline::insights
