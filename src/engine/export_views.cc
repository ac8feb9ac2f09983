#include "engine/export_views.h"

#include <algorithm>
#include <filesystem>

#include "engine/closest_name.h"
#include "engine/export_event_log.h"
#include "engine/masked_views.h"
#include "engine/new_files.h"
#include "model/tables.h"

namespace clewline::engine {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kUsualViews[] = {"events",      "transactions", "interactions",
                                            "engagements", "journeys",     "customers",
                                            "identifiers"};

Status check_views(const std::vector<std::string>& views) {
  std::vector<std::string> known;
  for (const ViewContract& view : view_contracts()) known.emplace_back(view.name);
  for (const std::string& view : views) {
    if (std::find(known.begin(), known.end(), view) != known.end()) continue;
    return Error{ErrorCode::usage, "there is no view " + view,
                 did_you_mean(view, known, "docs/reference/tables.md lists them")};
  }
  return {};
}

std::string copy_options(const std::string& format) {
  if (format == "csv") return "(FORMAT csv, HEADER true)";
  if (format == "jsonl") return "(FORMAT json)";
  return "(FORMAT parquet, COMPRESSION zstd)";
}

}  // namespace

Result<render::ResultTable> export_views(Workspace& workspace, const ExportRequest& request) {
  using render::ColumnKind;
  const std::vector<std::string> views =
      request.views.empty()
          ? std::vector<std::string>(std::begin(kUsualViews), std::end(kUsualViews))
          : request.views;
  CLEW_TRY_VOID(check_views(views));
  std::error_code failed;
  fs::create_directories(request.folder, failed);
  if (failed)
    return Error{ErrorCode::io,
                 "cannot make the folder " + request.folder + ": " + failed.message(),
                 "check its parent's rights"};
  const bool is_log = request.format == "xes" || request.format == "ocel";
  if (is_log && !request.views.empty())
    return Error{ErrorCode::usage, "an event log has no views",
                 "leave --view out, or name another --format"};
  CLEW_TRY(auto connection, workspace.connect());
  if (request.masking == Masking::personal) CLEW_TRY_VOID(connection.execute(masked_views()));
  render::ResultTable table;
  table.columns = {
      {"view"}, {"file"}, {"rows", ColumnKind::integer}, {"bytes", ColumnKind::integer}};
  NewFiles files;
  if (is_log) {
    const std::string name = request.format == "xes" ? "events.xes" : "events.jsonocel";
    const std::string path = (fs::path(request.folder) / name).string();
    const std::string& unfinished = files.add(path);
    CLEW_TRY(const std::int64_t rows,
             write_event_log(connection, request.format, request.level, unfinished));
    table.rows.push_back(
        {"events", path, rows, static_cast<std::int64_t>(fs::file_size(unfinished, failed))});
    CLEW_TRY_VOID(files.take_their_places());
    return table;
  }
  for (const std::string& view : views) {
    const std::string path = (fs::path(request.folder) / (view + "." + request.format)).string();
    const std::string& unfinished = files.add(path);
    CLEW_TRY(
        const std::int64_t rows,
        connection.execute("COPY (FROM " + store::quote_identifier(view) + ") TO " +
                           store::quote_literal(unfinished) + " " + copy_options(request.format)));
    table.rows.push_back(
        {view, path, rows, static_cast<std::int64_t>(fs::file_size(unfinished, failed))});
  }
  CLEW_TRY_VOID(files.take_their_places());
  return table;
}

}  // namespace clewline::engine
