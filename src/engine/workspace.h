#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/workspace_config.h"
#include "store/database.h"

namespace clewline::engine {

/// The version of this program, as `--version` prints it.
extern const std::string_view kProgramVersion;

/// What a new workspace is made with.
struct WorkspaceCreation {
  std::string zone = "UTC";
  std::string region;
  /// A workspace or a key file whose key is taken over, so that both give one person the same id;
  /// empty: a random key.
  std::string key_from;
};

/// How the database of a workspace is opened.
struct WorkspaceOpening {
  unsigned threads = 0;      // 0: one for each core
  std::string memory_limit;  // "4GB"; empty: the store's own
};

/// An open workspace: a folder (mode 0700) with clewline.duckdb, raw/, config/, workspace.yaml and
/// `key`.
class Workspace {
 public:
  /// Makes a workspace. Errors: `conflict` when the folder already is one, `usage` for a bad zone,
  /// region or key.
  static Status create(const std::string& folder, const WorkspaceCreation& creation);
  /// Opens a workspace (several processes may read, one may write), reads its configuration and
  /// checks its key. Errors: `not_found` when the folder is none, `bad_input` for a fault in its
  /// configuration, `busy` when another process holds the database.
  static Result<Workspace> open_to_read(const std::string& folder,
                                        const WorkspaceOpening& opening = {});
  static Result<Workspace> open_to_write(const std::string& folder,
                                         const WorkspaceOpening& opening = {});

  const std::string& folder() const { return folder_; }
  /// Returns a path inside the folder.
  std::string path(std::string_view name) const;
  const WorkspaceConfig& config() const { return config_; }
  /// Returns the secret key of customer ids.
  const std::string& key() const { return key_; }
  unsigned threads() const { return threads_; }
  /// What the person allowed, e.g. "4GB"; empty: no limit was given.
  const std::string& memory_limit() const { return memory_limit_; }
  store::Database& database() { return *database_; }
  Result<store::Connection> connect() { return database_->connect(); }

 private:
  Workspace() = default;
  static Result<Workspace> open(const std::string& folder, const WorkspaceOpening& opening,
                                store::Access access);

  std::string folder_;
  WorkspaceConfig config_;
  std::string key_;
  std::string memory_limit_;
  unsigned threads_ = 1;
  std::unique_ptr<store::Database> database_;
};

/// Tells whether a folder holds a workspace.
bool is_workspace(const std::string& folder);

/// Returns the path of a workspace's database. Error: `not_found` when the folder is no workspace.
Result<std::string> database_file(const std::string& folder);

}  // namespace clewline::engine
