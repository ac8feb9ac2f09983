#include "engine/import.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "engine/import_environment_internal.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace fs = std::filesystem;
namespace {

render::ResultTable summary_table(const ingest::ImportSummary& summary) {
  using render::ColumnKind;
  render::ResultTable table;
  table.single = true;
  std::vector<render::Cell> row;
  const std::pair<const char*, std::uint64_t> counts[] = {
      {"records", summary.records}, {"accepted", summary.accepted},
      {"updated", summary.updated}, {"duplicates", summary.duplicates},
      {"skipped", summary.skipped}, {"rejected", summary.rejected},
      {"events", summary.events},   {"issues", summary.issues}};
  for (const auto& [name, value] : counts) {
    table.columns.push_back({name, ColumnKind::integer});
    row.emplace_back(static_cast<std::int64_t>(value));
  }
  table.columns.push_back(render::seconds_column("seconds"));
  row.push_back(render::seconds_cell(summary.seconds));
  table.columns.push_back({"import_id", ColumnKind::integer, render::Audience::machines});
  row.emplace_back(summary.import_id);
  table.columns.push_back({"mapping", ColumnKind::text, render::Audience::machines});
  row.emplace_back(summary.mapping);
  table.rows.push_back(std::move(row));
  return table;
}

void add_file_messages(const ingest::ImportSummary& summary, std::vector<std::string>& messages) {
  for (const ingest::ImportedFile& file : summary.files) {
    if (!file.trouble.empty()) messages.push_back(file.name + ": " + file.trouble);
    if (file.seen_before) messages.push_back(file.name + ": these very bytes were imported before");
  }
}

void add_unread_keys(const ingest::ImportSummary& summary, std::vector<std::string>& messages) {
  constexpr std::size_t kKeysShown = 20;
  const auto& unread = summary.unmapped.unread;
  if (unread.empty()) return;
  messages.push_back(render::counted(static_cast<std::int64_t>(unread.size()), "key") +
                     " of the source that the mapping does not read:");
  for (std::size_t i = 0; i < std::min(unread.size(), kKeysShown); ++i) {
    messages.push_back("  " + unread[i].path + " (" +
                       render::grouped(static_cast<std::int64_t>(unread[i].count)) + ")");
  }
  if (unread.size() > kKeysShown)
    messages.push_back("  … " + std::to_string(unread.size() - kKeysShown) + " more");
}

// Hidden, or named as programs name a file that they are still writing.
bool is_unfinished(const fs::path& path) {
  const std::string ending = path.extension().string();
  return path.filename().string().starts_with(".") || ending == ".part" || ending == ".tmp" ||
         ending == ".filepart" || ending == ".crdownload";
}

}  // namespace

ingest::ImportEnvironment environment_of(Workspace& workspace, const Clock& clock) {
  return {workspace.database(),
          workspace.path("raw"),
          ingest::MappingFolders{mapping_folders(workspace.folder())},
          ingest::WorkspaceDefaults{workspace.config().zone, workspace.config().region},
          clock,
          workspace.threads(),
          {}};
}

ImportAnswer answer_of(const ingest::ImportSummary& summary, const std::string& folder) {
  ImportAnswer answer;
  answer.summary = summary_table(summary);
  answer.records = summary.records;
  answer.rejected = summary.rejected;
  answer.seconds = summary.seconds;
  answer.messages = summary.notes;
  add_file_messages(summary, answer.messages);
  add_unread_keys(summary, answer.messages);
  if (summary.rejected > 0 && summary.import_id > 0)
    answer.messages.push_back("Why records were rejected: clewline rejected -w " + folder);
  return answer;
}

ingest::ImportObserver observer_of(const ImportWatcher& watcher) {
  if (!watcher) return {};
  return [&watcher](const ingest::ImportProgress& progress) {
    return watcher({progress.records, progress.rejected, progress.bytes, progress.bytes_total,
                    std::string(progress.file)});
  };
}

std::vector<std::string> mapping_folders(const std::string& workspace_folder) {
  std::vector<std::string> folders = {(fs::path(workspace_folder) / "mappings").string()};
  if (const char* named = std::getenv("CLEWLINE_MAPPINGS"); named != nullptr && *named != '\0')
    folders.emplace_back(named);
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (!failed)
    folders.push_back(
        (program.parent_path().parent_path() / "share" / "clewline" / "mappings").string());
  return folders;
}

Result<ImportAnswer> import_records(Workspace& workspace, const ImportRequest& request,
                                    const ImportWatcher& watcher) {
  const SystemClock clock;
  const auto environment = environment_of(workspace, clock);
  ingest::ImportOptions options;
  options.files = request.files;
  options.mapping = request.mapping;
  options.source = request.source;
  options.table = request.table;
  options.dry_run = request.dry_run;
  options.keep_raw = request.keep_raw;
  CLEW_TRY(const auto summary, ingest::import_files(environment, options, observer_of(watcher)));
  return answer_of(summary, workspace.folder());
}

Result<std::vector<std::string>> FolderWatch::look() {
  std::error_code failed;
  fs::directory_iterator entries(folder_, failed);
  if (failed)
    return Error{ErrorCode::not_found, "cannot look into " + folder_ + ": " + failed.message(),
                 "name a folder that exists"};
  std::vector<std::string> ready;
  for (const fs::directory_entry& entry : entries) {
    if (!entry.is_regular_file(failed) || is_unfinished(entry.path())) continue;
    Seen now{entry.file_size(failed), {}, false};
    if (!failed) now.changed = entry.last_write_time(failed);
    if (failed || now.bytes == 0) continue;
    const std::string path = entry.path().string();
    const auto [known, is_new] = seen_.emplace(path, now);
    if (is_new) continue;
    const bool still = known->second.bytes == now.bytes && known->second.changed == now.changed;
    if (still && known->second.taken) continue;
    now.taken = still;
    known->second = now;
    if (still) ready.push_back(path);
  }
  std::sort(ready.begin(), ready.end());
  return ready;
}

void FolderWatch::give_back(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) seen_.erase(path);
}

}  // namespace clewline::engine
