#include <algorithm>
#include <initializer_list>
#include <variant>

#include "engine/quality_facts_internal.h"
#include "store/database.h"

namespace clewline::engine {
namespace {

// Identifiers: a contact rests on a kind of a source alone when nothing else in it names the
// customer. Where anchors name it, shareable values carry nothing.
constexpr std::string_view kIdentifiersSql = R"sql(
WITH held AS (
  SELECT DISTINCT p.interaction_id, e.source, i.kind,
         list_contains($1::VARCHAR[], i.kind) AS anchor
  FROM store.event_places p JOIN store.events e USING (event_id), unnest(e.identifiers) AS u(i)
  WHERE p.interaction_id IS NOT NULL AND i.role = 'customer' AND i.value IS NOT NULL AND list_contains($2::VARCHAR[], i.kind)
), known AS (
  SELECT interaction_id FROM store.interactions JOIN store.customers USING (customer_id) WHERE kind = 'contact' AND identified
), ways AS (
  SELECT interaction_id, count(*) FILTER (WHERE anchor) AS anchors, count(*) AS all_ways
  FROM held SEMI JOIN known USING (interaction_id) GROUP BY ALL
)
SELECT source, kind, 'contacts', (SELECT count(*) FROM store.interactions WHERE kind = 'contact'),
       count(*), count(*) FILTER (WHERE if(anchor, anchors = 1, anchors = 0 AND all_ways = 1))
FROM held JOIN ways USING (interaction_id) GROUP BY source, kind ORDER BY source, kind)sql";

// A session holds together what it holds more than one event of.
constexpr std::string_view kSessionsSql = R"sql(
WITH sized AS (
  SELECT p.transaction_id, e.source, e.session_key, count(*) OVER (PARTITION BY p.transaction_id) AS size
  FROM store.event_places p JOIN store.events e USING (event_id) WHERE p.transaction_id IS NOT NULL
)
SELECT source, 'session_key', 'events', count(*), count(session_key), count(session_key) FILTER (WHERE size > 1)
FROM sized GROUP BY source HAVING count(session_key) > 0 ORDER BY source)sql";

// Joins of sittings into issues: what each is told by. A scored join rests on the intent alone when
// it would not have reached even odds without it.
constexpr std::string_view kJoinsSql = R"sql(
WITH joins AS (
  SELECT rule, try_cast(regexp_extract(detail, 'same_intent ([+-][0-9.]+)', 1) AS DOUBLE) AS intent, probability
  FROM store.engagement_links
), named AS (
  SELECT CASE rule WHEN 'case' THEN 'case_key' WHEN 'thread' THEN 'session_key (thread)' WHEN 'order' THEN 'order number'
                   WHEN 'chain' THEN 'chain_key' WHEN 'score' THEN 'intent' END AS field, rule, intent, probability
  FROM joins
)
SELECT 'all sources', field, 'joins', (SELECT count(*) FROM joins), count(*) FILTER (WHERE rule <> 'score' OR intent IS NOT NULL),
       count(*) FILTER (WHERE rule <> 'score' OR (intent IS NOT NULL AND ln(probability / greatest(1 - probability, 1e-12)) - intent < 0))
FROM named WHERE field IS NOT NULL GROUP BY field ORDER BY field)sql";

std::vector<std::string> kinds_of(const LinkingConfig& config,
                                  std::initializer_list<KindClass> classes) {
  std::vector<std::string> names;
  for (const IdentifierKindRow& kind : config.kinds) {
    if (std::find(classes.begin(), classes.end(), kind.kind_class) != classes.end())
      names.emplace_back(kind.name);
  }
  return names;
}

void add(const std::vector<std::vector<store::Cell>>& rows, QualityFacts& facts) {
  for (const auto& row : rows)
    facts.worth.push_back({std::get<std::string>(row[0]), std::get<std::string>(row[1]),
                           std::get<std::string>(row[2]), std::get<std::int64_t>(row[3]),
                           std::get<std::int64_t>(row[4]), std::get<std::int64_t>(row[5])});
}

}  // namespace

Status read_worth(store::Connection& connection, const LinkingConfig& config, QualityFacts& facts) {
  if (!facts.linked) return {};
  const auto anchors = kinds_of(config, {KindClass::anchor});
  const auto linking = kinds_of(config, {KindClass::anchor, KindClass::shareable});
  CLEW_TRY(const auto contacts,
           connection.query_rows(kIdentifiersSql, {std::span<const std::string>(anchors),
                                                   std::span<const std::string>(linking)}));
  add(contacts, facts);
  CLEW_TRY(const auto sessions, connection.query_rows(kSessionsSql));
  add(sessions, facts);
  CLEW_TRY(const auto joins, connection.query_rows(kJoinsSql));
  add(joins, facts);
  return {};
}

}  // namespace clewline::engine
