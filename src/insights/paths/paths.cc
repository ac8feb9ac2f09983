#include "insights/paths/paths.h"

#include "insights/frame/answer_words.h"
#include "insights/paths/paths_internal.h"

namespace clewline::insights {
namespace {

constexpr Field kFields[] = {
    {"channel", FieldKind::text, "channel it began in"},
    {"intent", FieldKind::text, "what the customer wanted"},
    {"outcome", FieldKind::text, "how it ended; of an engagement its result"},
    {"kind", FieldKind::text, "contact, company or feedback; of a transaction its role"},
    {"case_key", FieldKind::text, "its ticket, order or claim"},
    {"events", FieldKind::number, "events in it"},
    {"duration", FieldKind::seconds, "from its first event to the end of its last"},
};

std::vector<InsightOption> options() {
  return {
      {"level", "LEVEL",
       "what a path is: transaction, interaction, engagement (default), customer, or case (the "
       "source's ticket, order or claim)"},
      {"step", "LEVEL",
       "what a step of a path is: event (default), transaction, interaction, engagement"},
      {"activity", "FIELD",
       "the field that names a step, e.g. event_type (default), activity, channel, queue_name, "
       "intent"},
      {.name = "collapse",
       .value = "HOW",
       .meaning =
           "repeats: equal steps one after another are one; legs: events that close a leg are no "
           "steps; none (default)",
       .choices = {"none", "repeats", "legs"}},
      {"anchor", "STEP",
       "follow the paths from the first step of this name, `ivr.*` for all alike"},
      {.name = "direction",
       .value = "WAY",
       .meaning = "forward (default) or backward from the anchor",
       .choices = {"forward", "backward"}},
      {"steps", "N", "how many steps to follow"},
  };
}

const Question& question() {
  static const Question kQuestion = {
      .name = "paths",
      .question = "Which way do customers go?",
      .definition =
          "A path is the sequence of steps of one engagement (or of what --level names), in the "
          "order of time, then of event types at one moment, then of the source. A step leads to "
          "the one directly after it; its time runs from the beginning of the one to the beginning "
          "of the other. A variant is one and the same sequence of names. Shares of paths count a "
          "path once, however often it has the step.",
      .limits =
          "Paths that had not ended when the data end are counted as they are then. What bears "
          "one time has no order of its own. That one step follows another does not say that it "
          "is caused by it.",
      .unit = "path",
      .units = "paths",
      .fields = kFields,
      .options = options()};
  return kQuestion;
}

constexpr std::string_view kShownByGroup[] = {"paths", "events", "one_event", "duration"};

Status fill(const Asking& asking, const Population& population, Answer& answer) {
  CLEW_TRY(const PathsPlan plan, paths_plan(asking));
  CLEW_TRY(PathsReading reading, read_paths(asking, plan, population));
  answer.sql = population.shown(paths_map_sql(plan));
  if (reading.map.steps() == 0) {
    answer.sentences = {"None of these paths has a step."};
    return {};
  }
  add_map_tables(asking, plan, reading, answer);
  add_flow_tables(asking, plan, reading, answer);
  add_difference_table(asking, reading, answer);
  if (!asking.selection.by.empty())
    answer.tables_for_people.push_back(
        {"groups", "By " + joined(asking.selection.by, " and "),
         groups_for_people(answer.measures, answer.groups, asking.selection.by, kShownByGroup)});
  return {};
}

}  // namespace

const Insight& paths_insight() {
  static const Insight kInsight = {question, paths_units_sql, paths_measures, paths_excluded_sql,
                                   fill};
  return kInsight;
}

}  // namespace clewline::insights
