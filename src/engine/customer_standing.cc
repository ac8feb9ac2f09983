#include "engine/customer_standing.h"

#include <fmt/format.h>

#include "engine/timelines.h"
#include "engine/value_tiers.h"

namespace clewline::engine {
namespace {

constexpr TierReasons kComputed = {"before the first date", "no value in the period",
                                   "no value in the period"};
constexpr TierReasons kOfField = {"before the first date", "no number in the customer record",
                                  "no number in the customer record"};
constexpr TierReasons kOfRecord = {"before the first customer record", "no customer record",
                                   "no customer record"};
constexpr TierReasons kOfTable = {"not in the table then", "not in the table then",
                                  "not in the table"};

constexpr std::string_view kCustomers =
    "SELECT customer_id AS unit FROM store.customers WHERE identified";

Status store_profiles(store::Connection& connection, const LinkingConfig& linking) {
  CLEW_TRY_VOID(make_profile_pieces(connection, linking));
  CLEW_TRY_VOID(
      make_timeline(connection, "clew_record_spans", profile_pieces_sql("profile::VARCHAR", "")));
  CLEW_TRY_VOID(connection.execute(
      "INSERT INTO store.customer_profiles SELECT t.unit, p.source, p.stream, p.record_id, "
      "nullif(t.valid_from, '-infinity'), nullif(t.valid_to, 'infinity') FROM clew_record_spans t "
      "JOIN store.profiles p ON p.rowid = t.word::BIGINT"));
  return {};
}

// A tier that somebody else set: the words of a timeline.
Status store_imported_tiers(store::Connection& connection, const TierSetting& tier) {
  const bool of_record = tier.from == TierSetting::From::profile;
  CLEW_TRY_VOID(make_timeline(connection, "clew_tier_words",
                              of_record
                                  ? profile_pieces_sql(profile_field_sql(tier.field), tier.source)
                                  : table_pieces_sql(tier.table, tier.key, tier.column)));
  CLEW_TRY_VOID(connection.execute(
      "CREATE OR REPLACE TEMP TABLE clew_tier_pieces AS SELECT unit, coalesce(word, 'none') AS "
      "tier, CASE WHEN word IS NULL THEN $1 END AS reason, NULL::DECIMAL(38, 4) AS value, "
      "valid_from, valid_to FROM clew_tier_words",
      {std::string_view(of_record ? "the customer record names none" : "the table names none")}));
  return store_tiers(connection, "customer_tiers", "unit", kCustomers,
                     of_record ? kOfRecord : kOfTable);
}

std::string member_pieces_sql(const GroupSetting& group) {
  if (group.from == GroupSetting::From::table)
    return table_pieces_sql(group.table, group.key, group.column);
  std::string word;
  for (const std::string& field : group.fields)
    word += (word.empty() ? "" : " || ', ' || ") + profile_field_sql(field);
  return profile_pieces_sql(word, group.source);
}

// Whoever was seen with the value belongs to it from then on; a customer may be in several groups.
constexpr std::string_view kIdentifierMembersSql = R"sql(
INSERT INTO store.group_members
SELECT $1, id.value, customer_id, nullif(min(moment), '-infinity'), NULL
FROM (SELECT p.customer_id, e.occurred_at AS moment, unnest(e.identifiers) AS id
      FROM store.events e JOIN store.event_places p USING (event_id)
      UNION ALL
      SELECT c.customer_id, c.valid_from, unnest(p.identifiers) FROM clew_profiles c JOIN store.profiles p ON p.rowid = c.profile)
JOIN store.customers USING (customer_id)
WHERE identified AND id.kind = $2 AND id.role = 'customer' AND id.value IS NOT NULL GROUP BY ALL)sql";

Status store_members(store::Connection& connection, const GroupSetting& group) {
  if (group.from == GroupSetting::From::identifier) {
    CLEW_TRY_VOID(connection.execute(kIdentifierMembersSql,
                                     {std::string_view(group.name), std::string_view(group.kind)}));
    return {};
  }
  CLEW_TRY_VOID(make_timeline(connection, "clew_member_words", member_pieces_sql(group)));
  CLEW_TRY_VOID(connection.execute(
      "INSERT INTO store.group_members SELECT $1, word, unit, nullif(valid_from, '-infinity'), "
      "nullif(valid_to, 'infinity') FROM clew_member_words WHERE word IS NOT NULL",
      {std::string_view(group.name)}));
  return {};
}

// A group is worth what the customers are worth who are its members on the date.
constexpr std::string_view kGroupValuesSql = R"sql(
CREATE OR REPLACE TEMP TABLE clew_group_values AS
SELECT m.group_key AS unit, v.number, sum(v.value) AS value
FROM clew_customer_values v JOIN clew_dates d USING (number) JOIN store.group_members m
  ON m.customer_id = v.unit AND m.grouping = $1
 AND (m.valid_from IS NULL OR m.valid_from <= d.moment) AND (m.valid_to IS NULL OR m.valid_to > d.moment)
GROUP BY ALL)sql";

Status store_group_tiers(store::Connection& connection, const LinkSettings& settings,
                         const GroupSetting& group, const TierReasons& reasons) {
  CLEW_TRY_VOID(connection.execute(kGroupValuesSql, {std::string_view(group.name)}));
  CLEW_TRY_VOID(make_value_tiers(connection, settings.tiers.tier, "clew_group_values"));
  const std::string name = store::quote_literal(group.name);
  return store_tiers(
      connection, "group_tiers", name + ", unit",
      fmt::format("SELECT DISTINCT group_key AS unit FROM store.group_members WHERE grouping = {}",
                  name),
      reasons);
}

Status store_value_tiers(store::Connection& connection, const LinkSettings& settings,
                         TimeUs as_of) {
  const ValueSetting& value = settings.tiers.value;
  CLEW_TRY(const text::Zone* zone, text::Zone::find(settings.linking.zone));
  CLEW_TRY_VOID(make_customer_values(connection, value, *zone, as_of));
  const TierReasons& reasons = value.from == ValueSetting::From::amounts ? kComputed : kOfField;
  CLEW_TRY_VOID(make_value_tiers(connection, settings.tiers.tier, "clew_customer_values"));
  CLEW_TRY_VOID(store_tiers(connection, "customer_tiers", "unit", kCustomers, reasons));
  for (const GroupSetting& group : settings.tiers.groups)
    CLEW_TRY_VOID(store_group_tiers(connection, settings, group, reasons));
  return {};
}

}  // namespace

Status store_customer_standing(store::Connection& connection, const LinkSettings& settings,
                               std::optional<TimeUs> as_of) {
  for (const std::string_view table :
       {"customer_profiles", "customer_tiers", "group_members", "group_tiers"})
    CLEW_TRY_VOID(connection.execute(fmt::format("DELETE FROM store.{}", table)));
  CLEW_TRY_VOID(store_profiles(connection, settings.linking));
  for (const GroupSetting& group : settings.tiers.groups)
    CLEW_TRY_VOID(store_members(connection, group));
  const TierSetting& tier = settings.tiers.tier;
  if (tier.from == TierSetting::From::nothing) return {};
  if (tier.from != TierSetting::From::value) return store_imported_tiers(connection, tier);
  return as_of ? store_value_tiers(connection, settings, *as_of) : Status();
}

}  // namespace clewline::engine
