#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct ImportRequest {
  std::vector<std::string> files;  // paths, patterns, or "-"
  std::string mapping;             // preset or path
  std::string source;              // overrides the mapping's source name
  std::string table;               // a reference table instead of a mapping
  bool dry_run = false;
  bool keep_raw = true;
};

/// How far an import is, for a progress line.
struct ImportStep {
  std::uint64_t records = 0;
  std::uint64_t rejected = 0;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_total = 0;  // 0: unknown
  std::string file;
};

/// Called after every batch from the importing thread; false stops the import, which then leaves
/// nothing behind.
using ImportWatcher = std::function<bool(const ImportStep&)>;

/// What an import did.
struct ImportAnswer {
  render::ResultTable summary;  // one row, as DESIGN.md §16
  std::uint64_t records = 0;
  std::uint64_t rejected = 0;
  double seconds = 0;
  std::vector<std::string>
      messages;  // sentences for the person who imports: troubles of files, unread keys
};

/// Imports files into a workspace: all or nothing.
Result<ImportAnswer> import_records(Workspace& workspace, const ImportRequest& request,
                                    const ImportWatcher& watcher);

/// Makes earlier imports again from their kept bytes under their mappings as they stand; an empty
/// name means all.
Result<ImportAnswer> replay_imports(Workspace& workspace, const std::string& mapping, bool dry_run,
                                    const ImportWatcher& watcher);

/// Takes an import back, as if it had never been. Error: `not_found`.
Result<ImportAnswer> forget_import(Workspace& workspace, std::int64_t import_id);

/// Returns the folders in which mappings are looked up by name: the workspace's own, then those
/// shipped.
std::vector<std::string> mapping_folders(const std::string& workspace_folder);

/// Finds files that came into a folder and have not changed between two looks. A file that changes
/// after it was returned, because its writer only paused, is returned again.
class FolderWatch {
 public:
  explicit FolderWatch(std::string folder) : folder_(std::move(folder)) {}
  /// Returns files to import: regular, not empty, not hidden, not called like something that is
  /// still written (.part, .tmp, .filepart, .crdownload), with the size and time of the last look.
  Result<std::vector<std::string>> look();
  /// Lets files be returned again by the look after the next.
  void give_back(const std::vector<std::string>& paths);

 private:
  struct Seen {
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type changed;
    bool taken = false;
  };
  std::string folder_;
  std::map<std::string, Seen> seen_;
};

}  // namespace clewline::engine
