#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clewline::store {

/// The SQL types a column may have. `other` is a type this module does not move itself (cast it in
/// SQL).
enum class Type : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  hugeint,
  float32,
  float64,
  decimal,
  varchar,
  blob,
  date,
  timestamp,     // µs, no zone
  timestamp_tz,  // µs, UTC: every *_at column
  uuid,
  list,       // one child
  structure,  // named children
  map,        // stored as a list of {key, value}: one child, a structure
  enumeration,
  other,
};

/// A column's type: `children` and `names` only for list, map and structure.
struct ColumnType {
  Type type = Type::other;
  std::uint8_t decimal_width = 0;
  std::uint8_t decimal_scale = 0;
  std::vector<ColumnType> children;
  std::vector<std::string> names;

  ColumnType() = default;
  ColumnType(Type plain) : type(plain) {}
  static ColumnType list(ColumnType child);
  static ColumnType structure(std::vector<std::pair<std::string, ColumnType>> fields);

  bool operator==(const ColumnType&) const = default;
  /// Writes the type as SQL, e.g. "STRUCT(kind VARCHAR, value VARCHAR)[]".
  std::string to_sql() const;
};

}  // namespace clewline::store
