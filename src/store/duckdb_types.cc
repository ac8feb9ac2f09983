#include "base/assert.h"
#include "store/duckdb_internal.h"

namespace clewline::store {
namespace {

struct TypePair {
  duckdb_type theirs;
  Type ours;
};

constexpr TypePair kPlainTypes[] = {
    {DUCKDB_TYPE_BOOLEAN, Type::boolean},
    {DUCKDB_TYPE_TINYINT, Type::int8},
    {DUCKDB_TYPE_SMALLINT, Type::int16},
    {DUCKDB_TYPE_INTEGER, Type::int32},
    {DUCKDB_TYPE_BIGINT, Type::int64},
    {DUCKDB_TYPE_UTINYINT, Type::uint8},
    {DUCKDB_TYPE_USMALLINT, Type::uint16},
    {DUCKDB_TYPE_UINTEGER, Type::uint32},
    {DUCKDB_TYPE_UBIGINT, Type::uint64},
    {DUCKDB_TYPE_HUGEINT, Type::hugeint},
    {DUCKDB_TYPE_FLOAT, Type::float32},
    {DUCKDB_TYPE_DOUBLE, Type::float64},
    {DUCKDB_TYPE_VARCHAR, Type::varchar},
    {DUCKDB_TYPE_BLOB, Type::blob},
    {DUCKDB_TYPE_DATE, Type::date},
    {DUCKDB_TYPE_TIMESTAMP, Type::timestamp},
    {DUCKDB_TYPE_TIMESTAMP_TZ, Type::timestamp_tz},
    {DUCKDB_TYPE_UUID, Type::uuid},
    {DUCKDB_TYPE_ENUM, Type::enumeration},
};

ColumnType decimal_of(duckdb_logical_type type) {
  ColumnType result(Type::decimal);
  result.decimal_width = duckdb_decimal_width(type);
  result.decimal_scale = duckdb_decimal_scale(type);
  return result;
}

ColumnType structure_of(duckdb_logical_type type) {
  std::vector<std::pair<std::string, ColumnType>> fields;
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    char* name = duckdb_struct_type_child_name(type, i);
    LogicalType child(duckdb_struct_type_child_type(type, i));
    fields.emplace_back(name, type_of(child.get()));
    duckdb_free(name);
  }
  return ColumnType::structure(std::move(fields));
}

ColumnType map_of(duckdb_logical_type type) {
  LogicalType key(duckdb_map_type_key_type(type));
  LogicalType value(duckdb_map_type_value_type(type));
  ColumnType result(Type::map);
  result.children.push_back(
      ColumnType::structure({{"key", type_of(key.get())}, {"value", type_of(value.get())}}));
  return result;
}

LogicalType make_structure(const ColumnType& type) {
  std::vector<LogicalType> children;
  std::vector<duckdb_logical_type> handles;
  std::vector<const char*> names;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    children.push_back(make_type(type.children[i]));
    handles.push_back(children.back().get());
    names.push_back(type.names[i].c_str());
  }
  return LogicalType(duckdb_create_struct_type(handles.data(), names.data(), handles.size()));
}

LogicalType make_map(const ColumnType& type) {
  LogicalType key = make_type(type.children[0].children[0]);
  LogicalType value = make_type(type.children[0].children[1]);
  return LogicalType(duckdb_create_map_type(key.get(), value.get()));
}

}  // namespace

ColumnType type_of(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  for (const TypePair& pair : kPlainTypes)
    if (pair.theirs == id) return pair.ours;
  switch (id) {
    case DUCKDB_TYPE_DECIMAL: return decimal_of(type);
    case DUCKDB_TYPE_STRUCT: return structure_of(type);
    case DUCKDB_TYPE_MAP: return map_of(type);
    case DUCKDB_TYPE_LIST: {
      LogicalType child(duckdb_list_type_child_type(type));
      return ColumnType::list(type_of(child.get()));
    }
    default: return Type::other;
  }
}

LogicalType make_type(const ColumnType& type) {
  for (const TypePair& pair : kPlainTypes)
    if (pair.ours == type.type && type.type != Type::enumeration)
      return LogicalType(duckdb_create_logical_type(pair.theirs));
  switch (type.type) {
    case Type::decimal:
      return LogicalType(duckdb_create_decimal_type(type.decimal_width, type.decimal_scale));
    case Type::structure: return make_structure(type);
    case Type::map: return make_map(type);
    case Type::list: return LogicalType(duckdb_create_list_type(make_type(type.children[0]).get()));
    default: break;
  }
  CLEW_ASSERT(!"a type that can be made");
  return LogicalType(nullptr);
}

}  // namespace clewline::store
