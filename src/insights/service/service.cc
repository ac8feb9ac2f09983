#include "insights/service/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "insights/frame/answer_words.h"
#include "insights/service/patience.h"
#include "insights/service/service_internal.h"
#include "insights/service/service_tables_internal.h"
#include "insights/service/staffing.h"
#include "render/cell_text.h"

namespace clewline::insights {
namespace {

constexpr Field kFields[] = {
    {"queue", FieldKind::text, "the queue by its name, else by its id"},
    {"queue_id", FieldKind::text, "the queue's native id"},
    {"channel", FieldKind::text, "voice, chat …"},
    {"source", FieldKind::text, "the source it comes from"},
    {"intent", FieldKind::text, "what the customer wanted"},
    {"agent", FieldKind::text, "the agent who answered"},
    {"entry", FieldKind::text, "queue; direct: an agent without a queue before; callback"},
    {"ended", FieldKind::text, "answered, abandoned, other"},
    {"wait", FieldKind::seconds, "from the queue's start until the agent, or until giving up"},
    {"talk", FieldKind::seconds, "the agent's talk, without hold"},
    {"hold", FieldKind::seconds, "hold"},
    {"wrap", FieldKind::seconds, "after-contact work"},
    {"handle", FieldKind::seconds, "talk, hold and wrap-up together"},
    {"handled", FieldKind::boolean, "whether an agent's leg is known"},
    {"transferred", FieldKind::boolean, "whether the agent passed the customer on"},
};

const Question& question() {
  static const Question kQuestion = {
      .name = "service",
      .question = "How well are customers served who ask for a person?",
      .definition =
          "A unit is a queue visit: a leg in a queue with the agent's leg that ended its wait, or "
          "an "
          "agent's leg without a queue before it (no wait). Offered are those answered or "
          "abandoned; a "
          "booked callback, overflow or time-out is left otherwise. In time means within "
          "service.level_within; ignoring, negative and positive are the three service levels of "
          "vendors' reports: without those who left in time, with them as failures, as successes. "
          "Patience: Kaplan-Meier over waits above 0 s, being answered cuts a wait short.",
      .limits =
          "Occupancy needs the agents' logged-in time, which no source states. Whoever gave up "
          "inside "
          "the menu was never offered. In chat some who left do not say so: their patience is "
          "overstated. Staffing is for an average day with exponential handle times.",
      .unit = "queue visit",
      .units = "queue visits",
      .fields = kFields,
      .usual_groupings = {"queue", "hour"}};
  return kQuestion;
}

constexpr std::string_view kShownByGroup[] = {
    "offered",         "answered",    "abandoned",  "abandonment", "service_level_negative",
    "speed_of_answer", "handle_time", "transferred"};

std::string first_sentence(const Settings& settings, std::span<const Measure> measures,
                           const MeasureGroup& all) {
  const auto words = [&](std::string_view name) {
    const auto found = std::ranges::find(measures, name, &Measure::name);
    return value_words(found->kind, estimate_of(measures, all, name));
  };
  if (estimate_of(measures, all, "offered").value == 0.0)
    return "Nobody was answered or gave up waiting: all contacts left their queue otherwise.";
  return fmt::format(
      "Of {} contacts that asked for a person {} were answered and {} gave up ({}); {} were "
      "answered within {}; those answered waited {} on average and took {} of an agent's time.",
      words("offered"), words("answered"), words("abandoned"), words("abandonment"),
      words("service_level_negative"),
      render::duration_words(settings.counting.service.level_within_us), words("speed_of_answer"),
      words("handle_time"));
}

/// Waits of the chosen units, groups numbered by falling number of waits.
struct WaitsFound {
  std::vector<Wait> waits;
  std::vector<std::string> labels;
};

void number_groups(const std::map<std::string, std::size_t>& sizes,
                   const std::vector<const std::string*>& label_of_wait, WaitsFound& found) {
  for (const auto& [label, size] : sizes) found.labels.push_back(label);
  std::ranges::stable_sort(found.labels, std::greater(),
                           [&](const std::string& label) { return sizes.at(label); });
  std::map<std::string, std::uint32_t> numbers;
  for (std::uint32_t g = 0; g < found.labels.size(); ++g) numbers[found.labels[g]] = g;
  for (std::size_t i = 0; i < found.waits.size(); ++i)
    found.waits[i].group = numbers.at(*label_of_wait[i]);
}

Result<WaitsFound> read_waits(const Asking& asking, const Population& population) {
  std::string label;
  for (const std::string& field : asking.selection.by)
    label += (label.empty() ? "" : " || ', ' || ") +
             fmt::format("coalesce(CAST({} AS VARCHAR), '(none)')", store::quote_identifier(field));
  if (label.empty()) label = "coalesce(queue, '(none)')";
  CLEW_TRY(auto result,
           population.query(
               asking.connection,
               "SELECT " + label +
                   ", CAST(wait AS DOUBLE) / 1000, ended = 'abandoned', "
                   "customer_number FROM " +
                   with_customer_number("entry = 'queue' AND ended <> 'other' AND wait > 0")));
  WaitsFound found;
  std::map<std::string, std::size_t> sizes;
  std::vector<const std::string*> label_of_wait;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    const auto labels = result.column(0);
    const auto seconds = result.column(1);
    const auto gave_up = result.column(2);
    const auto customer = result.column(3);
    for (std::size_t r = 0; r < result.rows(); ++r) {
      const auto at = sizes.try_emplace(std::string(labels.text(r)), 0).first;
      ++at->second;
      label_of_wait.push_back(&at->first);
      found.waits.push_back({seconds.doubles()[r], gave_up.bools()[r], 0,
                             static_cast<std::uint32_t>(customer.ints<std::int64_t>()[r])});
    }
  }
  number_groups(sizes, label_of_wait, found);
  return found;
}

Result<std::vector<HourLoad>> read_hours(const Asking& asking, const Population& population) {
  CLEW_TRY(const auto rows,
           population.rows(
               asking.connection,
               "SELECT \"hour\", CAST(count(*) AS DOUBLE), (SELECT CAST(count(DISTINCT \"day\") AS "
               "DOUBLE) FROM chosen), coalesce(CAST(sum(handle) FILTER (WHERE handled) AS DOUBLE) "
               "/ nullif(count(*) FILTER (WHERE handled), 0), 0) / 1000 FROM chosen WHERE ended "
               "<> 'other' AND entry <> 'callback' GROUP BY \"hour\" ORDER BY \"hour\""));
  std::vector<HourLoad> hours;
  for (const auto& row : rows)
    hours.push_back({std::get<std::int64_t>(row[0]), std::get<double>(row[1]),
                     std::get<double>(row[2]), std::get<double>(row[3])});
  return hours;
}

// Times of an agent's leg: of all, and of those above 0 s and up to an hour, as papers count them.
Result<render::ResultTable> handle_times(const Asking& asking, const Population& population) {
  const std::int64_t brief = asking.settings.counting.service.short_handle_us / 1000;
  const auto row = [&](const char* name, const char* condition) {
    return fmt::format(
        "SELECT '{}' AS legs, count(*) AS n, avg(handle) / 1000 AS mean_seconds, "
        "sqrt((sum(handle::HUGEINT * "
        "handle) - sum(handle)::DOUBLE * sum(handle) / count(*)) / nullif(count(*) - 1, 0)) / 1000 "
        "AS deviation_seconds, median(handle) / 1000 AS median_seconds, quantile_cont(handle, 0.9) "
        "/ 1000 "
        "AS nine_tenths_seconds, CAST(count(*) FILTER (WHERE handle < {}) AS DOUBLE) / "
        "nullif(count(*), 0) "
        "AS short_share FROM chosen WHERE handled AND {}",
        name, brief, condition);
  };
  CLEW_TRY(const auto rows,
           population.rows(asking.connection,
                           row("all", "true") + " UNION ALL " + row("above 0 s", "handle > 0") +
                               " UNION ALL " +
                               row("above 0 s, up to 1 h", "handle > 0 AND handle <= 3600000")));
  render::ResultTable table;
  using render::ColumnKind;
  table.columns = {{"legs"},
                   {"n", ColumnKind::integer},
                   render::seconds_column("mean_seconds"),
                   render::seconds_column("deviation_seconds"),
                   render::seconds_column("median_seconds"),
                   render::seconds_column("nine_tenths_seconds"),
                   {"short_share", ColumnKind::number, render::Audience::everybody, {}, 4}};
  for (const auto& cells : rows) {
    std::vector<render::Cell> out;
    out.emplace_back(std::get<std::string>(cells[0]));
    out.emplace_back(std::get<std::int64_t>(cells[1]));
    for (std::size_t i = 2; i < cells.size(); ++i) {
      const auto* number = std::get_if<double>(&cells[i]);
      if (number == nullptr)
        out.emplace_back();
      else
        out.emplace_back(*number);
    }
    table.rows.push_back(std::move(out));
  }
  return table;
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  const auto measures = service_measures(asking);
  answer.sentences.push_back(first_sentence(asking.settings, measures, answer.groups.front()));
  answer.tables_for_people.push_back(
      {"measures", "All queue visits", group_for_people(measures, answer.groups.front())});
  const auto fields = add_group_tables(question(), asking, measures, kShownByGroup, answer);
  answer.chart =
      measure_chart(question(), measures, answer.groups, fields, "service_level_negative");
  CLEW_TRY(auto times, handle_times(asking, population));
  answer.tables.push_back({"handle_times", "Handle times", times});
  answer.tables_for_people.push_back(
      {"handle_times", "Spread of the time an agent's leg takes", std::move(times)});
  CLEW_TRY(WaitsFound found, read_waits(asking, population));
  StaffingGoal goal;
  if (!found.waits.empty()) {
    const Patience patience = estimate_patience(std::move(found.waits), std::move(found.labels));
    add_patience(patience, answer);
    goal.patience_seconds = patience.all.mean_if_constant;
  }
  goal.within_seconds =
      static_cast<double>(asking.settings.counting.service.level_within_us) / kUsPerSecond;
  goal.share = asking.settings.counting.service.level_target;
  CLEW_TRY(const auto hours, read_hours(asking, population));
  const auto staffing = plan_staffing(hours, goal);
  add_staffing(staffing, goal, answer);
  return {};
}

}  // namespace

const Insight& service_insight() {
  static const Insight kInsight = {question, service_units_sql, service_measures,
                                   service_excluded_sql, fill};
  return kInsight;
}

}  // namespace clewline::insights
