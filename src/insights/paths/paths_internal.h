#pragma once

#include <string>
#include <vector>

#include "insights/frame/insight.h"
#include "insights/paths/path_difference.h"
#include "insights/paths/path_flow.h"
#include "insights/paths/path_map.h"
#include "insights/paths/path_variants.h"

namespace clewline::insights {

/// What the paths of an answer are made of, from its options.
struct PathsPlan {
  std::string level;     // what a path is: transaction, interaction, engagement, customer, case
  std::string step;      // what a step is: event, transaction, interaction, engagement
  std::string activity;  // the field that names a step
  std::string collapse;  // none, repeats, legs
  std::string anchor;    // empty: from the first step (backward: from the last)
  FlowDirection direction = FlowDirection::forward;
  std::uint32_t flow_steps = 5;
};

/// Reads the options. Error: `usage`, with what there is.
Result<PathsPlan> paths_plan(const Asking& asking);

Result<std::string> paths_units_sql(const Asking& asking);
std::string paths_excluded_sql(const Asking& asking);
std::vector<Measure> paths_measures(const Asking& asking);

/// SELECT of all steps: unit_id, "at", rank, sequence, step_id, activity.
std::string paths_steps_sql(const PathsPlan& plan);

/// SQL over the views that counts the map, put after the chosen units: what people check it with.
std::string paths_map_sql(const PathsPlan& plan);

/// Everything that one scan of the steps gives.
struct PathsReading {
  std::vector<std::string> names;  // of activities, by number
  PathMap map;
  PathVariants variants;
  PathFlow flow{FlowPlan()};
  std::int64_t collapsed = 0;  // steps that went into the one before
  bool compared = false;
  std::vector<EdgeDifference> differences;
  std::int64_t others_paths = 0;
};

/// Reads the steps of the chosen paths in order, and of those to compare with. Error: `usage` for
/// an anchor that no step has.
Result<PathsReading> read_paths(const Asking& asking, const PathsPlan& plan,
                                const Population& population);

/// Adds the tables of the scan, the chart, and the sentences.
void add_map_tables(const Asking& asking, const PathsPlan& plan, PathsReading& reading,
                    Answer& answer);
void add_flow_tables(const Asking& asking, const PathsPlan& plan, const PathsReading& reading,
                     Answer& answer);
void add_difference_table(const Asking& asking, const PathsReading& reading, Answer& answer);

/// "a → b → c".
std::string path_words(std::span<const std::uint32_t> activities,
                       const std::vector<std::string>& names, std::size_t most);

}  // namespace clewline::insights
