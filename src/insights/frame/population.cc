#include "insights/frame/population.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/sha256.h"

namespace clewline::insights {
namespace {

constexpr Field kSharedFields[] = {
    {"customer_id", FieldKind::text, "the customer"},
    {"interaction_id", FieldKind::text, "the interaction it belongs to"},
    {"at", FieldKind::time, "when it began"},
    {"day", FieldKind::text, "its day, e.g. '2024-03-31', in the workspace's zone"},
    {"month", FieldKind::text, "its month, e.g. '2024-03'"},
    {"weekday", FieldKind::number, "1 Monday … 7 Sunday"},
    {"hour", FieldKind::number, "hour of the day it began in, 0 … 23"},
    {"identified", FieldKind::boolean, "whether it is known who the customer is"},
    {"tier", FieldKind::text, "the customer's tier when it began (`clewline tiers`)"},
    {"cohort", FieldKind::texts, "cohorts of the customer (`--save-as`)"},
};

// What every insight's units are given: the clock of the workspace's zone and the customer's state.
/// A field that costs a join: read only when it is named.
struct JoinedField {
  std::string_view name;
  std::string_view relation;
  std::string_view key;
};

constexpr JoinedField kJoinedFields[] = {
    {"identified", "(SELECT customer_id, identified FROM customers)", "customer_id"},
    {"tier", "(SELECT interaction_id, tier FROM interaction_profiles)", "interaction_id"},
    {"cohort",
     "(SELECT customer_id, list(DISTINCT cohort ORDER BY cohort) AS cohort FROM cohorts GROUP BY "
     "customer_id)",
     "customer_id"},
};

std::string with_shared_fields(const std::string& units_sql, const Selection& selection,
                               std::string_view zone) {
  const std::string local = "(\"at\" AT TIME ZONE " + store::quote_literal(zone) + ")";
  std::string columns;
  std::string joins;
  for (const JoinedField& field : kJoinedFields) {
    if (!mentions(selection, field.name)) continue;
    columns += ", " + store::quote_identifier(field.name);
    joins += fmt::format(" LEFT JOIN {} USING ({})", field.relation, field.key);
  }
  return fmt::format(
      "SELECT u.*, strftime({0}, '%Y-%m-%d') AS \"day\", strftime({0}, '%Y-%m') AS \"month\", "
      "isodow({0}) AS \"weekday\", hour({0}) AS \"hour\"{2} FROM (\n{1}\n) u{3}",
      local, units_sql, columns, joins);
}

std::vector<store::Value> values_of(std::span<const Parameter> parameters) {
  std::vector<store::Value> values;
  for (const Parameter& parameter : parameters)
    std::visit([&](const auto& value) { values.emplace_back(value); }, parameter);
  return values;
}

}  // namespace

bool mentions(const Selection& selection, std::string_view field) {
  const auto alike = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return !std::ranges::search(selection.where, field, alike).empty() ||
         std::ranges::find(selection.by, field) != selection.by.end();
}

std::vector<Field> fields_of(const Question& question) {
  std::vector<Field> fields(question.fields.begin(), question.fields.end());
  fields.insert(fields.end(), std::begin(kSharedFields), std::end(kSharedFields));
  return fields;
}

std::string with_customer_number(std::string_view condition, std::string_view relation) {
  return fmt::format(
      "(SELECT *, CAST(dense_rank() OVER (ORDER BY first_unit) - 1 AS BIGINT) AS customer_number "
      "FROM "
      "(SELECT *, min(unit_id) OVER (PARTITION BY customer_id) AS first_unit FROM {} WHERE "
      "{}))",
      relation, condition);
}

Result<Population> Population::choose(store::Connection& connection, const Question& question,
                                      const std::string& units_sql, const Selection& selection,
                                      std::string_view zone, const Selection* others) {
  Population out;
  out.fields_ = fields_of(question);
  Selection mentioned = selection;
  if (others != nullptr) mentioned.where += " " + others->where;
  const std::string units =
      "WITH units AS (\n" + with_shared_fields(units_sql, mentioned, zone) + "\n)";
  CLEW_TRY(const Condition period, out.period_of(selection, zone));
  CLEW_TRY(const Condition wanted, out.wanted_of(selection, zone));
  std::string columns = ", (" + period.sql + ") AS in_period, (" + wanted.sql + ") AS wanted";
  if (others != nullptr) {
    CLEW_TRY(const Condition other_period, out.period_of(*others, zone));
    CLEW_TRY(const Condition other_wanted, out.wanted_of(*others, zone));
    columns += ", (" + other_period.sql + ") AND (" + other_wanted.sql + ") AS in_others";
  }
  out.with_shown_ = units + ", chosen AS (\nSELECT * FROM units WHERE " + period.shown + " AND " +
                    wanted.shown + "\n)\n";
  CLEW_TRY_VOID(
      out.gather(connection, units + "\nSELECT *" + columns + " FROM units", others != nullptr));
  return out;
}

// The units are computed once, into a temporary table of the connection that is named after the
// statement and its values.
Status Population::gather(store::Connection& connection, const std::string& statement,
                          bool with_others) {
  std::string text = statement;
  for (const Parameter& value : parameters_.values()) text += "\n" + literal(value);
  const std::string table = store::quote_identifier("units_" + sha256(text).prefix128().to_hex());
  CLEW_TRY_VOID(
      connection.execute("CREATE TEMPORARY TABLE IF NOT EXISTS " + table + " AS " + statement,
                         values_of(parameters_.values())));
  with_ = "WITH units AS (SELECT * FROM " + table + "), chosen AS (SELECT * FROM " + table +
          " WHERE in_period AND wanted)";
  if (with_others) with_ += ", others AS (SELECT * FROM " + table + " WHERE in_others)";
  with_ += "\n";
  return {};
}

Result<Condition> Population::period_of(const Selection& selection, std::string_view zone) {
  Condition period;
  for (const auto& [moment, comparison] :
       {std::pair(&selection.from, ">="), std::pair(&selection.to, "<")}) {
    if (moment->empty()) continue;
    CLEW_TRY(const Condition bound, compare_time("\"at\"", comparison, *moment, zone, parameters_));
    period.sql += " AND " + bound.sql;
    period.shown += " AND " + bound.shown;
  }
  return period;
}

Result<Condition> Population::wanted_of(const Selection& selection, std::string_view zone) {
  if (selection.where.empty()) return Condition();
  return compile_filter(selection.where, fields_, zone, parameters_);
}

Result<store::QueryResult> Population::query(store::Connection& connection, std::string_view rest,
                                             std::span<const Parameter> values) const {
  return connection.query(with_ + std::string(rest), values_of(values));
}

Result<store::QueryResult> Population::stream(store::Connection& connection,
                                              std::string_view rest) const {
  return connection.stream(with_ + std::string(rest));
}

Result<std::vector<std::vector<store::Cell>>> Population::rows(store::Connection& connection,
                                                               std::string_view rest) const {
  CLEW_TRY(auto result, query(connection, rest));
  std::vector<std::vector<store::Cell>> rows;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return rows;
    for (std::size_t r = 0; r < result.rows(); ++r) {
      rows.emplace_back();
      for (std::size_t c = 0; c < result.columns().size(); ++c)
        rows.back().push_back(result.column(c).cell(r));
    }
  }
}

std::string Population::shown(std::string_view rest) const {
  return with_shown_ + std::string(rest);
}

Result<UnitCounts> Population::count(store::Connection& connection) const {
  CLEW_TRY(
      const auto found,
      rows(connection,
           "SELECT (SELECT count(*) FROM units), (SELECT count(*) FROM units WHERE in_period), "
           "count(*), count(DISTINCT customer_id) FROM chosen"));
  const auto number = [&](std::size_t column) { return std::get<std::int64_t>(found[0][column]); };
  UnitCounts counts;
  counts.all = number(0);
  counts.outside_period = number(0) - number(1);
  counts.filtered = number(1) - number(2);
  counts.chosen = number(2);
  counts.customers = number(3);
  return counts;
}

}  // namespace clewline::insights
