#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/assert.h"
#include "base/id128.h"
#include "base/time.h"
#include "store/column_type.h"
#include "store/value.h"

namespace clewline::store {

/// A text cell in DuckDB's own 16-byte layout (up to 12 bytes inside, longer ones by pointer).
struct TextCell {
  std::uint32_t length;
  char prefix[4];
  union {
    char rest[8];
    const char* pointer;
  };

  static constexpr std::uint32_t kInlineMax = 12;

  std::string_view view() const { return {length <= kInlineMax ? prefix : pointer, length}; }
  /// Makes a cell that refers to the text's memory when it is longer than 12 bytes.
  static TextCell reference(std::string_view text);
};
static_assert(sizeof(TextCell) == 16);

inline TextCell TextCell::reference(std::string_view text) {
  TextCell cell;
  cell.length = static_cast<std::uint32_t>(text.size());
  if (text.size() <= kInlineMax) {
    std::memset(cell.prefix, 0, kInlineMax);
    if (!text.empty()) std::memcpy(cell.prefix, text.data(), text.size());
  } else {
    std::memcpy(cell.prefix, text.data(), sizeof cell.prefix);
    cell.pointer = text.data();
  }
  return cell;
}

/// A 128-bit id as DuckDB stores a UUID: a signed number with the top bit flipped, low half first.
struct IdCell {
  std::uint64_t low;
  std::uint64_t flipped_high;

  static constexpr std::uint64_t kTopBit = 1ULL << 63;

  Id128 id() const { return {flipped_high ^ kTopBit, low}; }
  static IdCell of(const Id128& id) { return {id.low, id.high ^ kTopBit}; }
};
static_assert(sizeof(IdCell) == 16);

/// The place of one row's list in the child column.
struct ListEntry {
  std::uint64_t offset;
  std::uint64_t length;
};

/// Reads one column of one chunk, without calls per row. Valid until the chunk it comes from is
/// left. A row that `is_null` holds no meaningful value: look first. The typed accessors check the
/// column's type and abort when the program asks for another (our own bug).
class ColumnView {
 public:
  ColumnView(void* vector, const ColumnType& type, std::size_t rows);

  std::size_t size() const { return rows_; }
  const ColumnType& type() const { return *type_; }
  bool may_hold_nulls() const { return validity_ != nullptr; }
  bool is_null(std::size_t row) const {
    return validity_ != nullptr && ((validity_[row >> 6] >> (row & 63)) & 1) == 0;
  }

  /// Returns whole numbers of exactly T's width and sign; also DATE as int32 days, and DECIMAL's
  /// unscaled number in its storage width (up to 18 digits: int64).
  template <typename T>
  std::span<const T> ints() const {
    check_integer(sizeof(T), static_cast<T>(-1) < static_cast<T>(0));
    return {static_cast<const T*>(data_), rows_};
  }
  std::span<const bool> bools() const { return typed<bool>(Type::boolean); }
  std::span<const double> doubles() const { return typed<double>(Type::float64); }
  /// Returns TIMESTAMPTZ or TIMESTAMP as µs since 1970 UTC.
  std::span<const TimeUs> times() const;
  /// Returns VARCHAR or BLOB cells; `cells[row].view()` lives as long as this view.
  std::span<const TextCell> texts() const;
  /// Returns UUID cells; `cells[row].id()`.
  std::span<const IdCell> ids() const { return typed<IdCell>(Type::uuid); }
  std::string_view text(std::size_t row) const { return texts()[row].view(); }
  Id128 id(std::size_t row) const { return ids()[row].id(); }

  /// Returns each row's place in `child()` of a list or map.
  std::span<const ListEntry> lists() const;
  /// Returns all elements of the lists of this chunk.
  ColumnView child() const;
  /// Returns a structure's field by position, or by name (which must exist).
  ColumnView field(std::size_t position) const;
  ColumnView field(std::string_view name) const;

  /// Returns any cell as a value of its own; for answers and tests, not for millions of rows.
  Cell cell(std::size_t row) const;

 private:
  template <typename T>
  std::span<const T> typed(Type expected) const {
    CLEW_ASSERT(type_->type == expected);
    return {static_cast<const T*>(data_), rows_};
  }
  void check_integer(std::size_t bytes, bool is_signed) const;

  void* vector_;
  const ColumnType* type_;
  const void* data_;
  const std::uint64_t* validity_;
  std::size_t rows_;
};

}  // namespace clewline::store
