#include "engine/truth_events.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "engine/table_file.h"
#include "engine/truth_names.h"
#include "text/ascii.h"

namespace clewline::engine {
namespace {

constexpr const char* kExpected =
    "a row names events by event_id, or by source, stream, record_id (and event_type, ordinal), or "
    "by source, stream, session_key (and event_type); and says any of customer, engagement, "
    "interaction, transaction";

/// The columns of a truth file by their meaning; absent ones are not in it.
using TruthColumns = std::map<std::string, std::string>;

Result<TruthColumns> columns_of(store::Connection& connection, const std::string& file) {
  CLEW_TRY(const auto found, table_file_columns(connection, file, table_file_sql(file),
                                                std::string("Give CSV with a header or Parquet: ") +
                                                    kExpected + "."));
  TruthColumns columns;
  std::string names;
  for (const std::string& name : found) {
    names += (names.empty() ? "" : ", ") + name;
    std::string meaning = text::lower_ascii(name);
    if (meaning != "event_id" && meaning != "record_id" && meaning.ends_with("_id"))
      meaning.resize(meaning.size() - 3);
    columns.emplace(meaning, name);
  }
  const auto has = [&](std::string_view name) { return columns.contains(std::string(name)); };
  const bool has_key = has("event_id") || has("record_id") || has("session_key");
  const bool has_level = std::any_of(std::begin(kTruthLevels), std::end(kTruthLevels), has);
  if (!has_key || !has_level)
    return Error{ErrorCode::bad_input,
                 fmt::format("the truth file {} {}; its columns are {}", file,
                             has_key ? "says no level" : "names no events", names),
                 std::string("Expected: ") + kExpected + "."};
  return columns;
}

constexpr std::string_view kKeys[] = {"event_id",   "source",  "stream",     "record_id",
                                      "event_type", "ordinal", "session_key"};

// Rows that name the same events become one, with the least and the greatest that they say: a key
// that very many rows repeat then joins its events once.
std::string truth_sql(const TruthColumns& columns, const std::string& file) {
  std::string values = "row_number() OVER () AS truth_row";
  std::string said = "min(truth_row) AS truth_row, count(*) AS truth_rows";
  std::string keys;
  const auto add = [&](std::string_view name) {
    const auto column = columns.find(std::string(name));
    const std::string value =
        column == columns.end()
            ? "NULL::VARCHAR"
            : "nullif(trim(" + store::quote_identifier(column->second) + "::VARCHAR), '')";
    values += fmt::format(", {} AS \"{}\"", value, name);
  };
  for (const std::string_view key : kKeys) {
    add(key);
    keys += fmt::format("{}\"{}\"", keys.empty() ? "" : ", ", key);
  }
  for (const std::string_view level : kTruthLevels) {
    add(level);
    said += fmt::format(", min(\"{0}\") AS \"{0}\", max(\"{0}\") AS {0}_max", level);
  }
  return fmt::format(
      "CREATE TEMP TABLE truth AS SELECT {}, {} FROM (SELECT {} FROM {}) GROUP BY {}", keys, said,
      values, table_file_sql(file), keys);
}

// A row names its events by the first key that stands in it; an empty cell of a further key column
// says nothing.
std::string match_sql(const TruthColumns& columns) {
  const auto has = [&](std::string_view name) { return columns.contains(std::string(name)); };
  const auto further = [&](std::initializer_list<std::string_view> names) {
    std::string on;
    for (const std::string_view name : names) {
      if (has(name))
        on += fmt::format(" AND coalesce(e.{0}{1} = t.{0}, t.{0} IS NULL)", name,
                          name == "ordinal" ? "::VARCHAR" : "");
    }
    return on;
  };
  std::string sql;
  std::string earlier;
  const auto add = [&](std::string_view key, const std::string& on) {
    if (!has(key)) return;
    sql += fmt::format("{}SELECT t.truth_row, e.event_id FROM truth t JOIN store.events e ON {}{}",
                       sql.empty() ? "" : " UNION ALL ", on, earlier);
    earlier += fmt::format(" AND t.{} IS NULL", key);
  };
  add("event_id", "e.event_id = try_cast(t.event_id AS UUID)");
  add("record_id",
      "e.record_id = t.record_id" + further({"source", "stream", "event_type", "ordinal"}));
  add("session_key", "e.session_key = t.session_key" + further({"source", "stream", "event_type"}));
  return "CREATE TEMP TABLE truth_matches AS " + sql;
}

// A record's row without event_type and ordinal says no transaction when the record is several
// events: they may well be several legs.
std::string judged_sql(const TruthColumns& columns) {
  const std::string coarse = columns.contains("record_id")
                                 ? "(events_of_row > 1 AND t.event_id IS NULL AND t.record_id IS "
                                   "NOT NULL AND t.event_type "
                                   "IS NULL AND t.ordinal IS NULL)"
                                 : "false";
  return fmt::format(R"sql(
CREATE TEMP TABLE judged AS
WITH matches AS (SELECT *, count(*) OVER (PARTITION BY truth_row) AS events_of_row FROM truth_matches)
SELECT m.event_id, min(t.customer) AS customer, min(t.engagement) AS engagement, min(t.interaction) AS interaction,
       min(t.transaction) FILTER (WHERE NOT {0}) AS transaction,
       bool_or({0} AND t.transaction IS NOT NULL) AS coarse,
       coalesce(min(t.customer) <> max(t.customer_max), false)
         OR coalesce(min(t.engagement) <> max(t.engagement_max), false)
         OR coalesce(min(t.interaction) <> max(t.interaction_max), false)
         OR coalesce(min(t.transaction) <> max(t.transaction_max), false) AS contradicted
FROM matches m JOIN truth t USING (truth_row) GROUP BY m.event_id)sql",
                     coarse);
}

constexpr std::string_view kCountsSql = R"sql(
SELECT (SELECT coalesce(sum(truth_rows), 0)::BIGINT FROM truth),
       (SELECT coalesce(sum(truth_rows), 0)::BIGINT FROM truth SEMI JOIN truth_matches USING (truth_row)),
       (SELECT count(*) FROM judged), (SELECT count(*) FROM store.events),
       (SELECT count(*) FROM judged WHERE contradicted), (SELECT count(*) FROM judged WHERE coarse AND NOT contradicted),
       (SELECT count(*) FROM judged j LEFT JOIN store.event_places p USING (event_id)
        WHERE p.transaction_id IS NULL AND NOT j.contradicted),
       (SELECT concat_ws(' ', source, stream, record_id, session_key, event_id) FROM truth
        WHERE truth_row = (SELECT min(truth_row) FROM truth ANTI JOIN truth_matches USING (truth_row))),
       (SELECT count(*) FROM (SELECT 1 FROM (SELECT customer, unnest(['e' || engagement, 'i' || interaction, 't' || transaction]) AS unit FROM judged)
        WHERE unit IS NOT NULL GROUP BY unit HAVING min(customer) <> max(customer))))sql";

// An event outside the tree is a unit of its own.
constexpr std::string_view kEventsSql = R"sql(
SELECT coalesce(j.customer, p.customer_id::VARCHAR, j.event_id::VARCHAR) AS sequence_key, j.event_id,
       coalesce(p.customer_id, j.event_id), coalesce(p.engagement_id, j.event_id),
       coalesce(p.interaction_id, j.event_id), coalesce(p.transaction_id, j.event_id),
       j.customer, j.engagement, j.interaction, j.transaction
FROM judged j JOIN store.events e USING (event_id) LEFT JOIN store.event_places p USING (event_id)
WHERE NOT j.contradicted
ORDER BY sequence_key, e.occurred_at, e.sequence, j.event_id)sql";

Result<TruthCounts> count_truth(store::Connection& connection) {
  CLEW_TRY(const auto rows, connection.query_rows(kCountsSql));
  const auto number = [&](std::size_t at) { return std::get<std::int64_t>(rows[0][at]); };
  TruthCounts counts;
  counts.rows = number(0);
  counts.rows_without_event = counts.rows - number(1);
  counts.events_with_truth = number(2);
  counts.events_without_truth = number(3) - number(2);
  counts.events_contradicted = number(4);
  counts.events_too_coarse = number(5);
  counts.events_outside_tree = number(6);
  if (const auto* example = std::get_if<std::string>(&rows[0][7]))
    counts.unmatched_example = *example;
  counts.units_across_customers = number(8);
  return counts;
}

/// Numbers values in the order in which they first come.
template <typename Key>
class Numbers {
 public:
  template <typename Value>
  std::uint32_t of(const Value& value) {
    return numbers_.try_emplace(Key(value), static_cast<std::uint32_t>(numbers_.size()))
        .first->second;
  }
  std::size_t size() const { return numbers_.size(); }

 private:
  absl::flat_hash_map<Key, std::uint32_t> numbers_;
};

/// Fills the columns of `TruthEvents` from an answer, chunk by chunk.
class TruthReader {
 public:
  explicit TruthReader(TruthEvents& out) : out_(out) {}

  void read(const store::QueryResult& chunk) {
    const auto sequence = chunk.column(0);
    const auto event = chunk.column(1);
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      out_.sequence.push_back(sequences_.of(sequence.text(row)));
      out_.event_ids.push_back(event.id(row));
    }
    for (std::size_t level = 0; level < kTruthLevelCount; ++level) {
      const auto found = chunk.column(2 + level);
      const auto truth = chunk.column(2 + kTruthLevelCount + level);
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        out_.found[level].push_back(found_[level].of(found.id(row)));
        out_.truth[level].push_back(truth.is_null(row) ? kNoTruth
                                                       : truth_[level].of(truth.text(row)));
        if (level == 0) note_customer(found.id(row));
      }
    }
  }

 private:
  void note_customer(const Id128& id) {
    const std::uint32_t number = found_[0].of(id);
    if (number == out_.customer_ids.size()) out_.customer_ids.push_back(id);
    out_.customer.push_back(number);
  }

  TruthEvents& out_;
  Numbers<std::string> sequences_;
  std::array<Numbers<Id128>, kTruthLevelCount> found_;
  std::array<Numbers<std::string>, kTruthLevelCount> truth_;
};

Status refuse_unmatched(const TruthCounts& counts, const std::string& file) {
  if (counts.events_with_truth > 0) return {};
  return Error{
      ErrorCode::bad_input,
      fmt::format("none of the {} rows of {} names an event of this workspace", counts.rows, file),
      std::string("Expected: ") + kExpected +
          ". `clewline sql \"SELECT source, stream, record_id FROM events LIMIT 5\"` shows "
          "what there is." +
          (counts.other_names.empty() ? "" : " " + counts.other_names)};
}

}  // namespace

Result<TruthEvents> read_truth(Workspace& workspace, const std::string& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return Error{ErrorCode::not_found, "there is no truth file " + file,
                 std::string("Give CSV with a header or Parquet: ") + kExpected + "."};
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(const std::int64_t placed,
           connection.query_int64("SELECT count(*) FROM store.event_places"));
  if (placed == 0)
    return Error{ErrorCode::conflict, "nothing is linked in this workspace yet",
                 "Run `clewline link -w " + workspace.folder() + "` first."};
  CLEW_TRY(const TruthColumns columns, columns_of(connection, file));
  const auto loaded = connection.execute(truth_sql(columns, file));
  if (!loaded.ok())
    return table_file_error(file, loaded.error(),
                            "Repair the row that is named, or write the file again.");
  CLEW_TRY_VOID(connection.execute(match_sql(columns)));
  CLEW_TRY_VOID(connection.execute(judged_sql(columns)));
  TruthEvents out;
  CLEW_TRY(out.counts, count_truth(connection));
  if (out.counts.rows_without_event > 0) {
    CLEW_TRY(out.counts.other_names, other_names(connection));
  }
  CLEW_TRY_VOID(refuse_unmatched(out.counts, file));
  for (std::size_t level = 0; level < kTruthLevelCount; ++level)
    out.has_column[level] = columns.contains(std::string(kTruthLevels[level]));
  CLEW_TRY(auto rows, connection.stream(kEventsSql));
  TruthReader reader(out);
  for (;;) {
    CLEW_TRY(const bool more, rows.next());
    if (!more) return out;
    reader.read(rows);
  }
}

}  // namespace clewline::engine
