#include "store/column_view.h"

#include <algorithm>
#include <string>

#include "store/cell_text_internal.h"
#include "store/duckdb_internal.h"

namespace clewline::store {
namespace {

static_assert(sizeof(TextCell) == sizeof(duckdb_string_t));
static_assert(sizeof(IdCell) == sizeof(duckdb_hugeint));
static_assert(sizeof(ListEntry) == sizeof(duckdb_list_entry));
static_assert(offsetof(TextCell, pointer) == offsetof(duckdb_string_t, value.pointer.ptr));

duckdb_vector vector_of(void* vector) { return static_cast<duckdb_vector>(vector); }

}  // namespace

std::size_t integer_bytes(const ColumnType& type) {
  switch (type.type) {
    case Type::int8:
    case Type::uint8: return 1;
    case Type::int16:
    case Type::uint16: return 2;
    case Type::int32:
    case Type::uint32:
    case Type::date: return 4;
    case Type::int64:
    case Type::uint64: return 8;
    case Type::decimal:
      if (type.decimal_width > 18) return 16;
      return type.decimal_width > 9 ? 8 : type.decimal_width > 4 ? 4 : 2;
    default: return 0;
  }
}

bool is_signed_integer(const ColumnType& type) {
  return type.type != Type::uint8 && type.type != Type::uint16 && type.type != Type::uint32 &&
         type.type != Type::uint64;
}

ColumnView::ColumnView(void* vector, const ColumnType& type, std::size_t rows)
    : vector_(vector),
      type_(&type),
      data_(duckdb_vector_get_data(vector_of(vector))),
      validity_(duckdb_vector_get_validity(vector_of(vector))),
      rows_(rows) {}

void ColumnView::check_integer(std::size_t bytes, bool is_signed) const {
  CLEW_ASSERT(integer_bytes(*type_) == bytes && is_signed_integer(*type_) == is_signed);
}

std::span<const TimeUs> ColumnView::times() const {
  CLEW_ASSERT(type_->type == Type::timestamp_tz || type_->type == Type::timestamp);
  return {static_cast<const TimeUs*>(data_), rows_};
}

std::span<const TextCell> ColumnView::texts() const {
  CLEW_ASSERT(type_->type == Type::varchar || type_->type == Type::blob);
  return {static_cast<const TextCell*>(data_), rows_};
}

std::span<const ListEntry> ColumnView::lists() const {
  CLEW_ASSERT(type_->type == Type::list || type_->type == Type::map);
  return {static_cast<const ListEntry*>(data_), rows_};
}

ColumnView ColumnView::child() const {
  CLEW_ASSERT(type_->type == Type::list || type_->type == Type::map);
  return {duckdb_list_vector_get_child(vector_of(vector_)), type_->children[0],
          duckdb_list_vector_get_size(vector_of(vector_))};
}

ColumnView ColumnView::field(std::size_t position) const {
  CLEW_ASSERT(type_->type == Type::structure && position < type_->children.size());
  return {duckdb_struct_vector_get_child(vector_of(vector_), position), type_->children[position],
          rows_};
}

ColumnView ColumnView::field(std::string_view name) const {
  const auto found = std::find(type_->names.begin(), type_->names.end(), name);
  CLEW_ASSERT(found != type_->names.end());
  return field(static_cast<std::size_t>(found - type_->names.begin()));
}

Cell ColumnView::cell(std::size_t row) const {
  if (is_null(row)) return std::monostate{};
  switch (type_->type) {
    case Type::boolean: return bools()[row];
    case Type::int8: return std::int64_t{ints<std::int8_t>()[row]};
    case Type::int16: return std::int64_t{ints<std::int16_t>()[row]};
    case Type::int32: return std::int64_t{ints<std::int32_t>()[row]};
    case Type::int64: return ints<std::int64_t>()[row];
    case Type::uint8: return std::int64_t{ints<std::uint8_t>()[row]};
    case Type::uint16: return std::int64_t{ints<std::uint16_t>()[row]};
    case Type::uint32: return std::int64_t{ints<std::uint32_t>()[row]};
    case Type::uint64: return wide_cell(static_cast<__int128>(ints<std::uint64_t>()[row]));
    case Type::hugeint: return wide_cell(static_cast<const __int128*>(data_)[row]);
    case Type::float32: return double{static_cast<const float*>(data_)[row]};
    case Type::float64: return doubles()[row];
    case Type::decimal: return decimal_text(data_, *type_, row);
    case Type::varchar: return std::string(text(row));
    case Type::blob: return blob_text(text(row));
    case Type::date: return date_text(ints<std::int32_t>()[row]);
    case Type::timestamp:
    case Type::timestamp_tz: return TimeValue{times()[row]};
    case Type::uuid: return id(row);
    case Type::list:
    case Type::structure:
    case Type::map: return nested_text(*this, row);
    case Type::enumeration:
    case Type::other: break;
  }
  return std::string("(unreadable: cast it to VARCHAR)");
}

}  // namespace clewline::store
