#pragma once

#include <cstdint>
#include <functional>
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

/// Finds files that came into a folder and have not changed between two looks.
class FolderWatch {
 public:
  explicit FolderWatch(std::string folder) : folder_(std::move(folder)) {}
  /// Returns files to import: regular, not hidden, of the same size as at the last look, not
  /// returned before.
  Result<std::vector<std::string>> look();

 private:
  struct Seen {
    std::string path;
    std::uintmax_t bytes = 0;
    bool taken = false;
  };
  std::string folder_;
  std::vector<Seen> seen_;
};

}  // namespace clewline::engine
