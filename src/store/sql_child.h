#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sql_check.h"
#include "store/value.h"

namespace clewline::store {

/// The hidden first argument with which a program runs itself as the child of `run_sql_in_child`.
inline constexpr std::string_view kSqlChildArgument = "--sql-child";

/// What a child may use before it is ended.
struct SqlLimits {
  std::uint64_t memory_bytes =
      4ULL << 30;  // of address space, the program itself (about 400 MB) included
  std::chrono::seconds processor_time{120};
  std::chrono::milliseconds wall_time{60'000};
  std::uint64_t answer_bytes = 1ULL << 30;  // as sent to the parent
  unsigned threads = 2;
};

/// One user's statement to run.
struct SqlRequest {
  std::string database_path;  // not open in this process
  std::string sql;
  /// Statements of ours that run before the user's, e.g. temporary views in place of others; then
  /// views cannot be named with their schema.
  std::string prepare;
  SqlPolicy policy;
  SqlLimits limits;
  std::string program = "/proc/self/exe";  // whose main hands kSqlChildArgument to sql_child_main
  std::function<bool()> cancelled;         // asked ten times a second; may be empty
};

/// A column of the answer: its name and its SQL type.
struct SqlColumn {
  std::string name;
  std::string type;
};

/// Takes the answer as it arrives. An error ends the child.
class SqlAnswerSink {
 public:
  virtual ~SqlAnswerSink() = default;
  /// Called once, before any row.
  virtual Status columns(std::span<const SqlColumn> columns) = 0;
  /// Called for each batch; every row has a cell for each column.
  virtual Status rows(std::span<const std::vector<Cell>> rows) = 0;
};

/// Runs a user's SELECT in a child process with hard limits and hands its answer to `sink`. The
/// child checks the parse tree (`check_sql`), opens the file read-only with no access to other
/// files, settings locked. When it outgrows its limits or is killed the answer is an error
/// (`limit`) and this process goes on. Returns the number of rows.
Result<std::int64_t> run_sql_in_child(const SqlRequest& request, SqlAnswerSink& sink);

/// The child's side: reads the request from descriptor 0, writes the answer to descriptor 1. Call
/// it first in `main` when `argv[1]` is kSqlChildArgument, and return what it returns.
int sql_child_main();

}  // namespace clewline::store
