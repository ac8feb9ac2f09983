#include "engine/intents.h"

#include <algorithm>
#include <map>
#include <string>

#include "engine/query_table.h"
#include "engine/unit_rows.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kUseSql =
    "SELECT coalesce(intent, '') AS intent, count(*) FROM store.engagements GROUP BY 1";

// `$1` are the known intents; the neighbour is the known intent most frequent in the interactions
// that hold the value. A queue is offered by its latest name wherever any event of the source has
// one, else by its id.
constexpr std::string_view kValuesSql = R"sql(
WITH queues AS (
  SELECT source, queue_id, max({seen: occurred_at, name: queue_name}).name AS known_name
  FROM store.events WHERE queue_id IS NOT NULL AND queue_name <> '' GROUP BY ALL
), named AS (
  SELECT e.*, coalesce(nullif(queue_name, ''), known_name) AS queue FROM store.events e LEFT JOIN queues USING (source, queue_id)
), native AS (
  SELECT event_id, source, unnest([
    {field: 'intent', value: intent}, {field: 'disposition', value: disposition}, {field: 'node_result', value: node_result},
    {field: 'queue_name', value: queue}, {field: 'queue_id', value: if(queue IS NULL, queue_id, NULL)},
    {field: 'flow_name', value: flow_name}], recursive := true)
  FROM named
)
SELECT n.source, n.field, n.value, count(*) AS events, count(DISTINCT p.interaction_id) AS interactions,
       mode(i.intent) FILTER (WHERE list_contains($1::VARCHAR[], i.intent)) AS often_with,
       round(100.0 * count(*) FILTER (WHERE list_contains($1::VARCHAR[], i.intent)) / count(*), 1) AS with_known_percent
FROM native n LEFT JOIN store.event_places p USING (event_id) LEFT JOIN store.interactions i USING (interaction_id)
WHERE n.value IS NOT NULL AND n.value <> ''
GROUP BY ALL ORDER BY interactions DESC, events DESC, n.source, n.field, n.value)sql";

std::vector<std::string> known_intents(const IntentDictionary& dictionary) {
  std::vector<std::string> names;
  for (const auto& [name, intent] : dictionary.intents) names.push_back(name);
  return names;
}

}  // namespace

Result<render::ResultTable> intents(Workspace& workspace) {
  using render::ColumnKind;
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const auto rows, connection.query_rows(kUseSql));
  std::map<std::string, std::int64_t> used;
  for (const auto& row : rows) used[std::get<std::string>(row[0])] = std::get<std::int64_t>(row[1]);
  const IntentDictionary& dictionary = workspace.config().intents;
  std::map<std::string, std::int64_t> values;
  for (const auto& [key, intent] : dictionary.mapped) ++values[intent];
  render::ResultTable table;
  table.columns = {{"intent"},
                   {"goal"},
                   {"native_values", ColumnKind::integer},
                   {"engagements", ColumnKind::integer}};
  for (const auto& [name, intent] : dictionary.intents)
    table.rows.push_back({name, intent.goal, values[name], used[name]});
  std::int64_t other = 0;
  for (const auto& [name, count] : used) {
    if (!name.empty() && !dictionary.intents.contains(name)) other += count;
  }
  table.notes.push_back("Engagements without an intent: " + std::to_string(used[""]) +
                        "; with a native value that is not in the dictionary: " +
                        std::to_string(other) + " (see `clewline intents suggest`).");
  return table;
}

Result<render::ResultTable> suggest_intents(Workspace& workspace) {
  CLEW_TRY(auto connection, workspace.connect());
  const IntentDictionary& dictionary = workspace.config().intents;
  const std::vector<std::string> known = known_intents(dictionary);
  CLEW_TRY(render::ResultTable table,
           query_table(connection, kValuesSql, {std::span<const std::string>(known)}));
  std::erase_if(table.rows, [&](const std::vector<render::Cell>& row) {
    return dictionary.find(std::get<std::string>(row[0]), std::get<std::string>(row[1]),
                           std::get<std::string>(row[2])) != nullptr;
  });
  table.notes.push_back(
      "Add the values to config/intents.yaml under the intent they mean, then run `clewline link "
      "-w " +
      workspace.folder() + "`.");
  return table;
}

}  // namespace clewline::engine
