#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "render/result_table.h"
#include "render/style.h"

namespace clewline::render {

/// Takes the bytes of an answer, in order. The caller writes them somewhere; render never does.
using Sink = std::function<void(std::string_view)>;

/// How an answer is written.
struct RowStyle {
  Format format = Format::table;
  Style style;                     // colours of tables
  std::size_t terminal_width = 0;  // 0: not a terminal, tables are as wide as they are
  std::size_t rows_max = 0;   // rows a table shows before it says how many more there are; 0: all
  bool single = false;        // one row, one JSON object
  bool for_terminal = false;  // CSV, TSV: control characters become visible escapes
  bool formula_safe =
      false;  // CSV, TSV: a leading = + - @ of a text gets an apostrophe, for spreadsheets
};

/// Writes an answer row by row: `begin` once, any number of `row`, `end` once. Machine formats
/// write as they go; tables keep the rows they show, because widths depend on them.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void begin(std::span<const Column> columns) = 0;
  virtual void row(std::span<const Cell> cells) = 0;
  virtual void end() = 0;
};

/// Makes the writer of a format; it hands its bytes to `sink`, which must outlive it.
std::unique_ptr<RowWriter> make_row_writer(const RowStyle& style, const Sink& sink);

/// Writes a whole answer, notes included where the format is for people.
void write_table(const ResultTable& table, RowStyle style, const Sink& sink);

/// As text, for messages and tests.
std::string table_text(const ResultTable& table, const RowStyle& style);

}  // namespace clewline::render
