#include "engine/value_tiers.h"

#include <fmt/format.h>

#include <vector>

#include "engine/tier_dates.h"
#include "engine/timelines.h"

namespace clewline::engine {
namespace {

constexpr std::size_t kDatesMax = 4'000;

constexpr std::string_view kEntriesSql = R"sql(
CREATE OR REPLACE TEMP TABLE clew_entries AS
SELECT c.customer_id AS unit, e.occurred_at AS moment,
       (CASE WHEN list_contains($1::VARCHAR[], e.amount_kind) THEN e.amount ELSE -e.amount END)::DECIMAL(38, 4) AS amount
FROM store.events e JOIN store.event_places p USING (event_id) JOIN store.customers c ON c.customer_id = p.customer_id
WHERE c.identified AND e.amount IS NOT NULL AND coalesce(e.currency, '') = $3
  AND (list_contains($1::VARCHAR[], e.amount_kind) OR list_contains($2::VARCHAR[], e.amount_kind)))sql";

// On a date count the amounts of the period before it: an amount comes in on the first date after
// it and goes out on the first date after it and the period.
constexpr std::string_view kAmountValuesSql = R"sql(
CREATE OR REPLACE TEMP TABLE clew_customer_values AS
WITH moves AS (
  SELECT e.unit, d.number, e.amount, 1 AS entries FROM clew_entries e ASOF JOIN clew_dates d ON e.moment < d.moment
  UNION ALL
  SELECT e.unit, d.number, -e.amount, -1 FROM (SELECT unit, moment + to_microseconds($1) AS until, amount FROM clew_entries) e
  ASOF JOIN clew_dates d ON e.until < d.moment
), steps AS (
  SELECT unit, number, sum(amount) AS amount, sum(entries) AS entries FROM moves GROUP BY ALL
), running AS (
  SELECT unit, number, sum(amount) OVER so_far AS value, sum(entries) OVER so_far AS entries,
         lead(number) OVER (PARTITION BY unit ORDER BY number) AS until
  FROM steps WINDOW so_far AS (PARTITION BY unit ORDER BY number)
)
SELECT r.unit, d.number, r.value FROM running r JOIN clew_dates d ON d.number >= r.number AND (r.until IS NULL OR d.number < r.until)
WHERE r.entries > 0)sql";

constexpr std::string_view kProfileValuesSql = R"sql(
CREATE OR REPLACE TEMP TABLE clew_customer_values AS
SELECT t.unit, d.number, try_cast(t.word AS DECIMAL(18, 4))::DECIMAL(38, 4) AS value
FROM clew_value_fields t JOIN clew_dates d ON d.moment >= t.valid_from AND d.moment < t.valid_to
WHERE try_cast(t.word AS DECIMAL(18, 4)) IS NOT NULL)sql";

constexpr std::string_view kTiersSql = R"sql(
CREATE OR REPLACE TEMP TABLE clew_tier_pieces AS
WITH equal_values AS (
  SELECT number, value, sum(value) AS together FROM {0} WHERE value > 0 GROUP BY ALL
), lines AS (
  SELECT number, value, sum(together) OVER (PARTITION BY number) AS total,
         coalesce(sum(together) OVER (PARTITION BY number ORDER BY value DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS above
  FROM equal_values
), placed AS (
  SELECT v.unit, v.number, v.value,
         CASE WHEN l.number IS NULL THEN 'none' WHEN 100 * l.above < {1} * l.total THEN $1
              WHEN 100 * l.above < {2} * l.total THEN $2 ELSE $3 END AS tier,
         CASE WHEN v.value = 0 THEN 'the value is zero' WHEN v.value < 0 THEN 'the value is negative' END AS reason
  FROM {0} v LEFT JOIN lines l ON l.number = v.number AND l.value = v.value
), marked AS (
  SELECT *, coalesce(lag(number) OVER in_time + 1 <> number OR lag(value) OVER in_time <> value OR lag(tier) OVER in_time <> tier, true) AS begins
  FROM placed WINDOW in_time AS (PARTITION BY unit ORDER BY number)
), numbered AS (
  SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY unit ORDER BY number) AS run FROM marked
), runs AS (
  SELECT unit, any_value(tier) AS tier, any_value(reason) AS reason, any_value(value) AS value, min(number) AS first, max(number) AS last
  FROM numbered GROUP BY unit, run
)
SELECT r.unit, r.tier, r.reason, r.value, f.moment AS valid_from, coalesce(u.moment, 'infinity') AS valid_to
FROM runs r JOIN clew_dates f ON f.number = r.first LEFT JOIN clew_dates u ON u.number = r.last + 1
UNION ALL
SELECT u.unit, 'none', 'before the first date', NULL, '-infinity'::TIMESTAMPTZ, d.moment
FROM (SELECT DISTINCT unit FROM {0}) u CROSS JOIN (SELECT min(moment) AS moment FROM clew_dates) d)sql";

constexpr std::string_view kStoreSql = R"sql(
INSERT INTO store.{0}
WITH units AS ({2}),
pieces AS (SELECT u.unit, p.* EXCLUDE (unit) FROM clew_tier_pieces p JOIN units u USING (unit)),
gaps AS (
  SELECT unit, $2 AS reason, valid_to AS valid_from,
         coalesce(lead(valid_from) OVER (PARTITION BY unit ORDER BY valid_from), 'infinity') AS valid_to
  FROM pieces
  UNION ALL
  SELECT unit, $1, '-infinity', min(valid_from) FROM pieces GROUP BY unit
  UNION ALL
  SELECT unit, $3, '-infinity', 'infinity' FROM units ANTI JOIN pieces USING (unit)
), whole AS (
  SELECT unit, tier, reason, value, valid_from, valid_to FROM pieces
  UNION ALL
  SELECT unit, 'none', reason, NULL, valid_from, valid_to FROM gaps WHERE valid_from < valid_to
)
SELECT {1}, tier, reason, value, nullif(valid_from, '-infinity'), nullif(valid_to, 'infinity') FROM whole)sql";

Status make_dates(store::Connection& connection, const ValueSetting& value, const text::Zone& zone,
                  std::string_view first_sql, TimeUs as_of) {
  CLEW_TRY(const auto rows, connection.query_rows(first_sql));
  std::vector<TimeUs> dates;
  if (const auto* first = std::get_if<store::TimeValue>(&rows[0][0]))
    dates = tier_dates(zone, value.every, first->us, as_of);
  if (dates.size() > kDatesMax)
    return Error{ErrorCode::bad_input, fmt::format("tiers would be set on {} dates", dates.size()),
                 "Set `value.every` in config/counting.yaml to a longer time, e.g. month."};
  std::vector<std::string> texts;
  for (const TimeUs at : dates) texts.push_back(format_utc(at));
  CLEW_TRY_VOID(connection.execute(
      "CREATE OR REPLACE TEMP TABLE clew_dates AS SELECT row_number() OVER (ORDER BY moment) AS "
      "number, moment FROM (SELECT unnest($1::VARCHAR[])::TIMESTAMPTZ AS moment)",
      {std::span<const std::string>(texts)}));
  return {};
}

}  // namespace

Status make_customer_values(store::Connection& connection, const ValueSetting& value,
                            const text::Zone& zone, TimeUs as_of) {
  if (value.from == ValueSetting::From::profile) {
    CLEW_TRY_VOID(make_timeline(connection, "clew_value_fields",
                                profile_pieces_sql(profile_field_sql(value.field), value.source)));
    CLEW_TRY_VOID(make_dates(connection, value, zone,
                             "SELECT coalesce((SELECT min(valid_from) FROM clew_value_fields WHERE "
                             "valid_from > '-infinity'), (SELECT min(occurred_at) FROM "
                             "store.events))",
                             as_of));
    CLEW_TRY_VOID(connection.execute(kProfileValuesSql));
    return {};
  }
  CLEW_TRY_VOID(connection.execute(
      kEntriesSql, {std::span<const std::string>(value.kinds),
                    std::span<const std::string>(value.minus), std::string_view(value.currency)}));
  CLEW_TRY_VOID(make_dates(connection, value, zone, "SELECT min(moment) FROM clew_entries", as_of));
  CLEW_TRY_VOID(connection.execute(kAmountValuesSql, {value.period_us}));
  return {};
}

Status make_value_tiers(store::Connection& connection, const TierSetting& tier,
                        std::string_view values_table) {
  const auto [top, next] = tier.shares_percent;
  CLEW_TRY_VOID(
      connection.execute(fmt::format(kTiersSql, values_table, top, top + next),
                         {std::string_view(tier.names[0]), std::string_view(tier.names[1]),
                          std::string_view(tier.names[2])}));
  return {};
}

Status store_tiers(store::Connection& connection, std::string_view table, std::string_view unit_sql,
                   std::string_view units_sql, const TierReasons& reasons) {
  CLEW_TRY_VOID(connection.execute(fmt::format(kStoreSql, table, unit_sql, units_sql),
                                   {reasons.before, reasons.between, reasons.never}));
  return {};
}

}  // namespace clewline::engine
