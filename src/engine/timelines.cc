#include "engine/timelines.h"

#include <fmt/format.h>

namespace clewline::engine {
namespace {

constexpr std::string_view kProfilesSql = R"sql(
CREATE OR REPLACE TEMP TABLE clew_profiles AS
WITH kinds(kind, priority) AS (VALUES {}),
versions AS (
  SELECT p.rowid AS profile, p.source, p.source || '/' || p.stream || '/' || p.record_id AS record, p.attributes, p.identifiers,
         coalesce(p.valid_from, '-infinity') AS valid_from,
         coalesce(lead(coalesce(p.valid_from, '-infinity')) OVER (
           PARTITION BY p.source, p.stream, coalesce(p.profile_id, p.record_id)
           ORDER BY p.valid_from NULLS FIRST, p.record_version NULLS FIRST, p.record_id), 'infinity') AS valid_to
  FROM store.profiles p
), named AS (
  SELECT profile, unnest(identifiers) AS id FROM versions
), owners AS (
  SELECT n.profile, arg_min(a.customer_id, (k.priority, n.id.kind, n.id.value)) AS customer_id
  FROM named n JOIN kinds k ON k.kind = n.id.kind
  JOIN store.customer_aliases a ON a.name_kind = n.id.kind AND a.name = n.id.value AND a.current
  WHERE n.id.role = 'customer' GROUP BY n.profile
)
SELECT o.customer_id, v.profile, v.source, v.record, v.attributes, v.valid_from, v.valid_to
FROM versions v JOIN owners o USING (profile) WHERE v.valid_from < v.valid_to)sql";

constexpr std::string_view kTimelineSql = R"sql(
CREATE OR REPLACE TEMP TABLE {0} AS
WITH pieces AS MATERIALIZED (SELECT * FROM ({1}) WHERE valid_from < valid_to),
cuts AS (SELECT unit, valid_from AS moment FROM pieces UNION SELECT unit, valid_to FROM pieces),
steps AS (SELECT unit, moment AS valid_from, lead(moment) OVER (PARTITION BY unit ORDER BY moment) AS valid_to FROM cuts),
held AS (
  SELECT s.unit, s.valid_from, s.valid_to, p.word
  FROM steps s JOIN pieces p ON p.unit = s.unit AND p.valid_from <= s.valid_from AND p.valid_to >= s.valid_to
  QUALIFY row_number() OVER (PARTITION BY s.unit, s.valid_from ORDER BY p.valid_from DESC, p.rank_key) = 1
), marked AS (
  SELECT *, coalesce(lag(valid_to) OVER unit_in_time <> valid_from OR lag(word) OVER unit_in_time IS DISTINCT FROM word, true) AS begins
  FROM held WINDOW unit_in_time AS (PARTITION BY unit ORDER BY valid_from)
), numbered AS (
  SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY unit ORDER BY valid_from) AS number FROM marked
)
SELECT unit, any_value(word) AS word, min(valid_from) AS valid_from, max(valid_to) AS valid_to
FROM numbered GROUP BY unit, number)sql";

}  // namespace

Status make_profile_pieces(store::Connection& connection, const LinkingConfig& linking) {
  std::string kinds;
  for (const IdentifierKindRow& kind : linking.kinds) {
    if (kind.kind_class != KindClass::anchor) continue;
    kinds += fmt::format("{}({}, {})", kinds.empty() ? "" : ", ", store::quote_literal(kind.name),
                         kind.priority);
  }
  if (kinds.empty()) kinds = "(NULL, 0)";
  CLEW_TRY_VOID(connection.execute(fmt::format(kProfilesSql, kinds)));
  return {};
}

std::string profile_pieces_sql(std::string_view word, std::string_view source) {
  return fmt::format(
      "SELECT customer_id AS unit, {} AS word, record AS rank_key, valid_from, valid_to FROM "
      "clew_profiles WHERE {}",
      word, source.empty() ? "true" : "source = " + store::quote_literal(source));
}

std::string table_pieces_sql(std::string_view table, std::string_view key,
                             std::string_view column) {
  return fmt::format(
      "SELECT a.customer_id AS unit, nullif(trim(json_extract_string(r.columns, {})), '') AS word, "
      "r.key AS rank_key, coalesce(r.valid_from, '-infinity') AS valid_from, coalesce(r.valid_to, "
      "'infinity') AS valid_to FROM store.reference_rows r JOIN store.customer_aliases a ON "
      "a.name_kind = {} AND a.name = r.key AND a.current WHERE r.table_name = {}",
      store::quote_literal(fmt::format("$.\"{}\"", column)), store::quote_literal(key),
      store::quote_literal(table));
}

std::string profile_field_sql(std::string_view field) {
  return fmt::format("nullif(trim(json_extract_string(attributes, {})), '')",
                     store::quote_literal(fmt::format("$.\"{}\"", field)));
}

Status make_timeline(store::Connection& connection, std::string_view name,
                     const std::string& pieces_sql) {
  CLEW_TRY_VOID(connection.execute(fmt::format(kTimelineSql, name, pieces_sql)));
  return {};
}

}  // namespace clewline::engine
