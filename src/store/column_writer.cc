#include "store/column_writer.h"

#include "store/cell_text_internal.h"
#include "store/duckdb_internal.h"

namespace clewline::store {
namespace {

duckdb_vector vector_of(void* vector) { return static_cast<duckdb_vector>(vector); }

}  // namespace

ColumnWriter::ColumnWriter(void* vector, const ColumnType& type, std::size_t capacity)
    : vector_(vector),
      type_(&type),
      data_(duckdb_vector_get_data(vector_of(vector))),
      capacity_(capacity) {}

void ColumnWriter::check_integer(std::size_t bytes, bool is_signed) const {
  CLEW_ASSERT(integer_bytes(*type_) == bytes && is_signed_integer(*type_) == is_signed);
}

std::span<TimeUs> ColumnWriter::times() {
  CLEW_ASSERT(type_->type == Type::timestamp_tz || type_->type == Type::timestamp);
  return {static_cast<TimeUs*>(data_), capacity_};
}

std::span<TextCell> ColumnWriter::texts() {
  CLEW_ASSERT(type_->type == Type::varchar || type_->type == Type::blob);
  return {static_cast<TextCell*>(data_), capacity_};
}

void ColumnWriter::copy_text(std::size_t row, std::string_view text) {
  CLEW_ASSERT(row < capacity_);
  if (text.size() <= TextCell::kInlineMax) {
    texts()[row] = TextCell::reference(text);
  } else {
    duckdb_unsafe_vector_assign_string_element_len(vector_of(vector_), row, text.data(),
                                                   text.size());
  }
}

void ColumnWriter::ensure_validity() {
  if (validity_ != nullptr) return;
  duckdb_vector_ensure_validity_writable(vector_of(vector_));
  validity_ = duckdb_vector_get_validity(vector_of(vector_));
}

void ColumnWriter::set_null(std::size_t row) {
  CLEW_ASSERT(row < capacity_);
  ensure_validity();
  validity_[row >> 6] &= ~(1ULL << (row & 63));
  if (type_->type == Type::list || type_->type == Type::map) lists()[row] = ListEntry{0, 0};
  if (type_->type != Type::structure) return;
  for (std::size_t i = 0; i < type_->children.size(); ++i) field(i).set_null(row);
}

void ColumnWriter::set_all_null(std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) set_null(row);
}

std::span<ListEntry> ColumnWriter::lists() {
  CLEW_ASSERT(type_->type == Type::list || type_->type == Type::map);
  return {static_cast<ListEntry*>(data_), capacity_};
}

ColumnWriter ColumnWriter::child(std::size_t elements) {
  CLEW_ASSERT(type_->type == Type::list || type_->type == Type::map);
  duckdb_list_vector_reserve(vector_of(vector_), elements);
  duckdb_list_vector_set_size(vector_of(vector_), elements);
  return {duckdb_list_vector_get_child(vector_of(vector_)), type_->children[0], elements};
}

ColumnWriter ColumnWriter::field(std::size_t position) {
  CLEW_ASSERT(type_->type == Type::structure && position < type_->children.size());
  return {duckdb_struct_vector_get_child(vector_of(vector_), position), type_->children[position],
          capacity_};
}

}  // namespace clewline::store
