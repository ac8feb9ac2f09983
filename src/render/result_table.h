#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

namespace clewline::render {

/// A time as a cell; written out so that it is not taken for a number.
struct TimeCell {
  TimeUs us = 0;
  auto operator<=>(const TimeCell&) const = default;
};

/// One cell: null, bool, whole number, number, text or time.
using Cell = std::variant<std::monostate, bool, std::int64_t, double, std::string, TimeCell>;

/// What a column holds. `json` is text that already is JSON (lists, structures): embedded in JSON,
/// quoted elsewhere. Text in a column of numbers is an exact decimal and written without quotes.
enum class ColumnKind : std::uint8_t { text, integer, number, boolean, time, json };

/// Who needs a column: tables for people leave out those that only programs need.
enum class Audience : std::uint8_t { everybody, machines };

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::text;
  Audience audience = Audience::everybody;
  /// The SQL type in which Parquet keeps the values exactly; empty: the usual one of the kind.
  std::string sql_type = {};
  /// Digits after the point that people are shown; machine formats say the whole number.
  std::optional<int> decimals = {};
};

/// An answer of rows. `single` answers are one row and become one JSON object, not a list.
struct ResultTable {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  bool single = false;
  /// Sentences for a person, printed below a table; machine formats leave them out.
  std::vector<std::string> notes;
};

/// Output formats of rows. Parquet and Arrow are binary and written by the store.
enum class Format : std::uint8_t { table, json, jsonl, csv, tsv, markdown };

}  // namespace clewline::render
