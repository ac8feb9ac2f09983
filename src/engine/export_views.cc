#include "engine/export_views.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "engine/closest_name.h"
#include "engine/masked_views.h"
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

/// Files written beside their places: all take them, or none is left.
class NewFiles {
 public:
  ~NewFiles() {
    std::error_code ignored;
    for (const auto& [written, path] : files_) fs::remove(written, ignored);
  }

  /// Returns where to write the file that will take the path's place.
  const std::string& add(const std::string& path) {
    files_.emplace_back(path + ".unfinished-" + std::to_string(::getpid()), path);
    return files_.back().first;
  }

  Status take_their_places() {
    for (const auto& [written, path] : files_) CLEW_TRY_VOID(to_disk(written));
    for (const auto& [written, path] : files_) {
      std::error_code failed;
      fs::rename(written, path, failed);
      if (failed)
        return Error{ErrorCode::io, "cannot replace " + path + ": " + failed.message(),
                     "move what is there away, or name another folder"};
    }
    files_.clear();
    return {};
  }

 private:
  static Status to_disk(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (synced) return {};
    return Error{ErrorCode::io, "cannot bring " + path + " to the disk",
                 "check the free space on the disk"};
  }

  std::vector<std::pair<std::string, std::string>> files_;
};

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
  CLEW_TRY(auto connection, workspace.connect());
  if (request.masking == Masking::personal) CLEW_TRY_VOID(connection.execute(masked_views()));
  render::ResultTable table;
  table.columns = {
      {"view"}, {"file"}, {"rows", ColumnKind::integer}, {"bytes", ColumnKind::integer}};
  NewFiles files;
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
