#include "insights/ivr_exits/ivr_exits.h"

#include <fmt/format.h>

#include <algorithm>

#include "insights/frame/answer_words.h"
#include "insights/ivr_exits/ivr_exits_internal.h"
#include "render/cell_text.h"
#include "statistics/survival.h"

namespace clewline::insights {
namespace {

using render::ColumnKind;

constexpr double kUsPerDayExact = static_cast<double>(kUsPerDay);

constexpr Field kFields[] = {
    {"label", FieldKind::text,
     "how it ended: done, routed, zero_out, no_match, error, misroute, wait, hang_up, unknown"},
    {"node", FieldKind::text, "the node it ended at: the one that failed, was left, or led on"},
    {"flow", FieldKind::text, "the flow by its name, else by its id"},
    {"path", FieldKind::text,
     "steps in turn: a answered, p asked for a person, i no input, m no match, f fault, t "
     "time-out, "
     "r ran"},
    {"intent", FieldKind::text, "what the customer wanted, also by the engagement"},
    {"source", FieldKind::text, "the source it comes from"},
    {"system", FieldKind::text, "ivr, bot"},
    {"channel", FieldKind::text, "voice, chat …"},
    {"to_person", FieldKind::boolean, "whether a queue or agent followed"},
    {"known", FieldKind::boolean, "whether the customer would be recognised again"},
    {"seconds", FieldKind::seconds, "from the beginning of the visit until it was left"},
};

const Question& question() {
  static const Question kQuestion = {
      .name = "ivr_exits",
      .question = "Why do customers leave self-service, and is that the end of it?",
      .definition =
          "A unit is a visit to an IVR or bot (menu.systems). Its label is the first of these that "
          "fits. error: the last step, or the last but one, failed. no_match: the last "
          "ivr_exits.loop_steps tries were not understood, or the caller hung up after one. wait: "
          "gave up in the queue. misroute: the agent reached passed the caller on to another queue "
          "within ivr_exits.misroute_talk. zero_out: got a person with one of "
          "ivr_exits.person_options or without any input. routed: an option led to a person. "
          "unknown: no steps are known. done: something ran after an input, and the caller left. "
          "hang_up: all others. Naively contained asked for no person; truly contained had, "
          "besides, no further contact about the same issue in any channel within "
          "ivr_exits.window; only visits watched for all of it count.",
      .limits =
          "Whoever is not recognised seems never to come back: identity_coverage says how many "
          "would be. Who gave up for good counts as contained. Follow-ups are those on the same "
          "intent, or in the same engagement where none is known.",
      .unit = "visit",
      .units = "visits",
      .fields = kFields,
      .usual_groupings = {"node", "intent"}};
  return kQuestion;
}

constexpr std::string_view kShownByGroup[] = {
    "exits", "done", "error", "no_match", "wait", "misroute", "contained_naive", "contained_true"};

/// A label and how it is said.
struct LabelWords {
  std::string_view label;
  std::string_view words;
};
constexpr LabelWords kLabelWords[] = {{"error", "after a fault"},
                                      {"no_match", "after not being understood"},
                                      {"misroute", "by a wrong route"},
                                      {"zero_out", "asking for a person straight away"},
                                      {"wait", "by giving up in the queue"},
                                      {"hang_up", "by hanging up"}};

std::vector<std::string> sentences(const Settings& settings, std::span<const Measure> measures,
                                   const MeasureGroup& all) {
  const auto words = [&](std::string_view name) {
    const auto found = std::ranges::find(measures, name, &Measure::name);
    return value_words(found->kind, estimate_of(measures, all, name));
  };
  const std::string window = render::duration_words(settings.counting.ivr_exits.window_us);
  std::string first = fmt::format("{} of {} visits to self-service asked for no person",
                                  words("contained_naive"), words("exits"));
  first += estimate_of(measures, all, "contained_true").value
               ? fmt::format(
                     "; of {} that could be followed for {}, {} did, and {} had no "
                     "follow-up about the same either.",
                     words("followed"), window, words("contained_naive_followed"),
                     words("contained_true"))
               : fmt::format("; none could be followed for {} to see who came back.", window);
  std::string list;
  for (const LabelWords& one : kLabelWords) {
    if (*estimate_of(measures, all, one.label).value > 0)
      list += fmt::format("{}{} {}", list.empty() ? "" : ", ", words(one.label), one.words);
  }
  return {std::move(first),
          list.empty() ? "Nobody left by a fault or in anger." : "Left " + list + "."};
}

Result<std::vector<statistics::SurvivalTime>> read_times(const Asking& asking,
                                                         const Population& population) {
  CLEW_TRY(
      auto result,
      population.query(asking.connection,
                       "SELECT CAST(watched_us AS DOUBLE), CAST(coalesce(next_us, -1) AS "
                       "DOUBLE), customer_number FROM " +
                           with_customer_number("known AND NOT to_person AND watched_us >= 0") +
                           " ORDER BY \"at\", unit_id"));
  std::vector<statistics::SurvivalTime> times;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return times;
    const auto watched = result.column(0).doubles();
    const auto next = result.column(1).doubles();
    const auto customer = result.column(2).ints<std::int64_t>();
    for (std::size_t r = 0; r < result.rows(); ++r) {
      const bool returned = next[r] >= 0 && next[r] <= watched[r];
      times.push_back({(returned ? next[r] : watched[r]) / kUsPerDayExact, returned,
                       static_cast<std::uint32_t>(customer[r])});
    }
  }
}

render::ResultTable curve_table() {
  render::ResultTable table;
  table.columns = {{"days", ColumnKind::number},
                   {"without_follow_up", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"low", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"high", ColumnKind::number, render::Audience::everybody, {}, 3},
                   {"error", ColumnKind::number, render::Audience::machines},
                   {"watched_for_that_long", ColumnKind::integer}};
  return table;
}

// Of visits that asked for no person: how many are left without a follow-up (Kaplan-Meier).
Status add_curve(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(const auto times, read_times(asking, population));
  render::ResultTable table = curve_table();
  render::ResultTable for_people;
  for_people.columns = {{"for"}, {"share (95 %)"}, {"watched for that long", ColumnKind::integer}};
  const statistics::SurvivalCurve curve(times);
  std::vector<double> days;
  for (const std::int64_t window : asking.settings.counting.ivr_exits.windows_us)
    days.push_back(static_cast<double>(window) / kUsPerDayExact);
  const auto errors = statistics::clustered_errors(curve, times, days);
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (curve.at_risk(days[i]) == 0) continue;  // nobody was watched for that long
    const double share = curve.survival(days[i]);
    const auto interval = evaluation::survival_interval(share, errors[i]);
    table.rows.push_back({days[i], share, interval ? render::Cell(interval->low) : render::Cell(),
                          interval ? render::Cell(interval->high) : render::Cell(), errors[i],
                          static_cast<std::int64_t>(curve.at_risk(days[i]))});
    Estimate estimate;
    estimate.value = share;
    estimate.interval = interval;
    for_people.rows.push_back(
        {render::duration_words(asking.settings.counting.ivr_exits.windows_us[i]),
         estimate_words(MeasureKind::share, estimate),
         static_cast<std::int64_t>(curve.at_risk(days[i]))});
  }
  answer.tables.push_back({"curve", "Curve", std::move(table)});
  if (!for_people.rows.empty())
    answer.tables_for_people.push_back(
        {"curve", "Of visits that asked for no person: without a follow-up (Kaplan-Meier)",
         std::move(for_people)});
  return {};
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  const auto measures = ivr_exits_measures(asking);
  answer.sentences = sentences(asking.settings, measures, answer.groups.front());
  answer.tables_for_people.push_back(
      {"measures", "All visits", group_for_people(measures, answer.groups.front())});
  const auto fields = add_group_tables(question(), asking, measures, kShownByGroup, answer);
  answer.chart = measure_chart(question(), measures, answer.groups, fields, "contained_true");
  const Estimate& coverage = estimate_of(measures, answer.groups.front(), "identity_coverage");
  if (*coverage.value < asking.settings.counting.resolution.identity_coverage_min)
    answer.notes.push_back(fmt::format(
        "Only {} of the visits name a customer who would be recognised again (counting.yaml: "
        "resolution.identity_coverage_min): true containment speaks of those alone.",
        value_words(MeasureKind::share, coverage)));
  CLEW_TRY_VOID(add_mending(asking, population, answer));
  return add_curve(asking, population, answer);
}

}  // namespace

const Insight& ivr_exits_insight() {
  static const Insight kInsight = {question, ivr_exits_units_sql, ivr_exits_measures, nullptr,
                                   fill};
  return kInsight;
}

}  // namespace clewline::insights
