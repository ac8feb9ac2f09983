#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/column_view.h"

namespace clewline::store {

/// Returns the storage width of a whole-number column in bytes; 0 for other types.
std::size_t integer_bytes(const ColumnType& type);
bool is_signed_integer(const ColumnType& type);

/// Returns a whole number as a number when 64 bits hold it, else as text.
Cell wide_cell(__int128 number);
/// Writes a decimal of any storage width exactly, e.g. "-12.50".
std::string decimal_text(const void* data, const ColumnType& type, std::size_t row);
/// Writes days since 1970 as "YYYY-MM-DD".
std::string date_text(std::int32_t days);
/// Writes bytes as lower-case hexadecimal digits.
std::string blob_text(std::string_view bytes);
/// Writes a list, structure or map as JSON.
std::string nested_text(const ColumnView& column, std::size_t row);
/// Adds one value as JSON to `out`.
void add_json(std::string& out, const ColumnView& column, std::size_t row);
/// Adds a JSON string with its quotes.
void add_json_string(std::string& out, std::string_view text);

}  // namespace clewline::store
