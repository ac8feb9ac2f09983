#include <fmt/format.h>

#include <limits>

#include "insights/steps/steps.h"

namespace clewline::insights {
namespace {

constexpr Field kUnitFields[] = {
    {"kind", FieldKind::text, "contact, company or feedback; of customers none"},
    {"intent", FieldKind::text, "what the customer wanted; of customers none"},
    {"channel", FieldKind::text, "channel it began in"},
    {"result", FieldKind::text, "how it ended; of customers none"},
};

// An engagement has the id of its first interaction with presence.
constexpr std::string_view kInteractionUnits =
    R"sql(SELECT interaction_id AS unit, 'i_' || replace(CAST(interaction_id AS VARCHAR), '-', '') AS unit_id,
  'c_' || replace(CAST(customer_id AS VARCHAR), '-', '') AS customer_id, 'i_' || replace(CAST(interaction_id AS VARCHAR), '-', '') AS interaction_id,
  first_at AS "at", kind, intent, first_channel AS channel, outcome AS result FROM store.interactions)sql";
constexpr std::string_view kEngagementUnits =
    R"sql(SELECT engagement_id AS unit, 'g_' || replace(CAST(engagement_id AS VARCHAR), '-', '') AS unit_id,
  'c_' || replace(CAST(customer_id AS VARCHAR), '-', '') AS customer_id, 'i_' || replace(CAST(engagement_id AS VARCHAR), '-', '') AS interaction_id,
  first_at AS "at", kind, intent, i.channel, result
FROM store.engagements LEFT JOIN (SELECT interaction_id AS engagement_id, first_channel AS channel FROM store.interactions) i USING (engagement_id))sql";
constexpr std::string_view kCustomerUnits =
    R"sql(SELECT customer_id AS unit, 'c_' || replace(CAST(customer_id AS VARCHAR), '-', '') AS unit_id,
  'c_' || replace(CAST(customer_id AS VARCHAR), '-', '') AS customer_id, 'i_' || replace(CAST(i.interaction_id AS VARCHAR), '-', '') AS interaction_id,
  first_at AS "at", CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS VARCHAR) AS intent, i.channel, CAST(NULL AS VARCHAR) AS result
FROM store.journeys LEFT JOIN (SELECT customer_id, arg_min(interaction_id, (first_at, interaction_id)) AS interaction_id,
  arg_min(first_channel, (first_at, interaction_id)) AS channel FROM store.interactions GROUP BY customer_id) i USING (customer_id))sql";

/// The steps of the unit at hand.
struct Gathered {
  std::vector<std::uint64_t> marks;
  std::vector<std::int64_t> times;
  std::vector<Id128> ids;

  void clear() {
    marks.clear();
    times.clear();
    ids.clear();
  }
};

}  // namespace

std::span<const Field> unit_fields() { return kUnitFields; }

std::vector<Field> unit_fields_and(std::initializer_list<Field> own) {
  std::vector<Field> all(std::begin(kUnitFields), std::end(kUnitFields));
  all.insert(all.end(), own);
  return all;
}

std::string level_units_sql(std::string_view level) {
  if (level == "interaction") return std::string(kInteractionUnits);
  if (level == "engagement") return std::string(kEngagementUnits);
  return std::string(kCustomerUnits);
}

Status read_units(store::Connection& connection, const StepQuery& query,
                  const std::function<Status(const UnitSteps&)>& take) {
  std::vector<store::Value> values;
  for (const Parameter& parameter : query.parameters.values())
    std::visit([&](const auto& value) { values.emplace_back(value); }, parameter);
  CLEW_TRY(auto result, connection.stream(query.sql, values));
  Gathered steps;
  Id128 unit{};
  std::uint64_t same = 0;
  const auto hand_on = [&]() -> Status {
    if (steps.marks.empty()) return {};
    CLEW_TRY_VOID(take({unit, {steps.marks, steps.times}, steps.ids}));
    steps.clear();
    return {};
  };
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return hand_on();
    const auto units = result.column(0).ids();
    const auto values_of_same = result.column(1).ints<std::uint64_t>();
    const auto times = result.column(2).times();
    const auto marks = result.column(3).ints<std::uint64_t>();
    const auto ids = result.column(4).ids();
    for (std::size_t r = 0; r < result.rows(); ++r) {
      const Id128 id = units[r].id();
      if (id != unit || values_of_same[r] != same) CLEW_TRY_VOID(hand_on());
      unit = id;
      same = values_of_same[r];
      steps.marks.push_back(marks[r]);
      steps.times.push_back(times[r]);
      steps.ids.push_back(ids[r].id());
    }
  }
}

Result<std::int64_t> watched_until_us(const Asking& asking) {
  if (asking.settings.as_of.empty()) return std::numeric_limits<std::int64_t>::max() / 2;
  return asking.connection.query_int64("SELECT epoch_us(CAST($1 AS TIMESTAMPTZ))",
                                       {asking.settings.as_of});
}

Result<bool> make_once(store::Connection& connection, const std::string& table,
                       const std::string& columns) {
  CLEW_TRY(const std::int64_t there,
           connection.query_int64("SELECT count(*) FROM duckdb_tables() WHERE temporary AND "
                                  "table_name = $1",
                                  {table}));
  if (there > 0) return false;
  CLEW_TRY_VOID(connection.execute(
      fmt::format("CREATE TEMPORARY TABLE {} ({})", store::quote_identifier(table), columns)));
  return true;
}

}  // namespace clewline::insights
