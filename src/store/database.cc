#include "store/database.h"

#include <filesystem>
#include <map>
#include <mutex>

#include "store/duckdb_internal.h"
#include "store/lock_holder.h"

namespace clewline::store {
namespace {

/// The files this process has open. POSIX locks belong to the process, so the process must know;
/// this is the one piece of state that cannot be handed in.
struct OpenFiles {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<Instance>> instances;
};

OpenFiles& open_files() {
  static OpenFiles files;
  return files;
}

constexpr std::string_view kMemoryPath = ":memory:";

std::string canonical(const std::string& path) {
  std::error_code error;
  const auto full = std::filesystem::weakly_canonical(path, error);
  return error ? path : full.string();
}

class Config {
 public:
  Config() { duckdb_create_config(&config_); }
  ~Config() { duckdb_destroy_config(&config_); }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;

  Status set(const char* name, const std::string& value) {
    if (duckdb_set_config(config_, name, value.c_str()) == DuckDBSuccess) return {};
    return Error{ErrorCode::usage,
                 std::string("The setting ") + name + " does not accept \"" + value + "\"",
                 "Give memory as a number with a unit, e.g. 4GB, and threads as a whole number of "
                 "at least 1."};
  }
  duckdb_config get() const { return config_; }

 private:
  duckdb_config config_ = nullptr;
};

Status apply(const OpenOptions& options, Config& config) {
  CLEW_TRY_VOID(config.set("autoinstall_known_extensions", "false"));
  CLEW_TRY_VOID(config.set("autoload_known_extensions", "false"));
  CLEW_TRY_VOID(config.set("allow_community_extensions", "false"));
  CLEW_TRY_VOID(config.set("preserve_insertion_order",
                           options.row_order == RowOrder::any ? "false" : "true"));
  CLEW_TRY_VOID(
      config.set("access_mode", options.access == Access::read_only ? "READ_ONLY" : "READ_WRITE"));
  if (options.threads > 0) CLEW_TRY_VOID(config.set("threads", std::to_string(options.threads)));
  if (!options.memory_limit.empty())
    CLEW_TRY_VOID(config.set("memory_limit", options.memory_limit));
  if (!options.temp_directory.empty())
    CLEW_TRY_VOID(config.set("temp_directory", options.temp_directory));
  return {};
}

Error open_error(const std::string& path, std::string_view message) {
  if (message.find("Could not set lock") != std::string_view::npos)
    return file_in_use_error(path, find_lock_holder(path));
  Error error = make_error(message);
  error.message = "Cannot open the database " + path + ": " + error.message;
  if (message.find("not a valid DuckDB database") != std::string_view::npos) {
    error.code = ErrorCode::bad_input;
    error.hint =
        "The file is not a workspace database. Name another workspace, or make one with `clewline "
        "init`.";
  } else if (message.find("newer version") != std::string_view::npos) {
    error.code = ErrorCode::bad_input;
    error.hint = "A newer Clewline wrote this file; open it with that version.";
  } else if (message.find("WAL") != std::string_view::npos) {
    error.code = ErrorCode::io;
    error.hint =
        "The file beside it ending in .wal is damaged. Keep both files and restore the last "
        "backup, "
        "or import again into a new workspace.";
  } else if (message.find("in read-only mode") != std::string_view::npos) {
    error.code = ErrorCode::not_found;
    error.hint = "Check the path; a workspace is made with `clewline init`.";
  }
  return error;
}

Status prepare_instance(Instance& instance) {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(instance.database, &connection) != DuckDBSuccess)
    return Error{ErrorCode::io, "Cannot connect to the database " + instance.path,
                 "Close the program and open the workspace again."};
  Status registered = register_source_function(connection, instance.sources);
  duckdb_disconnect(&connection);
  return registered;
}

Result<std::shared_ptr<Instance>> open_instance(const std::string& path,
                                                const OpenOptions& options) {
  Config config;
  CLEW_TRY_VOID(apply(options, config));
  auto instance = std::make_shared<Instance>();
  instance->path = path;
  instance->access = options.access;
  char* message = nullptr;
  if (duckdb_open_ext(path.c_str(), &instance->database, config.get(), &message) != DuckDBSuccess) {
    const Error error = open_error(path, message != nullptr ? message : "no reason given");
    duckdb_free(message);
    instance->database = nullptr;
    return error;
  }
  CLEW_TRY_VOID(prepare_instance(*instance));
  return instance;
}

}  // namespace

Instance::~Instance() {
  if (database != nullptr) duckdb_close(&database);
}

InstanceUse::~InstanceUse() {
  if (instance_ == nullptr) return;
  // Closing under the lock: nobody may open the file again before it is closed.
  const std::lock_guard guard(open_files().mutex);
  instance_.reset();
}

struct Database::State {
  InstanceUse instance;
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path, const OpenOptions& options) {
  const bool in_memory = path == kMemoryPath;
  const std::string name = in_memory ? path : canonical(path);
  const std::lock_guard guard(open_files().mutex);
  auto& instances = open_files().instances;
  if (const auto known = instances.find(name); !in_memory && known != instances.end()) {
    if (auto instance = known->second.lock()) {
      if (instance->access == options.access)
        return Database(std::make_unique<State>(InstanceUse(instance)));
      return Error{ErrorCode::conflict,
                   "This program already has the file open with another kind of access: " + name,
                   "Close it first."};
    }
    instances.erase(known);
  }
  CLEW_TRY(auto instance, open_instance(name, options));
  if (!in_memory) instances.emplace(name, instance);
  return Database(std::make_unique<State>(InstanceUse(std::move(instance))));
}

const std::string& Database::path() const { return state_->instance->path; }

Result<Connection> Database::connect() {
  auto state = std::make_unique<Connection::State>(state_->instance);
  if (duckdb_connect(state->instance->database, &state->handle) != DuckDBSuccess) {
    state->handle = nullptr;
    return Error{ErrorCode::io, "Cannot connect to the database " + path(),
                 "Close the program and open the workspace again."};
  }
  Connection connection(std::move(state));
  CLEW_TRY_VOID(connection.execute("SET TimeZone = 'UTC'"));
  return connection;
}

}  // namespace clewline::store
