#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "insights/frame/measure_groups.h"
#include "insights/frame/population.h"
#include "insights/frame/question.h"
#include "model/insight_config.h"
#include "render/chart.h"
#include "render/result_table.h"
#include "store/database.h"

namespace clewline::insights {

/// What the workspace's files say that insights go by.
struct Settings {
  InsightConfig counting;
  std::int64_t short_abandon_us = 0;
  std::string zone;
  std::string as_of;  // until when the data were linked, RFC 3339; empty: never
};

/// One question put to a workspace.
struct Asking {
  store::Connection& connection;
  const Settings& settings;
  /// Without `by` the insight's usual groupings are answered.
  Selection selection;
  /// Units to compare with: an expression for those of the same period, or a period
  /// "2024-01-01..2024-02-01" for those of the same --where; empty: none.
  std::string compare = {};
  std::vector<GivenOption> options = {};  // of the insight's own, in the order they were given

  /// Returns the value of an option, the last one given; empty when it was not.
  std::string option(std::string_view name) const;
  /// Returns all values of a repeated option.
  std::vector<std::string> options_of(std::string_view name) const;
};

/// The units that `compare` names.
Selection others_of(const Asking& asking);

/// Units that an answer leaves out, and why.
struct Excluded {
  std::string reason;
  std::int64_t units = 0;
};

/// A table of an answer. Its name is part of the interface.
struct NamedTable {
  std::string name;
  std::string heading;
  render::ResultTable table;
};

/// An answer: first sentences, then tables.
struct Answer {
  std::vector<std::string> sentences;
  std::vector<Measure> measures;              // that its groups have
  std::vector<NamedTable> tables;             // for programs; the first holds every measure
  std::vector<NamedTable> tables_for_people;  // the same, fewer and with words
  render::Chart chart;
  std::vector<std::string> notes;
  std::vector<Excluded> excluded;
  UnitCounts counts;
  std::vector<MeasureGroup> groups;  // what the first table is made of
  std::string sql;                   // gives the same values over the documented views
};

/// More about the units behind a cell: columns of `joins` after the usual ones, in a total order
/// with `order`; a unit may have several rows.
struct CellDetail {
  std::string columns;
  std::string joins;
  std::string order;
};

/// One insight: what it is, its units and measures, and what its answer adds to them.
struct Insight {
  const Question& (*question)();
  /// SQL of all units over the documented views (see `Population::choose`). Error: `usage` for an
  /// option that cannot be read.
  Result<std::string> (*units_sql)(const Asking& asking);
  std::vector<Measure> (*measures)(const Asking& asking);
  /// SQL of what is no unit though one might think so: rows (reason, number). May be null.
  std::string (*excluded_sql)(const Asking& asking);
  /// Adds sentences and further tables. Called with at least one unit.
  Status (*fill)(const Asking& asking, const Population& population, Answer& answer);
  /// What `units_of_cell` tells beyond ids and time; may be null. Called after `units_sql`.
  Result<CellDetail> (*cell_detail)(const Asking& asking) = nullptr;
};

/// Answers a question. Without units the answer is a sentence that says so, and why. Errors:
/// `usage` for a selection that cannot be read; those of the store.
Result<Answer> ask(const Insight& insight, const Asking& asking);

/// Returns the groupings of an answer: all units together (no field), then `by` or, without it,
/// each of the question's usual ones.
std::vector<std::vector<std::string>> groupings_of(const Question& question,
                                                   const std::vector<std::string>& by);

/// Adds for people a table "By …" of the named measures for each grouping but the first; returns
/// the fields of the last.
std::vector<std::string> add_group_tables(const Question& question, const Asking& asking,
                                          std::span<const Measure> measures,
                                          std::span<const std::string_view> names, Answer& answer);

/// A cell of an answer: a measure, and the group it is of; "abandoned", or
/// "abandoned@queue=Billing,hour=9".
struct CellName {
  std::string measure;
  std::vector<std::pair<std::string, std::string>> group;
};
Result<CellName> parse_cell(std::string_view text);

/// Saves the customers behind a cell as a cohort, in the place of one of the same name; returns how
/// many they are. A customer is remembered by an event, so that later merges and splits take the
/// cohort along. The connection must be one for writing. Error: `usage` for a name that is none.
Result<std::int64_t> save_cohort(const Insight& insight, const Asking& asking, const CellName& cell,
                                 const std::string& name, const std::string& question);

/// Runs the statement that lists the units behind a cell: unit_id, customer_id, interaction_id, at.
/// Of shares and counts those are meant that have what is counted, of times all that count. An
/// insight may add columns.
Result<store::QueryResult> units_of_cell(const Insight& insight, const Asking& asking,
                                         const CellName& cell);

}  // namespace clewline::insights
