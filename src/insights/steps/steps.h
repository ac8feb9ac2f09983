#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "insights/frame/insight.h"
#include "sequences/matcher.h"
#include "sequences/pattern.h"

namespace clewline::insights {

/// Which rows are steps, and of which units a sequence is made.
struct Scope {
  std::string level = "engagement";  // a unit: interaction, engagement, customer
  std::string step = "event";        // event, transaction, interaction, engagement
  std::string activity = {};         // the field that names a step; empty: the usual one of `step`
  std::string same = {};  // a field whose value is the same in all of a match; empty: none
};

/// The options --level, --step, --activity and --same, for the questions that read steps.
std::vector<InsightOption> scope_options();

/// Reads them over `usual`. Error: `usage` for what is no level, step or field.
Result<Scope> scope_of(const Asking& asking, Scope usual = {});

/// The fields that conditions on a kind of step may name.
std::span<const Field> step_fields(std::string_view step);

/// A statement with its values apart, and the same to read and to run by hand.
struct StepQuery {
  std::string sql;
  std::string shown;
  Parameters parameters;
};

/// Which steps a statement gives.
enum class StepRows : std::uint8_t { marked, all };

/// A SELECT of the steps of all units with a bit a test that they meet, unit after unit, each in
/// its order: time, rank of the event type, the source's sequence, id. A test's name is a word of
/// counting.yaml, else the step's activity, with `*` for any letters. Error: `usage` for a
/// condition that cannot be read.
Result<StepQuery> marked_steps(const Asking& asking, const Scope& scope,
                               std::span<const sequences::ElementTest> tests, StepRows rows);

/// A SELECT of units and the names of their steps, with what orders them: unit, same_value, at,
/// rank, sequence, element, name.
Result<StepQuery> named_steps(const Asking& asking, const Scope& scope);

/// The steps of one unit (or of one value of `same` in it), in their order.
struct UnitSteps {
  Id128 unit;
  sequences::Elements elements;
  std::span<const Id128> ids;
};

/// Runs a statement of `marked_steps` and hands each unit on; memory grows with the largest unit.
Status read_units(store::Connection& connection, const StepQuery& query,
                  const std::function<Status(const UnitSteps&)>& take);

/// The fields that the units of a level have, besides those of every insight.
std::span<const Field> unit_fields();
/// Those with an insight's own after them.
std::vector<Field> unit_fields_and(std::initializer_list<Field> own);

/// A SELECT of all units of a level, with `unit` as the stored id beside unit_id, and
/// `unit_fields`.
std::string level_units_sql(std::string_view level);

/// A moment until which the data were linked, µs since 1970; the last moment there is when never.
Result<std::int64_t> watched_until_us(const Asking& asking);

/// Says which names of tests no step has, and which there are.
Result<std::vector<std::string>> notes_on_unmet(const Asking& asking, const Scope& scope,
                                                std::span<const sequences::ElementTest> tests,
                                                std::uint64_t met);

/// Runs a statement's text once for each connection: a temporary table of this name is there
/// already when it returns false.
Result<bool> make_once(store::Connection& connection, const std::string& table,
                       const std::string& columns);

}  // namespace clewline::insights
