#include "engine/ledger.h"

#include <filesystem>

#include "engine/query_table.h"
#include "render/cell_text.h"
#include "store/settings.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kImportsSql =
    "SELECT import_id, command, state, started_at, source, stream, mapping, files, records, "
    "accepted, updated, duplicates, skipped, rejected, "
    "events, issues, round(seconds, 3) AS seconds FROM store.imports ORDER BY import_id";

// Bytes that are not UTF-8 are shown as \xNN.
constexpr std::string_view kRejectedSql =
    "SELECT import_id, file_name, line, byte_offset, source, stream, record_id, field, reason, "
    "mapping, "
    "coalesce(TRY(decode(raw)), raw::VARCHAR) AS raw FROM store.rejected ORDER BY import_id, "
    "file_id, byte_offset";

constexpr std::string_view kSourcesSql =
    "SELECT e.source || '/' || e.stream, count(*), min(e.occurred_at), max(e.occurred_at), "
    "count(*) FILTER (WHERE len(e.issues) > 0) "
    "FROM store.events e GROUP BY 1 ORDER BY 1";

std::string text_of(const store::Cell& cell) { return render::plain_text(to_cell(cell)); }

/// Rows of item and value.
class StatusTable {
 public:
  StatusTable() { table_.columns = {{"item"}, {"value"}}; }
  void add(std::string item, std::string value) {
    table_.rows.push_back({std::move(item), std::move(value)});
  }
  render::ResultTable take() { return std::move(table_); }

 private:
  render::ResultTable table_;
};

std::uintmax_t folder_bytes(const std::string& folder) {
  std::uintmax_t bytes = 0;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator entry(folder, failed), end;
       !failed && entry != end; entry.increment(failed)) {
    if (entry->is_regular_file(failed)) bytes += entry->file_size(failed);
  }
  return bytes;
}

Status add_sources(store::Connection& connection, StatusTable& table) {
  CLEW_TRY(const auto rows, connection.query_rows(kSourcesSql));
  for (const auto& row : rows) {
    const std::int64_t events = std::get<std::int64_t>(row[1]);
    table.add("source " + text_of(row[0]),
              render::counted(events, "event") + ", " + text_of(row[2]) + " to " + text_of(row[3]) +
                  ", " + render::share_words(std::get<std::int64_t>(row[4]), events) +
                  " with issues");
  }
  return {};
}

Status add_counts(store::Connection& connection, StatusTable& table) {
  const std::pair<const char*, const char*> counts[] = {
      {"imports", "SELECT count(*) FROM store.imports"},
      {"records", "SELECT count(*) FROM store.records"},
      {"rejected records", "SELECT count(*) FROM store.rejected"},
      {"events", "SELECT count(*) FROM store.events"},
      {"profiles", "SELECT count(*) FROM store.profiles"},
      {"customers identified", "SELECT count(*) FROM store.customers WHERE identified"},
      {"customers anonymous", "SELECT count(*) FROM store.customers WHERE NOT identified"}};
  for (const auto& [name, sql] : counts) {
    CLEW_TRY(const std::int64_t count, connection.query_int64(sql));
    table.add(name, render::grouped(count));
  }
  return {};
}

Status add_link_state(store::Connection& connection, const Workspace& workspace,
                      StatusTable& table) {
  CLEW_TRY(const auto hash, store::setting(connection, "config_hash"));
  if (!hash) {
    table.add("linked", "no: run `clewline link -w " + workspace.folder() + "`");
    return {};
  }
  CLEW_TRY(const std::int64_t waiting,
           connection.query_int64(
               "SELECT count(*) FROM store.events e JOIN store.event_types t USING (event_type) "
               "ANTI JOIN store.event_places p USING (event_id) WHERE t.in_tree"));
  CLEW_TRY(const auto as_of, store::setting(connection, "as_of"));
  std::string state =
      "under configuration " + hash->substr(0, 12) + ", as of " + as_of.value_or(std::string());
  if (*hash != workspace.config().hash) state += "; the configuration has changed since";
  if (waiting > 0) state += "; " + render::counted(waiting, "event") + " came in since";
  table.add("linked", state);
  return {};
}

}  // namespace

Result<render::ResultTable> imports(Workspace& workspace) {
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(render::ResultTable table, query_table(connection, kImportsSql));
  table.columns.back() = render::seconds_column("seconds");
  return table;
}

Result<render::ResultTable> rejected(Workspace& workspace, Masking masking) {
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(render::ResultTable table, query_table(connection, kRejectedSql));
  if (masking == Masking::personal) {
    for (auto& row : table.rows) {
      row.back() = std::string(kMasked);
      row[6] = std::holds_alternative<std::monostate>(row[6]) ? render::Cell()
                                                              : render::Cell(std::string(kMasked));
    }
  }
  if (!table.rows.empty())
    table.notes.push_back("After the mapping is mended: clewline replay -w " + workspace.folder());
  return table;
}

Result<render::ResultTable> status(Workspace& workspace) {
  CLEW_TRY(auto connection, workspace.connect());
  StatusTable table;
  table.add("workspace", workspace.folder());
  table.add("zone", workspace.config().zone);
  table.add("region", workspace.config().region);
  table.add("configuration", workspace.config().hash.substr(0, 12));
  table.add("bytes on disk",
            render::grouped(static_cast<std::int64_t>(folder_bytes(workspace.folder()))));
  CLEW_TRY_VOID(add_counts(connection, table));
  CLEW_TRY_VOID(add_link_state(connection, workspace, table));
  CLEW_TRY_VOID(add_sources(connection, table));
  return table.take();
}

}  // namespace clewline::engine
