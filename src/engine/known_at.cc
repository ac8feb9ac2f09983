#include "engine/known_at.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <vector>

#include "engine/import_environment_internal.h"
#include "engine/link.h"
#include "engine/time_option.h"
#include "ingest/import_ledger.h"

namespace clewline::engine {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kImport = "import:";
constexpr std::string_view kCopy = ".copy-";  // and the number of the process

Error copy_error(const std::string& into, const std::string& why) {
  return {ErrorCode::io, "cannot copy the workspace to " + into + ": " + why,
          "check the folder's rights and that the disk is not full"};
}

/// Copies a folder's files; where the file system can, a kept file gets a second name instead.
std::error_code share_files(const fs::path& from, const fs::path& into) {
  std::error_code failed;
  if (!fs::exists(from, failed)) return {};
  fs::copy(from, into, fs::copy_options::recursive | fs::copy_options::create_hard_links, failed);
  if (!failed) return {};
  failed.clear();
  fs::remove_all(into, failed);
  failed.clear();
  fs::copy(from, into, fs::copy_options::recursive, failed);
  return failed;
}

std::error_code copy_files(const Workspace& from, const fs::path& into) {
  std::error_code failed;
  for (const char* name : {"key", "workspace.yaml", "config"}) {
    if (!fs::exists(from.path(name))) continue;
    fs::copy(from.path(name), into / name, fs::copy_options::recursive, failed);
    if (failed) return failed;
  }
  return share_files(from.path("raw"), into / "raw");
}

std::error_code copy_database(Workspace& from, const fs::path& into) {
  const fs::path database = from.database().path();
  std::error_code failed;
  fs::copy_file(database, into / database.filename(), failed);
  const fs::path log = database.string() + ".wal";  // what a killed process left in the store's log
  if (failed || !fs::exists(log)) return failed;
  fs::copy_file(log, into / log.filename(), failed);
  return failed;
}

/// Removes the copies of processes that were killed.
void remove_orphans(const std::string& folder) {
  std::error_code ignored;
  std::vector<fs::path> orphans;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kCopy)) continue;
    const std::string digits = name.substr(kCopy.size());
    pid_t process = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), process);
    if (process > 0 && kill(process, 0) != 0 && errno == ESRCH) orphans.push_back(entry.path());
  }
  for (const fs::path& orphan : orphans) fs::remove_all(orphan, ignored);
}

Result<render::ResultTable> link_at(Workspace& workspace, TimeUs known_at) {
  CLEW_TRY_VOID(keep_known_at(workspace, known_at));
  return link(workspace, {true, format_utc(known_at)});
}

}  // namespace

Result<TimeUs> moment_of(Workspace& workspace, const std::string& text, std::string_view option) {
  if (!text.starts_with(kImport)) {
    const auto time = read_time_option(text, option);
    if (time.ok()) return *time;
    Error error = time.error();
    error.hint += ", or import:5 for the moment of an import (`clewline imports` lists them)";
    return error;
  }
  const std::string digits = text.substr(kImport.size());
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY(
      const auto rows,
      connection.query_rows("SELECT started_at FROM store.imports WHERE import_id = $1", {number}));
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || rows.empty())
    return Error{ErrorCode::not_found, "there is no import " + digits,
                 "`clewline imports -w " + workspace.folder() + "` lists them"};
  return std::get<store::TimeValue>(rows[0][0]).us;
}

Status forget_assertions_after(Workspace& workspace, TimeUs known_at) {
  CLEW_TRY(auto connection, workspace.connect());
  CLEW_TRY_VOID(connection.execute("DELETE FROM store.assertions WHERE recorded_at > $1",
                                   {store::TimeValue{known_at}}));
  return {};
}

Status keep_known_at(Workspace& workspace, TimeUs known_at) {
  const SystemClock clock;
  CLEW_TRY_VOID(ingest::keep_known_at(environment_of(workspace, clock), known_at));
  return forget_assertions_after(workspace, known_at);
}

Result<WorkspaceCopy> WorkspaceCopy::make(Workspace& from, const std::string& into) {
  std::error_code failed;
  if (fs::exists(into, failed))
    return Error{ErrorCode::conflict, into + " is there already",
                 "name a folder that is not there yet"};
  WorkspaceCopy copy(into);
  fs::create_directories(into, failed);
  if (failed) return copy_error(into, failed.message());
  if (chmod(into.c_str(), S_IRWXU) != 0) return copy_error(into, "cannot set its rights");
  failed = copy_files(from, into);
  if (!failed) failed = copy_database(from, into);
  if (failed) return copy_error(into, failed.message());
  CLEW_TRY(copy.workspace_, Workspace::open_to_write(into, {from.threads(), from.memory_limit()}));
  return copy;
}

Result<WorkspaceCopy> WorkspaceCopy::make_inside(Workspace& from) {
  remove_orphans(from.folder());
  return make(from, from.path(std::string(kCopy) + std::to_string(getpid())));
}

Result<WorkspaceCopy> WorkspaceCopy::as_known_at(Workspace& from, const std::string& as_of) {
  CLEW_TRY(const TimeUs known_at, moment_of(from, as_of, "--as-of"));
  CLEW_TRY(WorkspaceCopy copy, make_inside(from));
  CLEW_TRY_VOID(link_at(copy.workspace(), known_at));
  return copy;
}

WorkspaceCopy::WorkspaceCopy(WorkspaceCopy&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), workspace_(std::move(other.workspace_)) {}

WorkspaceCopy::~WorkspaceCopy() {
  workspace_.reset();
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

Result<render::ResultTable> link_known_at(Workspace& from, const std::string& as_of,
                                          const std::string& into) {
  CLEW_TRY(const TimeUs known_at, moment_of(from, as_of, "--as-of"));
  CLEW_TRY(WorkspaceCopy then, WorkspaceCopy::make(from, into));
  CLEW_TRY(auto table, link_at(then.workspace(), known_at));
  then.keep();
  return table;
}

}  // namespace clewline::engine
