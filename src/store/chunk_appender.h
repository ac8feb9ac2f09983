#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/result.h"
#include "base/string_table.h"
#include "base/time.h"
#include "store/column_writer.h"
#include "store/database.h"

namespace clewline::store {

/// A whole column of any length, by reference: nothing is copied until it is appended. `valid`
/// (empty, or one byte a row, 0 for null) says which rows hold a value.
class ColumnInput {
 public:
  using Valid = std::span<const std::uint8_t>;

  /// Whole numbers, converted to the width of the table's column (also DECIMAL's unscaled number,
  /// DATE's days).
  static ColumnInput ints(std::span<const std::int64_t> values, Valid valid = {});
  static ColumnInput ints(std::span<const std::int32_t> values, Valid valid = {});
  static ColumnInput ints(std::span<const std::uint32_t> values, Valid valid = {});
  static ColumnInput ints(std::span<const std::uint8_t> values, Valid valid = {});
  static ColumnInput doubles(std::span<const double> values, Valid valid = {});
  static ColumnInput bools(std::span<const std::uint8_t> values, Valid valid = {});
  /// Times; `kNoTime` is null.
  static ColumnInput times(std::span<const TimeUs> values);
  /// Ids; the zero id is null.
  static ColumnInput ids(std::span<const Id128> values);
  /// Texts; a view without memory (`data() == nullptr`) is null, an empty one is the empty text.
  static ColumnInput texts(std::span<const std::string_view> values);
  static ColumnInput texts(std::span<const std::string> values);
  /// Texts by their number in a table; number 0 is null.
  static ColumnInput texts(std::span<const std::uint32_t> numbers, const StringTable& table);
  /// Texts by code, as of an enum: `names[code]`; a name without memory is null.
  static ColumnInput texts(std::span<const std::uint8_t> codes,
                           std::span<const std::string_view> names);
  /// The same text in every row.
  static ColumnInput same_text(std::string_view text);
  /// Null in every row.
  static ColumnInput nulls();
  /// Lists: row r holds elements `offsets[r]` up to `offsets[r + 1]` of `elements` (rows + 1
  /// offsets).
  static ColumnInput lists(std::span<const std::uint32_t> offsets, ColumnInput elements,
                           Valid valid = {});
  /// Structures, a column for each field in the type's order.
  static ColumnInput structures(std::vector<ColumnInput> fields, Valid valid = {});

  /// Writes rows `first .. first + rows` to the chunk column at `out_first`.
  void write(ColumnWriter& out, std::size_t out_first, std::size_t first, std::size_t rows) const;

 private:
  enum class Kind : std::uint8_t;
  ColumnInput(Kind kind, const void* values, Valid valid)
      : kind_(kind), values_(values), valid_(valid) {}
  void write_values(ColumnWriter& out, std::size_t out_first, std::size_t first,
                    std::size_t rows) const;
  void write_lists(ColumnWriter& out, std::size_t out_first, std::size_t first,
                   std::size_t rows) const;

  Kind kind_;
  const void* values_ = nullptr;
  Valid valid_;
  const StringTable* table_ = nullptr;
  std::span<const std::string_view> names_;
  std::string_view same_;
  std::vector<ColumnInput> children_;
};

/// Appends whole columns to one table, in chunks of `kChunkRows`, inside its connection's
/// transaction (or in one of its own for each flush when none is open). Appenders on several
/// connections are separate transactions; their rows meet when each has committed.
class ChunkAppender {
 public:
  /// Opens a table for appending. With `columns`, only those are given, in that order; the others
  /// take their default. Schema "temp": a temporary table, also of a database that is only read.
  static Result<ChunkAppender> open(Connection& connection, std::string_view schema,
                                    std::string_view table,
                                    std::span<const std::string_view> columns = {});
  ChunkAppender(ChunkAppender&&) noexcept;
  ChunkAppender& operator=(ChunkAppender&&) noexcept;
  ~ChunkAppender();

  const std::vector<ColumnType>& types() const;

  /// Appends `rows` rows given as whole columns, one for each of `types()`.
  Status append(std::span<const ColumnInput> columns, std::size_t rows);

  /// Returns the writer of one column of the chunk at hand, for callers that make rows themselves.
  ColumnWriter column(std::size_t position);
  /// Appends the first `rows` rows of the chunk at hand and begins the next.
  Status append_chunk(std::size_t rows);

  /// Hands everything to the database. Without it (an error, an early return) the rows since the
  /// last flush are dropped.
  Status finish();

 private:
  struct State;
  explicit ChunkAppender(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Appends one column to a table that has no other, e.g. ids to join with.
Status append_column(Connection& connection, std::string_view schema, std::string_view table,
                     const ColumnInput& values, std::size_t rows);

}  // namespace clewline::store
