#include "insights/frame/insight.h"

#include <fmt/format.h>

#include <algorithm>

#include "insights/frame/answer_words.h"

namespace clewline::insights {
namespace {

Status add_excluded(const Insight& insight, const Asking& asking, Answer& answer) {
  if (insight.excluded_sql != nullptr) {
    CLEW_TRY(const auto rows, asking.connection.query_rows(insight.excluded_sql(asking)));
    for (const auto& row : rows) {
      const auto* units = std::get_if<std::int64_t>(&row[1]);
      if (units != nullptr && *units > 0)
        answer.excluded.push_back({std::get<std::string>(row[0]), *units});
    }
  }
  if (answer.counts.outside_period > 0)
    answer.excluded.push_back({"outside the period", answer.counts.outside_period});
  if (answer.counts.filtered > 0)
    answer.excluded.push_back({"not wanted by --where", answer.counts.filtered});
  return {};
}

Status add_comparison(const Insight& insight, const Asking& asking,
                      std::span<const Measure> measures, Answer& answer) {
  const Selection others = others_of(asking);
  CLEW_TRY(const std::string units, insight.units_sql(asking));
  const std::vector<std::string> all[] = {{}};
  CLEW_TRY(const Population second, Population::choose(asking.connection, insight.question(), units,
                                                       others, asking.settings.zone));
  CLEW_TRY(const auto groups, measure(asking.connection, second, measures, all));
  CLEW_TRY(const Population both,
           Population::choose(asking.connection, insight.question(), units, asking.selection,
                              asking.settings.zone, &others));
  CLEW_TRY(const auto differences,
           compare(asking.connection, both, measures, answer.groups.front(), groups.front()));
  render::ResultTable table =
      comparison_table(measures, answer.groups.front(), groups.front(), differences);
  answer.sentences.push_back(comparison_sentence(measures, differences, asking.compare));
  answer.tables.push_back({"comparison", "Comparison", table});
  answer.tables_for_people.insert(
      answer.tables_for_people.begin(),
      {"comparison", "Compared with " + asking.compare,
       comparison_for_people(measures, answer.groups.front(), groups.front(), differences)});
  return {};
}

Status check_options(const Question& question, std::span<const GivenOption> given) {
  for (const GivenOption& option : given) {
    const auto known = std::ranges::find(question.options, option.name, &InsightOption::name);
    if (known != question.options.end()) continue;
    std::string names;
    for (const InsightOption& own : question.options)
      names += (names.empty() ? "" : ", ") + ("--" + std::string(own.name));
    return Error{ErrorCode::usage,
                 fmt::format("`insight {}` has no option --{}", question.name, option.name),
                 names.empty() ? "it has no options of its own" : "its own options: " + names};
  }
  return {};
}

}  // namespace

// "2024-01-01..2024-02-01" is a period; anything else an expression.
Selection others_of(const Asking& asking) {
  Selection others = asking.selection;
  const std::string& compare = asking.compare;
  const std::size_t dots = compare.find("..");
  const bool period =
      dots != std::string::npos && compare.find_first_of("=<>'( ") == std::string::npos;
  if (period) {
    others.from = compare.substr(0, dots);
    others.to = compare.substr(dots + 2);
  } else {
    others.where = compare;
  }
  return others;
}

std::string Asking::option(std::string_view name) const {
  std::vector<std::string> values = options_of(name);
  return values.empty() ? std::string() : std::move(values.back());
}

std::vector<std::string> Asking::options_of(std::string_view name) const {
  std::vector<std::string> values;
  for (const GivenOption& option : options) {
    if (option.name == name) values.push_back(option.value);
  }
  return values;
}

std::vector<std::vector<std::string>> groupings_of(const Question& question,
                                                   const std::vector<std::string>& by) {
  std::vector<std::vector<std::string>> out = {{}};
  if (!by.empty()) out.push_back(by);
  if (by.empty()) {
    for (const std::string& field : question.usual_groupings) out.push_back({field});
  }
  return out;
}

std::vector<std::string> add_group_tables(const Question& question, const Asking& asking,
                                          std::span<const Measure> measures,
                                          std::span<const std::string_view> names, Answer& answer) {
  std::vector<std::string> last;
  for (auto& fields : groupings_of(question, asking.selection.by)) {
    if (fields.empty()) continue;
    const std::string heading = "By " + joined(fields, " and ");
    answer.tables_for_people.push_back(
        {heading, heading, groups_for_people(measures, answer.groups, fields, names)});
    last = std::move(fields);
  }
  return last;
}

Result<Answer> ask(const Insight& insight, const Asking& asking) {
  const Question& question = insight.question();
  CLEW_TRY_VOID(check_options(question, asking.options));
  CLEW_TRY(const std::string units, insight.units_sql(asking));
  const std::vector<Measure> measures = insight.measures(asking);
  Selection selection = asking.selection;
  if (selection.by.empty()) selection.by = question.usual_groupings;
  CLEW_TRY(const Population population,
           Population::choose(asking.connection, question, units, selection, asking.settings.zone));
  for (const std::string& field : asking.selection.by) CLEW_TRY_VOID(population.field(field));
  Answer answer;
  answer.measures = measures;
  answer.sql = population.shown(measure_sql(measures, asking.selection.by));
  CLEW_TRY(answer.counts, population.count(asking.connection));
  CLEW_TRY_VOID(add_excluded(insight, asking, answer));
  const auto groupings = groupings_of(question, asking.selection.by);
  if (answer.counts.chosen > 0) {
    CLEW_TRY(answer.groups, measure(asking.connection, population, measures, groupings));
  }
  answer.tables.push_back({"measures", "Measures", measures_table(measures, answer.groups)});
  if (answer.counts.chosen == 0) {
    answer.sentences = nothing_to_count(question, answer.counts);
    return answer;
  }
  CLEW_TRY_VOID(insight.fill(asking, population, answer));
  if (!asking.compare.empty()) CLEW_TRY_VOID(add_comparison(insight, asking, measures, answer));
  if (answer.counts.customers < asking.settings.counting.sample_min)
    answer.notes.push_back(fmt::format(
        "Few customers ({}; counting.yaml names {} as the least): take the numbers as a hint.",
        answer.counts.customers, asking.settings.counting.sample_min));
  return answer;
}

Result<CellName> parse_cell(std::string_view text) {
  CellName cell;
  const std::size_t at = text.find('@');
  cell.measure = text.substr(0, at);
  if (at == std::string_view::npos) return cell;
  for (std::string_view rest = text.substr(at + 1); !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view part = rest.substr(0, end);
    const std::size_t equal = part.find('=');
    if (equal == std::string_view::npos)
      return Error{ErrorCode::usage, fmt::format("`{}` names no cell", text),
                   "write a measure, or measure@field=value, e.g. abandoned@queue=Billing"};
    cell.group.emplace_back(part.substr(0, equal), part.substr(equal + 1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return cell;
}

namespace {

/// The units behind a cell: who is chosen, and which of them.
struct CellUnits {
  Population population;
  std::string condition;
  std::vector<Parameter> labels;
};

Result<CellUnits> find_cell(const Insight& insight, const Asking& asking, const CellName& cell) {
  CLEW_TRY_VOID(check_options(insight.question(), asking.options));
  Asking wanted = asking;
  for (const auto& [field, label] : cell.group) wanted.selection.by.push_back(field);
  CLEW_TRY(const std::string units, insight.units_sql(wanted));
  const std::vector<Measure> measures = insight.measures(wanted);
  const auto measure = std::ranges::find(measures, cell.measure, &Measure::name);
  if (measure == measures.end()) {
    std::string names;
    for (const Measure& known : measures) names += (names.empty() ? "" : ", ") + known.name;
    return Error{ErrorCode::usage, fmt::format("there is no measure `{}` here", cell.measure),
                 "the measures are: " + names};
  }
  CLEW_TRY(auto population, Population::choose(asking.connection, insight.question(), units,
                                               wanted.selection, asking.settings.zone));
  const bool counted = measure->kind == MeasureKind::count || measure->kind == MeasureKind::share;
  std::string condition = fmt::format("({}) IS NOT NULL", measure->denominator);
  if (counted) condition += fmt::format(" AND ({}) <> 0", measure->numerator);
  std::vector<Parameter> labels;
  for (const auto& [field, label] : cell.group) {
    CLEW_TRY_VOID(population.field(field));
    if (label == "(none)") {
      condition += " AND " + store::quote_identifier(field) + " IS NULL";
      continue;
    }
    condition += fmt::format(" AND CAST({} AS VARCHAR) = ${}", store::quote_identifier(field),
                             labels.size() + 1);
    labels.emplace_back(label);
  }
  return CellUnits{std::move(population), std::move(condition), std::move(labels)};
}

bool is_cohort_name(std::string_view name) {
  constexpr std::size_t kNameMax = 60;
  return !name.empty() && name.size() <= kNameMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

Result<store::QueryResult> units_of_cell(const Insight& insight, const Asking& asking,
                                         const CellName& cell) {
  CLEW_TRY(const CellUnits units, find_cell(insight, asking, cell));
  CellDetail detail;
  if (insight.cell_detail != nullptr) {
    CLEW_TRY(detail, insight.cell_detail(asking));
  }
  return units.population.query(
      asking.connection,
      fmt::format("SELECT unit_id, customer_id, interaction_id, \"at\"{} FROM chosen{} WHERE {} "
                  "ORDER BY \"at\", unit_id{}",
                  detail.columns, detail.joins, units.condition, detail.order),
      units.labels);
}

Result<std::int64_t> save_cohort(const Insight& insight, const Asking& asking, const CellName& cell,
                                 const std::string& name, const std::string& question) {
  if (!is_cohort_name(name))
    return Error{ErrorCode::usage, fmt::format("`{}` is no name of a cohort", name),
                 "use small letters, digits, _ and -, at most 60"};
  CLEW_TRY(const CellUnits units, find_cell(insight, asking, cell));
  CLEW_TRY(auto transaction, store::Transaction::begin(asking.connection));
  CLEW_TRY_VOID(asking.connection.execute("DELETE FROM store.cohorts WHERE cohort = $1",
                                          {std::string_view(name)}));
  CLEW_TRY_VOID(units.population.query(
      asking.connection,
      fmt::format(
          "INSERT INTO store.cohorts (cohort, event_id, saved_at, question) SELECT {}, event_id, "
          "now(), {} FROM (SELECT DISTINCT coalesce(CAST(substr(interaction_id, 3) AS UUID), "
          "first_event) AS event_id FROM (SELECT customer_id, interaction_id FROM chosen WHERE {}) "
          "LEFT JOIN (SELECT 'c_' || replace(CAST(customer_id AS VARCHAR), '-', '') AS "
          "customer_id, min(event_id) AS first_event FROM store.event_places GROUP BY ALL) USING "
          "(customer_id)) WHERE event_id IS NOT NULL",
          store::quote_literal(name), store::quote_literal(question), units.condition),
      units.labels));
  CLEW_TRY(const std::int64_t customers,
           asking.connection.query_int64(
               "SELECT count(DISTINCT customer_id) FROM cohorts WHERE cohort = $1",
               {std::string_view(name)}));
  CLEW_TRY_VOID(transaction.commit());
  return customers;
}

}  // namespace clewline::insights
