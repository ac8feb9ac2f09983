#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/query_result.h"
#include "store/value.h"

namespace clewline::store {

enum class Access : std::uint8_t { read_write, read_only };
enum class RowOrder : std::uint8_t { any, preserved };

/// How a database is opened. All databases of ours run in UTC and never fetch extensions.
struct OpenOptions {
  unsigned threads = 0;      // 0: one for each core
  std::string memory_limit;  // "4GB"; empty: DuckDB's own (80 % of the machine)
  Access access = Access::read_write;
  std::string temp_directory;  // where larger-than-memory work spills; empty: beside the file
  RowOrder row_order =
      RowOrder::any;  // `any` lets inserts run on all threads; ORDER BY holds either way
};

class Connection;

/// One open database file, or a private one in memory (path ":memory:"). Opening a file again in
/// one process shares the open instance (two instances of one file lose commits). While it is open
/// the process must not open and close the file by other means: that would drop the operating
/// system's lock. Thread-safe.
class Database {
 public:
  /// Opens or creates the file. Fails with `busy`, naming the process, when another one holds it.
  static Result<Database> open(const std::string& path, const OpenOptions& options = {});
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// Opens a connection; it must not outlive the database.
  Result<Connection> connect();
  const std::string& path() const;

  struct State;

 private:
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// One line of work with a database: statements run one after another. A connection is used by one
/// thread at a time; only `interrupt` and `progress` may be called by others meanwhile.
class Connection {
 public:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  /// Runs one or more statements (separated by `;`) without parameters; returns the rows the last
  /// changed.
  Result<std::int64_t> execute(std::string_view sql);
  /// Runs one statement with parameters `$1`, `$2` … or `?`; returns the rows it changed.
  Result<std::int64_t> execute(std::string_view sql, std::span<const Value> parameters);
  Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Value> parameters);

  /// Runs one statement and holds its answer in memory.
  Result<QueryResult> query(std::string_view sql, std::span<const Value> parameters = {});
  Result<QueryResult> query(std::string_view sql, std::initializer_list<Value> parameters);
  /// Runs one statement whose answer is made while it is read, in bounded memory.
  Result<QueryResult> stream(std::string_view sql, std::span<const Value> parameters = {});
  Result<QueryResult> stream(std::string_view sql, std::initializer_list<Value> parameters);

  /// Returns the only cell of an answer; `not_found` when there is no row or it is null.
  Result<std::int64_t> query_int64(std::string_view sql,
                                   std::initializer_list<Value> parameters = {});
  Result<std::string> query_text(std::string_view sql,
                                 std::initializer_list<Value> parameters = {});
  /// Returns a small answer whole, row by row.
  Result<std::vector<std::vector<Cell>>> query_rows(std::string_view sql,
                                                    std::initializer_list<Value> parameters = {});

  /// Stops the running statement, which fails with `interrupted`. Callable from any thread.
  void interrupt();
  /// Returns the share done of the running statement, 0..100, where DuckDB can tell. Callable from
  /// any thread.
  std::optional<double> progress() const;

  State& state() { return *state_; }

 private:
  Result<QueryResult> run(std::string_view sql, std::span<const Value> parameters, bool streaming);

  std::unique_ptr<State> state_;
};

/// Makes the statements of its scope one unit: all or, when it is left without `commit`, nothing.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Status commit();
  Status rollback();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

/// Writes an identifier for use in SQL: always quoted, inner quotes doubled.
std::string quote_identifier(std::string_view name);
/// Writes a text literal for use in SQL where a parameter is not possible.
std::string quote_literal(std::string_view text);

}  // namespace clewline::store
