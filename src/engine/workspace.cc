#include "engine/workspace.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/sha256.h"
#include "engine/event_type_table.h"
#include "store/migrations.h"
#include "store/settings.h"
#include "text/phone.h"
#include "text/zone.h"

namespace clewline::engine {
namespace fs = std::filesystem;

const std::string_view kProgramVersion = "0.1.0";

namespace {

constexpr std::size_t kKeyLettersMin = 16;
constexpr std::string_view kDatabaseFile = "clewline.duckdb";

Error io_error(std::string message) {
  return {ErrorCode::io, std::move(message),
          "check the folder's rights and that the disk is not full"};
}

Result<std::string> read_key(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code failed;
  if (!file && fs::exists(path, failed))
    return Error{ErrorCode::not_allowed, "no permission to read the key file " + path.string(),
                 "a workspace belongs to one user: run the command as that user, or change the "
                 "folder's rights"};
  if (!file)
    return Error{ErrorCode::not_found, "cannot read the key file " + path.string(),
                 "a workspace keeps its key in the file `key`; restore it from a backup: without "
                 "it customer ids would change"};
  std::ostringstream text;
  text << file.rdbuf();
  std::string key = text.str();
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' '))
    key.pop_back();
  if (key.size() < kKeyLettersMin) {
    return Error{ErrorCode::usage,
                 "the key in " + path.string() + " is shorter than " +
                     std::to_string(kKeyLettersMin) + " letters",
                 "use at least 32 random letters, e.g. from `openssl rand -hex 32`"};
  }
  return key;
}

Result<std::string> random_key() {
  std::array<unsigned char, 32> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return io_error("the system gave no random bytes for the workspace's key");
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string key;
  for (const unsigned char byte : bytes) {
    key += kHex[byte >> 4];
    key += kHex[byte & 15];
  }
  return key;
}

Result<std::string> make_key(const std::string& key_from) {
  if (key_from.empty()) return random_key();
  return read_key(is_workspace(key_from) ? fs::path(key_from) / "key" : fs::path(key_from));
}

Status write_key(const fs::path& path, const std::string& key) {
  const mode_t before = umask(0177);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << key << "\n";
  file.close();
  umask(before);
  if (!file) return io_error("cannot write " + path.string());
  return {};
}

// Recognises the key without giving it away: stored ids belong to exactly this key.
std::string key_check(const std::string& key) {
  return hmac_sha256(key, "clewline key check").to_hex();
}

Status check_creation(const std::string& folder, const WorkspaceCreation& creation) {
  if (is_workspace(folder))
    return Error{ErrorCode::conflict, folder + " already is a workspace",
                 "use it with -w " + folder + ", or choose another folder"};
  std::error_code failed;
  const fs::file_status status = fs::status(folder, failed);
  if (failed && status.type() != fs::file_type::not_found)
    return Error{ErrorCode::usage, "cannot make the folder " + folder + ": " + failed.message(),
                 "choose another name"};
  if (fs::exists(status) && !fs::is_directory(status))
    return Error{ErrorCode::usage, folder + " is a file",
                 "a workspace is a folder: choose another name"};
  if (const auto zone = text::Zone::find(creation.zone); !zone.ok())
    return Error{ErrorCode::usage, zone.error().message, zone.error().hint};
  const std::string& region = creation.region;
  const bool good = region.empty() ||
                    (region.size() == 2 && std::all_of(region.begin(), region.end(), [](char c) {
                       return c >= 'A' && c <= 'Z';
                     }));
  if (!good)
    return Error{ErrorCode::usage, "--region must be two capital letters, found " + region,
                 "e.g. --region DE"};
  if (!region.empty() && !text::is_phone_region(region))
    return Error{ErrorCode::usage, "no country has the code " + region,
                 "use its two letters of ISO 3166, e.g. --region DE"};
  return {};
}

Status make_database(const fs::path& path, const WorkspaceCreation& creation,
                     const std::string& key) {
  CLEW_TRY(auto database, store::Database::open(path.string()));
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY_VOID(store::migrate(connection));
  CLEW_TRY_VOID(store_event_types(connection));
  CLEW_TRY_VOID(store::set_setting(connection, "zone", creation.zone));
  CLEW_TRY_VOID(store::set_setting(connection, "region", creation.region));
  return store::set_setting(connection, "workspace_key_check", key_check(key));
}

Status check_key(store::Connection& connection, const std::string& folder, const std::string& key) {
  const auto expected =
      connection.query_text("SELECT value FROM store.settings WHERE key = 'workspace_key_check'");
  if (!expected.ok() || *expected == key_check(key)) return {};
  return Error{ErrorCode::not_allowed,
               "the file `key` of " + folder + " is not the one this workspace was made with",
               "restore it from a backup: with another key every customer id would change"};
}

Status prepare(store::Connection& connection, store::Access access, const WorkspaceConfig& config) {
  if (access == store::Access::read_only) return store::require_version(connection);
  CLEW_TRY_VOID(store::migrate(connection));
  CLEW_TRY_VOID(store_event_types(connection));
  CLEW_TRY_VOID(store::set_setting(connection, "zone", config.zone));
  return store::set_setting(connection, "region", config.region);
}

}  // namespace

bool is_workspace(const std::string& folder) {
  std::error_code ignored;
  return fs::exists(fs::path(folder) / "workspace.yaml", ignored);
}

Result<std::string> database_file(const std::string& folder) {
  if (is_workspace(folder)) return (fs::path(folder) / kDatabaseFile).string();
  return Error{
      ErrorCode::not_found, folder + " is not a workspace",
      "name one with -w FOLDER or CLEWLINE_WORKSPACE, or make it: clewline init " + folder};
}

std::string Workspace::path(std::string_view name) const {
  return (fs::path(folder_) / name).string();
}

Status Workspace::create(const std::string& folder, const WorkspaceCreation& creation) {
  CLEW_TRY_VOID(check_creation(folder, creation));
  CLEW_TRY(const std::string key, make_key(creation.key_from));
  std::error_code failed;
  fs::create_directories(fs::path(folder) / "raw", failed);
  if (failed) return io_error("cannot make the folder " + folder + ": " + failed.message());
  if (chmod(folder.c_str(), 0700) != 0) return io_error("cannot set the rights of " + folder);
  CLEW_TRY_VOID(write_key(fs::path(folder) / "key", key));
  CLEW_TRY_VOID(make_database(fs::path(folder) / kDatabaseFile, creation, key));
  return write_starter_config(folder, creation.zone, creation.region);
}

Result<Workspace> Workspace::open_to_read(const std::string& folder,
                                          const WorkspaceOpening& opening) {
  return open(folder, opening, store::Access::read_only);
}

Result<Workspace> Workspace::open_to_write(const std::string& folder,
                                           const WorkspaceOpening& opening) {
  return open(folder, opening, store::Access::read_write);
}

Result<Workspace> Workspace::open(const std::string& folder, const WorkspaceOpening& opening,
                                  store::Access access) {
  CLEW_TRY(const std::string file, database_file(folder));
  Workspace workspace;
  workspace.folder_ = folder;
  CLEW_TRY(workspace.config_, load_workspace_config(folder));
  CLEW_TRY(workspace.key_, read_key(fs::path(folder) / "key"));
  store::OpenOptions options;
  options.access = access;
  options.threads = opening.threads;
  options.memory_limit = opening.memory_limit;
  workspace.memory_limit_ = opening.memory_limit;
  workspace.threads_ =
      opening.threads > 0 ? opening.threads : std::max(1U, std::thread::hardware_concurrency());
  CLEW_TRY(auto database, store::Database::open(file, options));
  workspace.database_ = std::make_unique<store::Database>(std::move(database));
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY_VOID(prepare(connection, access, workspace.config_));
  CLEW_TRY_VOID(check_key(connection, folder, workspace.key_));
  return workspace;
}

}  // namespace clewline::engine
