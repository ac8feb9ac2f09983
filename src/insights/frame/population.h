#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "insights/frame/filter.h"
#include "insights/frame/question.h"
#include "store/database.h"

namespace clewline::insights {

/// All fields of an insight: its own, then those that every insight has.
std::vector<Field> fields_of(const Question& question);

/// A relation of the chosen units (or of another relation's) for which a condition holds, with
/// `customer_number`: from 0, in an order that hangs on the customers' units alone, since customer
/// ids differ between workspaces of the same records and resamples go by this number.
std::string with_customer_number(std::string_view condition, std::string_view relation = "chosen");

/// Which units an answer is about.
struct Selection {
  std::string where = {};  // an expression over the fields; empty: all
  std::string from = {};   // from this date or time of the zone on; empty: from the first
  std::string to = {};     // before it; empty: to the last
  /// Fields that an answer groups by: what costs a further join is read only when it is named.
  std::vector<std::string> by = {};
};

/// Whether a selection may name a field: an expression that only holds its letters counts.
bool mentions(const Selection& selection, std::string_view field);

/// How many units there are and how many an answer leaves out.
struct UnitCounts {
  std::int64_t all = 0;
  std::int64_t outside_period = 0;
  std::int64_t filtered = 0;  // within the period, but not wanted
  std::int64_t chosen = 0;
  std::int64_t customers = 0;  // of the chosen
};

/// The units of an insight that were asked for: a SELECT, and its values apart.
class Population {
 public:
  /// Takes the SQL of all units, which gives `unit_id`, `customer_id`, `interaction_id`, `at` and
  /// the question's fields, and adds the fields that every insight has; computes them once. With
  /// `others` a second relation, `others`, holds the units of that selection. Errors: `usage` for a
  /// selection that cannot be read.
  static Result<Population> choose(store::Connection& connection, const Question& question,
                                   const std::string& units_sql, const Selection& selection,
                                   std::string_view zone, const Selection* others = nullptr);

  Result<const Field*> field(std::string_view name) const { return find_field(name, fields_); }

  /// Runs `WITH … chosen …` and what follows it. The statement must end in a total order where its
  /// rows' order matters.
  Result<store::QueryResult> query(store::Connection& connection, std::string_view rest,
                                   std::span<const Parameter> values = {}) const;
  /// The same, the answer made while it is read.
  Result<store::QueryResult> stream(store::Connection& connection, std::string_view rest) const;
  Result<std::vector<std::vector<store::Cell>>> rows(store::Connection& connection,
                                                     std::string_view rest) const;

  /// The same statement with all values written out, for people.
  std::string shown(std::string_view rest) const;

  Result<UnitCounts> count(store::Connection& connection) const;

 private:
  Result<Condition> period_of(const Selection& selection, std::string_view zone);
  Result<Condition> wanted_of(const Selection& selection, std::string_view zone);

  Status gather(store::Connection& connection, const std::string& statement, bool with_others);

  std::string with_;        // "WITH units AS (…), chosen AS (…) ", from the gathered units
  std::string with_shown_;  // the same from the views
  Parameters parameters_;
  std::vector<Field> fields_;
};

}  // namespace clewline::insights
