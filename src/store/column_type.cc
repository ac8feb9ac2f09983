#include "store/column_type.h"

#include "store/database.h"

namespace clewline::store {
namespace {

std::string_view plain_name(Type type) {
  switch (type) {
    case Type::boolean: return "BOOLEAN";
    case Type::int8: return "TINYINT";
    case Type::int16: return "SMALLINT";
    case Type::int32: return "INTEGER";
    case Type::int64: return "BIGINT";
    case Type::uint8: return "UTINYINT";
    case Type::uint16: return "USMALLINT";
    case Type::uint32: return "UINTEGER";
    case Type::uint64: return "UBIGINT";
    case Type::hugeint: return "HUGEINT";
    case Type::float32: return "FLOAT";
    case Type::float64: return "DOUBLE";
    case Type::decimal: return "DECIMAL";
    case Type::varchar: return "VARCHAR";
    case Type::blob: return "BLOB";
    case Type::date: return "DATE";
    case Type::timestamp: return "TIMESTAMP";
    case Type::timestamp_tz: return "TIMESTAMPTZ";
    case Type::uuid: return "UUID";
    case Type::list:
    case Type::structure:
    case Type::map:
    case Type::enumeration:
    case Type::other: return "";
  }
  return "";
}

std::string structure_sql(const ColumnType& type) {
  std::string sql = "STRUCT(";
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) sql += ", ";
    sql += quote_identifier(type.names[i]) + " " + type.children[i].to_sql();
  }
  return sql + ")";
}

}  // namespace

ColumnType ColumnType::list(ColumnType child) {
  ColumnType type(Type::list);
  type.children.push_back(std::move(child));
  return type;
}

ColumnType ColumnType::structure(std::vector<std::pair<std::string, ColumnType>> fields) {
  ColumnType type(Type::structure);
  for (auto& [name, field] : fields) {
    type.names.push_back(std::move(name));
    type.children.push_back(std::move(field));
  }
  return type;
}

std::string ColumnType::to_sql() const {
  switch (type) {
    case Type::decimal:
      return "DECIMAL(" + std::to_string(decimal_width) + "," + std::to_string(decimal_scale) + ")";
    case Type::list: return children[0].to_sql() + "[]";
    case Type::structure: return structure_sql(*this);
    case Type::map:
      return "MAP(" + children[0].children[0].to_sql() + ", " + children[0].children[1].to_sql() +
             ")";
    case Type::enumeration: return "ENUM";
    case Type::other: return "OTHER";
    default: return std::string(plain_name(type));
  }
}

}  // namespace clewline::store
