#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/id128.h"
#include "base/time.h"
#include "store/column_type.h"
#include "store/column_view.h"

namespace clewline::store {

/// Rows in one chunk, DuckDB's vector size.
inline constexpr std::size_t kChunkRows = 2048;

/// Fills one column of one chunk, without calls per row: take the span and write. A chunk begins
/// with every row valid and its values undefined; write each row's value or `set_null` it.
class ColumnWriter {
 public:
  ColumnWriter(void* vector, const ColumnType& type, std::size_t capacity);

  std::size_t capacity() const { return capacity_; }
  const ColumnType& type() const { return *type_; }

  /// Returns the cells of whole numbers of exactly T's width and sign (DATE: int32 days).
  template <typename T>
  std::span<T> ints() {
    check_integer(sizeof(T), static_cast<T>(-1) < static_cast<T>(0));
    return {static_cast<T*>(data_), capacity_};
  }
  std::span<bool> bools() { return typed<bool>(Type::boolean); }
  std::span<double> doubles() { return typed<double>(Type::float64); }
  std::span<TimeUs> times();
  /// Returns the cells of a UUID column; write `IdCell::of(id)`.
  std::span<IdCell> ids() { return typed<IdCell>(Type::uuid); }
  /// Returns the cells of a VARCHAR or BLOB column; write `TextCell::reference(text)`. The memory
  /// behind longer texts must live until the chunk is consumed. VARCHAR must be valid UTF-8.
  std::span<TextCell> texts();
  /// Writes a text whose memory need not outlive the call.
  void copy_text(std::size_t row, std::string_view text);

  void set_null(std::size_t row);
  void set_all_null(std::size_t rows);

  /// Returns the places of a list column's rows in `child`; write offset and length of every row.
  std::span<ListEntry> lists();
  /// Makes room for `elements` in the child column in all, and returns it. Call once per chunk.
  ColumnWriter child(std::size_t elements);
  /// Returns a structure's field by position.
  ColumnWriter field(std::size_t position);

 private:
  template <typename T>
  std::span<T> typed(Type expected) {
    CLEW_ASSERT(type_->type == expected);
    return {static_cast<T*>(data_), capacity_};
  }
  void check_integer(std::size_t bytes, bool is_signed) const;
  void ensure_validity();

  void* vector_;
  const ColumnType* type_;
  void* data_;
  std::uint64_t* validity_ = nullptr;
  std::size_t capacity_;
};

}  // namespace clewline::store
