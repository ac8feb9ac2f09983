#include "engine/truth_names.h"

#include <fmt/format.h>

#include <variant>

#include "store/value.h"

namespace clewline::engine {
namespace {

// The names whose keys are here under another name: half of their lost keys at least, so that two
// systems that both count from 1 are not taken for one.
constexpr std::string_view kRenamedSql = R"sql(
WITH lost AS (SELECT DISTINCT source, stream, coalesce(record_id, session_key) AS id, record_id IS NULL AS by_session
              FROM truth ANTI JOIN truth_matches USING (truth_row)
              WHERE event_id IS NULL AND coalesce(record_id, session_key) IS NOT NULL),
     here AS (SELECT DISTINCT source, stream, record_id AS id, false AS by_session FROM store.events
              UNION ALL SELECT DISTINCT source, stream, session_key, true FROM store.events WHERE session_key IS NOT NULL),
     sizes AS (SELECT source, stream, count(*) AS keys FROM lost GROUP BY ALL),
     pairs AS (SELECT lost.source AS their_source, lost.stream AS their_stream, here.source, here.stream, count(*) AS common
               FROM lost JOIN here USING (id, by_session) GROUP BY ALL)
SELECT concat_ws('/', their_source, their_stream), concat_ws('/', pairs.source, CASE WHEN their_stream IS NOT NULL THEN pairs.stream END),
       max(common) AS most
FROM pairs JOIN sizes ON sizes.source IS NOT DISTINCT FROM their_source AND sizes.stream IS NOT DISTINCT FROM their_stream
WHERE their_source IS NOT NULL AND 2 * common >= keys
  AND (their_source <> pairs.source OR coalesce(their_stream <> pairs.stream, false))
GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT 3)sql";

constexpr std::string_view kUnknownSql = R"sql(
SELECT (SELECT string_agg(source, ', ' ORDER BY source) FROM (SELECT DISTINCT source FROM truth ANTI JOIN
          (SELECT DISTINCT source FROM store.events) USING (source) WHERE source IS NOT NULL LIMIT 5)),
       (SELECT string_agg(source, ', ' ORDER BY source) FROM (SELECT DISTINCT source FROM store.events LIMIT 20)))sql";

}  // namespace

Result<std::string> other_names(store::Connection& connection) {
  CLEW_TRY(const auto renamed, connection.query_rows(kRenamedSql));
  std::string names;
  for (const auto& row : renamed)
    names += fmt::format("{}what the file calls {} is {} here", names.empty() ? "" : ", ",
                         std::get<std::string>(row[0]), std::get<std::string>(row[1]));
  if (!names.empty())
    return "By their keys, " + names +
           ": write the names of this workspace into the file, or import with --source.";
  CLEW_TRY(const auto unknown, connection.query_rows(kUnknownSql));
  const auto* theirs = std::get_if<std::string>(&unknown[0][0]);
  const auto* ours = std::get_if<std::string>(&unknown[0][1]);
  if (theirs == nullptr || ours == nullptr) return std::string();
  return fmt::format("No event here is of source {}; the sources here are {}.", *theirs, *ours);
}

}  // namespace clewline::engine
