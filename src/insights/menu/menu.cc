#include "insights/menu/menu.h"

#include <fmt/format.h>

#include <algorithm>

#include "insights/frame/answer_words.h"
#include "insights/menu/menu_internal.h"

namespace clewline::insights {
namespace {

constexpr Field kFields[] = {
    {"flow", FieldKind::text, "the flow by its name, else by its id"},
    {"node", FieldKind::text, "the step of the flow"},
    {"node_type", FieldKind::text, "its kind, as the source names it"},
    {"version", FieldKind::text, "version of the flow: menu.version_attribute or table menus"},
    {"result", FieldKind::text, "answered, no_input, no_match, fault, timeout, ran"},
    {"option", FieldKind::text, "what was chosen, where an input was understood"},
    {"choice", FieldKind::text, "node and option, e.g. 'menu 2'"},
    {"source", FieldKind::text, "the source it comes from"},
    {"system", FieldKind::text, "ivr, bot"},
    {"last", FieldKind::boolean, "whether it is the last step of the visit"},
    {"until_next", FieldKind::seconds, "time until the next step"},
};

const Question& question() {
  static const Question kQuestion = {
      .name = "menu",
      .question = "Which parts of the menu are used, and where does it fail?",
      .definition =
          "A unit is a step: one time that a caller was at a node of an IVR or bot. Where a node "
          "asks, the caller gives an input that is understood (option), gives none in time, or is "
          "not understood; other steps run, or end with one of menu.fault_results or "
          "menu.timeout_results. A change is a day from which on a node's share is another than "
          "before (docs/methods/menu.md). The best order of a node's options puts the most used "
          "first.",
      .limits =
          "An option that nobody chose is not in the data. What a better order saves supposes "
          "that options are read out in the order of their keys and that callers press when they "
          "have heard theirs: those who know the menu press at once. Sources that log no steps "
          "have none here.",
      .unit = "menu step",
      .units = "menu steps",
      .fields = kFields,
      .usual_groupings = {"node"}};
  return kQuestion;
}

constexpr std::string_view kShownByGroup[] = {"steps",    "asked", "answered", "no_input",
                                              "no_match", "fault", "timeout",  "last_step"};

std::string first_sentence(std::span<const Measure> measures, const MeasureGroup& all) {
  const auto words = [&](std::string_view name) {
    const auto found = std::ranges::find(measures, name, &Measure::name);
    return value_words(found->kind, estimate_of(measures, all, name));
  };
  std::string out;
  if (*estimate_of(measures, all, "asked").value > 0)
    out = fmt::format(
        "Asked {} times, callers answered {}; {} gave no input and {} were not understood",
        words("asked"), words("answered"), words("no_input"), words("no_match"));
  const Estimate& fault = estimate_of(measures, all, "fault");
  if (!fault.value) return out + ".";
  return fmt::format("{}{} of the other steps failed and {} were too slow.",
                     out.empty() ? "" : out + "; ", words("fault"), words("timeout"));
}

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  const auto measures = menu_measures(asking);
  answer.sentences.push_back(first_sentence(measures, answer.groups.front()));

  answer.tables_for_people.push_back(
      {"measures", "All menu steps", group_for_people(measures, answer.groups.front())});
  const auto fields = add_group_tables(question(), asking, measures, kShownByGroup, answer);
  answer.chart = measure_chart(question(), measures, answer.groups, fields, "no_match");
  CLEW_TRY_VOID(add_options(asking, population, answer));
  return add_changes(asking, population, answer);
}

}  // namespace

const Insight& menu_insight() {
  static const Insight kInsight = {question, menu_units_sql, menu_measures, nullptr, fill};
  return kInsight;
}

}  // namespace clewline::insights
