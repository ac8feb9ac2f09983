#pragma once

#include <duckdb.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/column_type.h"
#include "store/database.h"
#include "store/query_result.h"

namespace clewline::store {

class Source;

/// Owns a DuckDB type.
class LogicalType {
 public:
  explicit LogicalType(duckdb_logical_type type) : type_(type) {}
  LogicalType(LogicalType&& other) noexcept : type_(std::exchange(other.type_, nullptr)) {}
  LogicalType& operator=(LogicalType&&) = delete;
  ~LogicalType() {
    if (type_ != nullptr) duckdb_destroy_logical_type(&type_);
  }
  duckdb_logical_type get() const { return type_; }

 private:
  duckdb_logical_type type_;
};

/// Describes a DuckDB type in ours; types this module does not move become `Type::other`.
ColumnType type_of(duckdb_logical_type type);
/// Makes the DuckDB type of one of ours. Enumerations and `other` cannot be made (an assertion).
LogicalType make_type(const ColumnType& type);

/// Turns a DuckDB error into ours: code by kind, hint by kind; errors that a function or source of
/// ours raised come back as they were raised (`pack_error`).
Error make_error(duckdb_error_type type, std::string_view message);
/// As above for messages that begin with their kind ("IO Error: …").
Error make_error(std::string_view message);
/// Writes an error as the text that DuckDB carries through a query to `make_error`.
std::string pack_error(const Error& error);

/// The sources that `clew_source` finds by name, and the functions registered, by signature.
struct SourceTable {
  std::mutex mutex;
  std::map<std::string, Source*> sources;
  std::set<std::string> functions;
};

/// Makes `clew_source` known to the connection's database; once, when it is opened.
Status register_source_function(duckdb_connection connection,
                                const std::shared_ptr<SourceTable>& table);

/// One open database file of this process.
struct Instance {
  std::string path;
  Access access = Access::read_write;
  duckdb_database database = nullptr;
  std::shared_ptr<SourceTable> sources = std::make_shared<SourceTable>();
  ~Instance();
};

/// Counts as one use of an instance; the last one closes the file.
class InstanceUse {
 public:
  explicit InstanceUse(std::shared_ptr<Instance> instance) : instance_(std::move(instance)) {}
  InstanceUse(const InstanceUse&) = default;
  InstanceUse(InstanceUse&&) noexcept = default;
  InstanceUse& operator=(const InstanceUse&) = delete;
  ~InstanceUse();
  Instance& operator*() const { return *instance_; }
  Instance* operator->() const { return instance_.get(); }

 private:
  std::shared_ptr<Instance> instance_;
};

struct Connection::State {
  InstanceUse instance;
  duckdb_connection handle = nullptr;
  explicit State(InstanceUse use) : instance(std::move(use)) {}
  ~State();
};

}  // namespace clewline::store
