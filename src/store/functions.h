#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/column_view.h"
#include "store/column_writer.h"
#include "store/database.h"

namespace clewline::store {

/// The rows one call of a scalar function works on.
class FunctionInput {
 public:
  FunctionInput(std::vector<ColumnView> columns, std::size_t rows)
      : columns_(std::move(columns)), rows_(rows) {}
  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_.size(); }
  const ColumnView& column(std::size_t position) const { return columns_[position]; }
  /// Tells whether any argument of the row is null.
  bool any_null(std::size_t row) const {
    for (const ColumnView& column : columns_)
      if (column.is_null(row)) return true;
    return false;
  }

 private:
  std::vector<ColumnView> columns_;
  std::size_t rows_;
};

enum class NullHandling : std::uint8_t {
  null_in_null_out,  // rows with a null argument become null whatever the body writes (it may skip
                     // them)
  by_function,       // the body decides
};
enum class Purity : std::uint8_t { pure, changes_each_call };

/// A function of ours callable from SQL. The body is called once per chunk, from several threads at
/// once; an error ends the query and reaches its caller with code and hint. Text results:
/// `copy_text` (or `TextCell::reference` for texts of at most 12 bytes).
struct ScalarFunction {
  std::string name;
  std::vector<ColumnType> parameters;
  std::optional<ColumnType> further_parameters;  // type of any number of further arguments
  ColumnType returns;
  NullHandling nulls = NullHandling::null_in_null_out;
  Purity purity = Purity::pure;
  std::function<Status(const FunctionInput& input, ColumnWriter& output)> body;
};

/// Makes the function known to every connection of the database, until it is closed; transactions
/// begun before do not see it. Overloads differ in parameters; `conflict` when the signature is
/// taken.
Status register_function(Database& database, ScalarFunction function);

/// A column that a Source offers.
struct SourceColumn {
  std::string name;
  ColumnType type;
};

/// Where a cursor puts one batch: a writer for each wanted column, in the order of `Source::open`.
class SourceBatch {
 public:
  SourceBatch(std::span<ColumnWriter> columns) : columns_(columns) {}
  std::size_t columns() const { return columns_.size(); }
  ColumnWriter& column(std::size_t position) { return columns_[position]; }

 private:
  std::span<ColumnWriter> columns_;
};

/// One thread's walk over a source.
class SourceCursor {
 public:
  virtual ~SourceCursor() = default;
  /// Fills up to `kChunkRows` rows and returns how many; 0 ends this cursor. Texts may be given by
  /// reference: their memory must live until this cursor's next call.
  virtual Result<std::size_t> next(SourceBatch& batch) = 0;
};

/// Rows made by C++ for `FROM clew_source('name')`: read by several threads, each with its own
/// cursor; the order of rows between cursors is not kept.
class Source {
 public:
  virtual ~Source() = default;
  virtual std::vector<SourceColumn> columns() const = 0;
  virtual unsigned threads_max() const { return 1; }
  virtual std::optional<std::uint64_t> rows_estimate() const { return std::nullopt; }
  /// Opens a cursor that fills only the wanted columns (positions in `columns()`; may be empty, as
  /// for count(*)). Called once per thread, from that thread.
  virtual Result<std::unique_ptr<SourceCursor>> open(std::span<const std::size_t> wanted) = 0;
};

/// Keeps a source known under its name while it lives.
class SourceRegistration {
 public:
  struct State;
  explicit SourceRegistration(std::unique_ptr<State> state);
  SourceRegistration(SourceRegistration&&) noexcept;
  SourceRegistration& operator=(SourceRegistration&&) noexcept;
  ~SourceRegistration();

 private:
  std::unique_ptr<State> state_;
};

/// Makes `SELECT … FROM clew_source('name')` read this source on every connection of the
/// connection's database, until the registration ends. The source must outlive the registration.
/// `conflict` when the name is taken. The query reads with several threads only where its result
/// needs no order: the database was opened with `RowOrder::any`.
Result<SourceRegistration> register_source(Connection& connection, std::string name,
                                           Source& source);

}  // namespace clewline::store
