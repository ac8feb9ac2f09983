#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/sha256.h"
#include "insights/funnel/funnel_internal.h"
#include "store/chunk_appender.h"

namespace clewline::insights {
namespace {

constexpr std::string_view kColumns =
    "unit UUID, level INTEGER, begun_at TIMESTAMPTZ, reached_at TIMESTAMPTZ, entries INTEGER";

struct Mode {
  std::string_view name;
  bool sequences::FunnelRules::* flag;
};
constexpr Mode kModes[] = {
    {"strict_deduplication", &sequences::FunnelRules::strict_deduplication},
    {"strict_order", &sequences::FunnelRules::strict_order},
    {"strict_increase", &sequences::FunnelRules::strict_increase},
    {"strict_once", &sequences::FunnelRules::strict_once},
    {"allow_reentry", &sequences::FunnelRules::allow_reentry},
    {"any_order", &sequences::FunnelRules::any_order},
};

/// Depths of all units, as columns.
struct FoundDepths {
  std::vector<Id128> units;
  std::vector<std::uint32_t> levels;
  std::vector<TimeUs> begun_at;
  std::vector<TimeUs> reached_at;
  std::vector<std::uint32_t> entries;
};

Status read_modes(const Asking& asking, sequences::FunnelRules& rules) {
  for (const std::string& given : asking.options_of("mode")) {
    const auto mode = std::ranges::find(kModes, given, &Mode::name);
    if (mode == std::end(kModes))
      return Error{ErrorCode::usage, fmt::format("`{}` is no --mode", given),
                   "the modes are: strict_deduplication, strict_order, strict_increase, "
                   "strict_once, allow_reentry, any_order"};
    rules.*mode->flag = true;
  }
  const bool ordered = rules.strict_deduplication || rules.strict_order || rules.strict_increase ||
                       rules.strict_once || rules.allow_reentry;
  if (rules.any_order && ordered)
    return Error{ErrorCode::usage, "any_order goes with no other --mode",
                 "the others say how stages follow one another"};
  if (rules.allow_reentry && !rules.strict_order)
    return Error{ErrorCode::usage, "allow_reentry is a part of strict_order",
                 "write --mode strict_order --mode allow_reentry"};
  return {};
}

// Adds the tests of a step to those of all stages; returns their marks.
Result<std::uint64_t> marks_of(const std::string& text,
                               std::vector<sequences::ElementTest>& tests) {
  CLEW_TRY(const auto parts, sequences::parse_step(text));
  std::uint64_t marks = 0;
  for (const sequences::ElementTest& part : parts) {
    const auto known = std::ranges::find(tests, part);
    const auto number = static_cast<std::size_t>(known - tests.begin());
    if (number == sequences::kTestsMax)
      return Error{ErrorCode::limit, "a funnel knows 64 different steps at most",
                   "join alternatives in one condition: [event_type in ('a', 'b')]"};
    if (known == tests.end()) tests.push_back(part);
    marks |= std::uint64_t{1} << number;
  }
  return marks;
}

Status store_depths(store::Connection& connection, const std::string& table,
                    const FoundDepths& found) {
  using store::ColumnInput;
  CLEW_TRY(auto appender, store::ChunkAppender::open(connection, "temp", table));
  const ColumnInput columns[] = {ColumnInput::ids(found.units), ColumnInput::ints(found.levels),
                                 ColumnInput::times(found.begun_at),
                                 ColumnInput::times(found.reached_at),
                                 ColumnInput::ints(found.entries)};
  CLEW_TRY_VOID(appender.append(columns, found.units.size()));
  return appender.finish();
}

}  // namespace

Result<FunnelPlan> funnel_plan(const Asking& asking) {
  FunnelPlan plan;
  CLEW_TRY(plan.scope, scope_of(asking));
  plan.stages = asking.options_of("stage");
  if (plan.stages.size() < 2 || plan.stages.size() > sequences::kStagesMax)
    return Error{ErrorCode::usage, "a funnel has 2 to 32 stages",
                 "e.g. --stage cart.updated --stage order.placed --stage order.paid"};
  for (const std::string& stage : plan.stages) {
    CLEW_TRY(const std::uint64_t marks, marks_of(stage, plan.tests));
    plan.rules.stages.push_back(marks);
  }
  for (const std::string& excluded : asking.options_of("without")) {
    CLEW_TRY(const std::uint64_t marks, marks_of(excluded, plan.tests));
    plan.rules.excluded |= marks;
  }
  plan.rules.window_us = asking.settings.counting.funnel.window_us;
  if (const std::string window = asking.option("window"); !window.empty()) {
    const auto read = sequences::parse_duration(window);
    if (!read)
      return Error{ErrorCode::usage, fmt::format("`{}` is no --window", window),
                   "write it as 30min, 24h or 7d"};
    plan.rules.window_us = *read;
  }
  CLEW_TRY_VOID(read_modes(asking, plan.rules));
  CLEW_TRY(plan.steps, marked_steps(asking, plan.scope, plan.tests,
                                    plan.rules.strict_order ? StepRows::all : StepRows::marked));
  std::string key = plan.steps.shown + fmt::format("\n{}", plan.rules.window_us);
  for (const std::string& mode : asking.options_of("mode")) key += "\n" + mode;
  for (const std::uint64_t stage : plan.rules.stages) key += fmt::format("\n{:x}", stage);
  plan.table =
      "funnel_" + sha256(key + fmt::format("\n-{:x}", plan.rules.excluded)).prefix128().to_hex();
  return plan;
}

Status run_funnel(const Asking& asking, const FunnelPlan& plan) {
  CLEW_TRY(const bool is_new, make_once(asking.connection, plan.table, std::string(kColumns)));
  if (!is_new) return {};
  sequences::Funnel funnel(plan.rules);
  FoundDepths found;
  CLEW_TRY_VOID(read_units(asking.connection, plan.steps, [&](const UnitSteps& steps) -> Status {
    const sequences::FunnelDepth depth = funnel.depth(steps.elements);
    if (depth.level == 0) return {};
    found.units.push_back(steps.unit);
    found.levels.push_back(depth.level);
    found.begun_at.push_back(depth.begun_us);
    found.reached_at.push_back(depth.reached_us);
    found.entries.push_back(depth.entries);
    return {};
  }));
  return store_depths(asking.connection, plan.table, found);
}

// With --same a unit has a depth for each value: its own is the deepest, of these the earliest.
Result<std::string> funnel_units_sql(const Asking& asking) {
  CLEW_TRY(const FunnelPlan plan, funnel_plan(asking));
  CLEW_TRY_VOID(run_funnel(asking, plan));
  CLEW_TRY(const std::int64_t watched_until, watched_until_us(asking));
  return fmt::format(
      "SELECT u.*, coalesce(f.level, 0) AS reached, coalesce(f.level, 0) = {0} AS completed, "
      "coalesce(f.entries, 0) AS entries, CASE WHEN f.level = {0} THEN date_diff('millisecond', "
      "f.begun_at, f.reached_at) END AS took, f.level IS NOT NULL AND {1} - epoch_us(f.begun_at) "
      ">= {2} AS followed, f.begun_at FROM ({3}) u LEFT JOIN (SELECT unit, max(level) AS level, "
      "CAST(sum(entries) AS BIGINT) AS entries, arg_min(begun_at, (-level, begun_at, reached_at)) "
      "AS begun_at, arg_min(reached_at, (-level, begun_at, reached_at)) AS reached_at FROM {4} "
      "GROUP BY unit) f USING (unit)",
      plan.stages.size(), watched_until, plan.rules.window_us, level_units_sql(plan.scope.level),
      store::quote_identifier(plan.table));
}

std::vector<Measure> funnel_measures(const Asking& asking) {
  using enum MeasureKind;
  const std::vector<std::string> stages = asking.options_of("stage");
  const auto reached = [](std::size_t stage) {
    return fmt::format("CAST(reached >= {} AS INTEGER)", stage);
  };
  std::vector<Measure> out = {{"reached_1", count, reached(1), "1", stages.front()}};
  for (std::size_t k = 2; k <= stages.size(); ++k)
    out.push_back(
        {fmt::format("reached_{}", k), count, reached(k), "1", "and then " + stages[k - 1]});
  for (std::size_t k = 2; k <= stages.size(); ++k)
    out.push_back({fmt::format("conversion_{}", k), share, reached(k),
                   "CASE WHEN followed THEN 1 END",
                   fmt::format("share of those that began, watched for all of the window, that "
                               "reached {}",
                               stages[k - 1])});
  for (std::size_t k = 2; k <= stages.size(); ++k)
    out.push_back({fmt::format("step_{}", k), share, reached(k),
                   fmt::format("CASE WHEN followed AND reached >= {} THEN 1 END", k - 1),
                   fmt::format("the same of those that reached {}", stages[k - 2])});
  out.push_back({"time_to_convert", seconds, "took", "CASE WHEN completed THEN 1 END",
                 "mean time from the first stage to the last, of those that reached it"});
  out.push_back({"entries", mean, "entries", "CASE WHEN reached >= 1 THEN 1 END",
                 "how often it was begun by those that began"});
  out.push_back({"reentered", share, "CAST(entries > 1 AS INTEGER)",
                 "CASE WHEN reached >= 1 THEN 1 END", "share of them that began more than once"});
  out.push_back({"open", count, "CAST(reached >= 1 AND NOT followed AS INTEGER)", "1",
                 "began less than the window before the data end: in no share"});
  return out;
}

}  // namespace clewline::insights
