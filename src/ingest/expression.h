#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/mapping.h"
#include "store/database.h"

namespace clewline::ingest {

/// A node of a checked SQL expression: only what the gate lets through.
struct Expression {
  enum class Kind : std::uint8_t {
    column,    // names
    constant,  // name: the literal as SQL; text: its value when it is a text
    call,      // name, children; arguments named `near := …` keep their name in `argument`
    binary,    // name: an operator; one or two children
    compare,   // name: an operator
    logical,   // name: AND, OR
    negation,  // NOT
    is_null,
    is_not_null,
    in,  // first child among the others
    not_in,
    branches,  // CASE: when, then, when, then …, else
    between,   // value, low, high
    cast,      // name: SQL type; always TRY_CAST
    element,   // child at an index: array, index
    member,    // field of a structure: base, name as text constant
  };
  Kind kind = Kind::constant;
  std::string name;
  std::string text;
  bool is_text = false;
  bool is_null_constant = false;
  std::vector<std::string> names;
  std::vector<Expression> children;
  std::string argument;
  int position = -1;  // offset in the expression's text; -1: unknown
};

/// Parses one expression with DuckDB's own parser (json_serialize_sql; nothing runs) and lets
/// through only scalar, deterministic nodes and functions on the allow-list. Fails with the place
/// in the mapping file.
Result<Expression> parse_expression(store::Connection& parser, const ExpressionText& source);

/// Tells whether a function is a form of the mapping language, rewritten by the compiler.
bool is_form(std::string_view function);

/// What values a function of the allow-list gives.
enum class ValueType : std::uint8_t { unknown, text, number, boolean, time, interval };

/// Returns the result type of an allowed DuckDB function.
ValueType function_result(std::string_view function);

}  // namespace clewline::ingest
