#include <algorithm>
#include <array>
#include <span>

#include "ingest/expression.h"
#include "ingest/expression_functions.h"

namespace clewline::ingest {
namespace {

struct AllowedFunction {
  std::string_view name;
  ValueType result;
};

constexpr std::string_view kForms[] = {
    "ts",  "number", "decimal", "integer", "duration_ms", "ms_between", "plus_ms", "enum",
    "key", "lookup", "index",   "item",    "json",        "url_decode", "field"};

using enum ValueType;

// Scalar and deterministic: no clock, chance, settings, files, catalog.
constexpr AllowedFunction kFunctions[] = {
    {"abs", number},
    {"ceil", number},
    {"ceiling", number},
    {"floor", number},
    {"round", number},
    {"trunc", number},
    {"sign", number},
    {"greatest", unknown},
    {"least", unknown},
    {"mod", number},
    {"coalesce", unknown},
    {"nullif", unknown},
    {"ifnull", unknown},
    {"if", unknown},
    {"concat", text},
    {"concat_ws", text},
    {"length", number},
    {"strlen", number},
    {"len", number},
    {"lower", text},
    {"upper", text},
    {"lcase", text},
    {"ucase", text},
    {"trim", text},
    {"ltrim", text},
    {"rtrim", text},
    {"lpad", text},
    {"rpad", text},
    {"left", text},
    {"right", text},
    {"substr", text},
    {"substring", text},
    {"replace", text},
    {"reverse", text},
    {"split_part", text},
    {"strpos", number},
    {"instr", number},
    {"position", number},
    {"contains", boolean},
    {"starts_with", boolean},
    {"prefix", boolean},
    {"ends_with", boolean},
    {"suffix", boolean},
    {"regexp_matches", boolean},
    {"regexp_full_match", boolean},
    {"regexp_extract", text},
    {"regexp_replace", text},
    {"translate", text},
    {"repeat", text},
    {"like_escape", boolean},
    {"not_like_escape", boolean},
    {"ilike_escape", boolean},
    {"chr", text},
    {"ascii", number},
    {"md5", text},
    {"hex", text},
    {"epoch_ms", number},
    {"epoch_us", number},
    {"epoch", number},
    {"date_part", number},
    {"date_trunc", time},
    {"date_diff", number},
    {"to_microseconds", interval},
    {"to_milliseconds", interval},
    {"to_seconds", interval},
    {"to_minutes", interval},
    {"to_hours", interval},
    {"to_days", interval},
    {"json_extract_string", text},
    {"json_array_length", number},
    {"json_valid", boolean},
    {"string_split", unknown},
    {"str_split", unknown},
    {"list_extract", unknown},
    {"array_extract", unknown},
    {"is_nan", boolean},
    {"isnan", boolean},
};

constexpr AllowedFunction kOperators[] = {
    {"+", unknown},   {"-", unknown},   {"*", number},     {"/", number},
    {"//", number},   {"%", number},    {"||", text},      {"~~", boolean},
    {"!~~", boolean}, {"~~*", boolean}, {"!~~*", boolean},
};

const AllowedFunction* find(std::span<const AllowedFunction> list, std::string_view name) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const AllowedFunction& row) { return row.name == name; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

bool is_form(std::string_view function) {
  return std::find(std::begin(kForms), std::end(kForms), function) != std::end(kForms);
}

bool is_allowed_function(std::string_view function) {
  return find(kFunctions, function) != nullptr;
}

bool is_allowed_operator(std::string_view name) { return find(kOperators, name) != nullptr; }

std::vector<std::string_view> callable_names() {
  std::vector<std::string_view> names(std::begin(kForms), std::end(kForms));
  for (const AllowedFunction& row : kFunctions) names.push_back(row.name);
  return names;
}

ValueType function_result(std::string_view function) {
  if (const AllowedFunction* row = find(kFunctions, function)) return row->result;
  if (const AllowedFunction* row = find(kOperators, function)) return row->result;
  return unknown;
}

std::string_view allowed_cast_type(std::string_view type) {
  constexpr std::array<std::string_view, 16> kTypes = {
      "BOOLEAN",  "TINYINT", "SMALLINT", "INTEGER", "BIGINT",  "HUGEINT", "UTINYINT", "USMALLINT",
      "UINTEGER", "UBIGINT", "FLOAT",    "DOUBLE",  "VARCHAR", "DATE",    "TIME",     "INTERVAL"};
  const auto found = std::find(kTypes.begin(), kTypes.end(), type);
  return found == kTypes.end() ? std::string_view{} : *found;
}

}  // namespace clewline::ingest
