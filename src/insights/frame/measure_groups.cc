#include "insights/frame/measure_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "statistics/multiple_testing.h"
#include "statistics/tails.h"

namespace clewline::insights {
namespace {

constexpr std::string_view kSumColumns[] = {
    "clusters",          "units",    "numerator",           "denominator",
    "numerator_squares", "products", "denominator_squares", "unit_squares"};

std::string column_of(std::string_view field) { return store::quote_identifier(field); }

// Sums of each measure by group and customer: whole numbers, so exact in any order.
std::string customer_sums(std::span<const Measure> measures) {
  std::string out;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const Measure& measure = measures[i];
    out += fmt::format(
        ", count({1}) AS u{0}, coalesce(sum(CASE WHEN ({1}) IS NOT NULL THEN ({2}) END), 0) AS s{0}"
        ", coalesce(sum({1}), 0) AS t{0}, coalesce(sum(CASE WHEN ({1}) IS NOT NULL THEN "
        "CAST({2} AS HUGEINT) * ({2}) END), 0) AS q{0}",
        i, measure.denominator, measure.numerator);
  }
  return out;
}

std::string group_sums(std::size_t measures) {
  std::string out;
  for (std::size_t i = 0; i < measures; ++i) {
    const std::string forms[] = {
        "count(*) FILTER (u{0} > 0)", "sum(u{0})",        "sum(s{0})",        "sum(t{0})",
        "sum(s{0} * s{0})",           "sum(s{0} * t{0})", "sum(t{0} * t{0})", "sum(q{0})"};
    for (std::size_t k = 0; k < std::size(forms); ++k)
      out += fmt::format(", CAST({} AS DOUBLE) AS {}{}", fmt::format(fmt::runtime(forms[k]), i),
                         kSumColumns[k], i);
  }
  return out;
}

statistics::RatioSums sums_at(const std::vector<store::Cell>& row, std::size_t column) {
  const auto number = [&](std::size_t k) {
    const auto* value = std::get_if<double>(&row[column + k]);
    return value == nullptr ? 0.0 : *value;
  };
  return {number(0), number(1), number(2), number(3), number(4), number(5), number(6), number(7)};
}

// Times are added up as milliseconds, points as thousandths.
bool in_thousandths(MeasureKind kind) {
  return kind == MeasureKind::seconds || kind == MeasureKind::points;
}

std::string label_of(const store::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? "(none)" : *text;
}

std::string joined(std::span<const std::string> names, const auto& write) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + write(name);
  return out;
}

Status add_grouping(store::Connection& connection, const Population& population,
                    std::span<const Measure> measures, const std::vector<std::string>& fields,
                    std::vector<MeasureGroup>& out) {
  for (const std::string& field : fields) CLEW_TRY_VOID(population.field(field));
  std::string keys;
  std::string labels;
  for (const std::string& field : fields) {
    keys += column_of(field) + ", ";
    labels += (labels.empty() ? "" : ", ") + ("CAST(" + column_of(field) + " AS VARCHAR)");
  }
  const std::string grouped = joined(fields, [](const std::string& f) { return column_of(f); });
  const std::string rest = fmt::format(
      "SELECT {0}{1} FROM (SELECT {2}customer_id{3} FROM chosen GROUP BY {2}customer_id){4}{5}",
      labels.empty() ? "1" : labels, group_sums(measures.size()), keys, customer_sums(measures),
      grouped.empty() ? "" : " GROUP BY " + grouped, grouped.empty() ? "" : " ORDER BY " + grouped);
  CLEW_TRY(const auto rows, population.rows(connection, rest));
  const std::size_t first = fields.empty() ? 1 : fields.size();
  for (const auto& row : rows) {
    MeasureGroup group{fields, {}, {}};
    for (std::size_t f = 0; f < fields.size(); ++f) group.labels.push_back(label_of(row[f]));
    for (std::size_t i = 0; i < measures.size(); ++i)
      group.estimates.push_back(
          estimate(measures[i].kind, sums_at(row, first + i * std::size(kSumColumns))));
    out.push_back(std::move(group));
  }
  return {};
}

}  // namespace

Estimate estimate(MeasureKind kind, const statistics::RatioSums& sums) {
  Estimate out;
  out.units = sums.units;
  out.customers = sums.clusters;
  out.denominator = sums.denominator;
  if (kind == MeasureKind::count) {
    out.value = sums.numerator;
    return out;
  }
  if (sums.denominator == 0) return out;
  const statistics::ClusteredRatio ratio = statistics::clustered_ratio(sums);
  const double scale = in_thousandths(kind) ? 1e-3 : 1;
  out.value = ratio.value * scale;
  out.error = ratio.error * scale;
  out.naive_error = ratio.naive_error * scale;
  if (sums.clusters < 2) return out;
  if (kind != MeasureKind::share) {
    const double half = evaluation::kNormalQuantile95 * out.error;
    const double least = kind == MeasureKind::seconds ? 0 : *out.value - half;  // no time is less
    out.interval = {std::max(least, *out.value - half), *out.value + half};
    return out;
  }
  // Where all customers agree the error says nothing: they count as one unit each.
  const double spread = ratio.value * (1 - ratio.value);
  const double cases =
      ratio.error > 0 && spread > 0 ? spread / (ratio.error * ratio.error) : sums.clusters;
  out.interval = evaluation::wilson_interval_of_share(ratio.value, cases);
  return out;
}

Result<std::vector<MeasureGroup>> measure(store::Connection& connection,
                                          const Population& population,
                                          std::span<const Measure> measures,
                                          std::span<const std::vector<std::string>> groupings) {
  std::vector<MeasureGroup> out;
  for (const auto& fields : groupings)
    CLEW_TRY_VOID(add_grouping(connection, population, measures, fields, out));
  return out;
}

Result<std::vector<std::optional<Difference>>> compare(store::Connection& connection,
                                                       const Population& both,
                                                       std::span<const Measure> measures,
                                                       const MeasureGroup& chosen,
                                                       const MeasureGroup& others) {
  std::string sums;
  for (std::size_t i = 0; i < measures.size(); ++i)
    sums += fmt::format(
        "{0}CAST(coalesce(sum(a.s{1} * b.s{1}), 0) AS DOUBLE), CAST(coalesce(sum(a.s{1} * b.t{1}), "
        "0) AS DOUBLE), "
        "CAST(coalesce(sum(a.t{1} * b.s{1}), 0) AS DOUBLE), CAST(coalesce(sum(a.t{1} * b.t{1}), 0) "
        "AS DOUBLE)",
        i == 0 ? "" : ", ", i);
  const auto of = [&](const char* relation) {
    return "(SELECT customer_id" + customer_sums(measures) + " FROM " + relation +
           " GROUP BY customer_id)";
  };
  CLEW_TRY(const auto rows,
           both.rows(connection, "SELECT " + sums + " FROM " + of("chosen") + " a JOIN " +
                                     of("others") + " b USING (customer_id)"));
  std::vector<std::optional<Difference>> out(measures.size());
  std::vector<std::size_t> compared;
  std::vector<double> p_values;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const Estimate& a = chosen.estimates[i];
    const Estimate& b = others.estimates[i];
    if (measures[i].kind == MeasureKind::count || !a.interval || !b.interval) continue;
    const auto product = [&](std::size_t k) { return std::get<double>(rows[0][4 * i + k]); };
    const double scale = in_thousandths(measures[i].kind) ? 1e-3 : 1;
    const double first = *a.value / scale;
    const double second = *b.value / scale;
    const double clusters = a.customers / (a.customers - 1) * b.customers / (b.customers - 1);
    const double shared =
        std::sqrt(clusters) *
        (product(0) - second * product(1) - first * product(2) + first * second * product(3)) /
        (a.denominator * b.denominator) * scale * scale;
    Difference difference{*a.value - *b.value, 0, 1, 1};
    difference.error = std::sqrt(std::max(0.0, a.error * a.error + b.error * b.error - 2 * shared));
    if (difference.error > 0)
      difference.p_value = statistics::normal_tails(difference.value / difference.error);
    compared.push_back(i);
    p_values.push_back(difference.p_value);
    out[i] = difference;
  }
  const auto adjusted = statistics::benjamini_hochberg(p_values);
  for (std::size_t k = 0; k < compared.size(); ++k) out[compared[k]]->adjusted = adjusted[k];
  return out;
}

std::string measure_sql(std::span<const Measure> measures, std::span<const std::string> fields) {
  std::string list = joined(fields, [](const std::string& field) { return column_of(field); });
  const std::string grouped = list;
  for (const Measure& measure : measures) {
    const std::string sum = fmt::format("sum(CASE WHEN ({}) IS NOT NULL THEN ({}) END)",
                                        measure.denominator, measure.numerator);
    const std::string over =
        measure.kind == MeasureKind::count
            ? sum
            : fmt::format("{} / nullif(sum({}), 0)", sum, measure.denominator) +
                  (in_thousandths(measure.kind) ? " / 1000" : "");
    list += fmt::format("{}\n  {} AS {}", list.empty() ? "" : ",", over,
                        store::quote_identifier(measure.name));
  }
  std::string sql = "SELECT " + list + "\nFROM chosen";
  if (!grouped.empty()) sql += " GROUP BY " + grouped + " ORDER BY " + grouped;
  return sql;
}

}  // namespace clewline::insights
