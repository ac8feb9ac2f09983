#include <charconv>
#include <cmath>
#include <limits>

#include "store/cell_text_internal.h"

namespace clewline::store {
namespace {

std::string wide_text(__int128 number) {
  if (number == 0) return "0";
  const bool negative = number < 0;
  auto magnitude = static_cast<unsigned __int128>(number);
  if (negative) magnitude = ~magnitude + 1;
  std::string digits;
  for (; magnitude > 0; magnitude /= 10)
    digits.insert(digits.begin(), static_cast<char>('0' + magnitude % 10));
  return negative ? "-" + digits : digits;
}

__int128 unscaled(const void* data, const ColumnType& type, std::size_t row) {
  switch (integer_bytes(type)) {
    case 2: return static_cast<const std::int16_t*>(data)[row];
    case 4: return static_cast<const std::int32_t*>(data)[row];
    case 8: return static_cast<const std::int64_t*>(data)[row];
    default: return static_cast<const __int128*>(data)[row];
  }
}

void add_list(std::string& out, const ColumnView& column, std::size_t row) {
  const ListEntry entry = column.lists()[row];
  const ColumnView child = column.child();
  out += '[';
  for (std::uint64_t i = 0; i < entry.length; ++i) {
    if (i > 0) out += ',';
    add_json(out, child, entry.offset + i);
  }
  out += ']';
}

void add_structure(std::string& out, const ColumnView& column, std::size_t row) {
  out += '{';
  for (std::size_t i = 0; i < column.type().children.size(); ++i) {
    if (i > 0) out += ',';
    add_json_string(out, column.type().names[i]);
    out += ':';
    add_json(out, column.field(i), row);
  }
  out += '}';
}

void add_map(std::string& out, const ColumnView& column, std::size_t row) {
  const ListEntry entry = column.lists()[row];
  const ColumnView keys = column.child().field(std::size_t{0});
  const ColumnView values = column.child().field(std::size_t{1});
  out += '{';
  for (std::uint64_t i = 0; i < entry.length; ++i) {
    if (i > 0) out += ',';
    std::string key;
    add_json(key, keys, entry.offset + i);
    if (key.starts_with('"')) {
      out += key;
    } else {
      add_json_string(out, key);
    }
    out += ':';
    add_json(out, values, entry.offset + i);
  }
  out += '}';
}

struct JsonCell {
  std::string& out;
  void operator()(std::monostate) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { out += std::to_string(value); }
  void operator()(double value) const {
    if (!std::isfinite(value)) {
      out += "null";
      return;
    }
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
  }
  void operator()(const std::string& value) const { add_json_string(out, value); }
  void operator()(TimeValue value) const { add_json_string(out, format_utc(value.us)); }
  void operator()(const Id128& value) const { add_json_string(out, value.to_hex()); }
};

}  // namespace

Cell wide_cell(__int128 number) {
  if (number >= std::numeric_limits<std::int64_t>::min() &&
      number <= std::numeric_limits<std::int64_t>::max())
    return static_cast<std::int64_t>(number);
  return wide_text(number);
}

std::string decimal_text(const void* data, const ColumnType& type, std::size_t row) {
  const __int128 number = unscaled(data, type, row);
  std::string digits = wide_text(number < 0 ? -number : number);
  const std::size_t scale = type.decimal_scale;
  if (scale > 0) {
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, 1, '.');
  }
  return number < 0 ? "-" + digits : digits;
}

std::string date_text(std::int32_t days) {
  return format_utc(static_cast<TimeUs>(days) * kUsPerDay).substr(0, 10);
}

std::string blob_text(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    text += kDigits[(static_cast<unsigned char>(byte) >> 4) & 15];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

void add_json_string(std::string& out, std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out += '\\';
      out += character;
    } else if (character == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += character;
    }
  }
  out += '"';
}

void add_json(std::string& out, const ColumnView& column, std::size_t row) {
  if (column.is_null(row)) {
    out += "null";
    return;
  }
  switch (column.type().type) {
    case Type::list: return add_list(out, column, row);
    case Type::structure: return add_structure(out, column, row);
    case Type::map: return add_map(out, column, row);
    case Type::decimal: out += std::get<std::string>(column.cell(row)); return;
    default: std::visit(JsonCell{out}, column.cell(row));
  }
}

std::string nested_text(const ColumnView& column, std::size_t row) {
  std::string text;
  add_json(text, column, row);
  return text;
}

}  // namespace clewline::store
