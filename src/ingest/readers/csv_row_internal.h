#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/readers/reader_options.h"

namespace clewline::ingest {

/// What a row of a CSV file turned out to be.
enum class RowState : std::uint8_t {
  complete,
  unclosed,   // the bytes end inside a quoted cell
  malformed,  // something follows a closing quote
};

/// The extent of one row.
struct RowScan {
  RowState state = RowState::complete;
  std::size_t end = 0;    // past the last cell
  std::size_t next = 0;   // past the line end
  std::size_t cells = 0;  // counted only when `count_cells` was asked for or quotes were met
  std::size_t error_place =
      0;                    // opening quote of the unclosed cell, or what follows the closing one
  bool line_ended = false;  // a line feed was found
};

/// Whether to count the cells of rows that have no quotes.
enum class CellCount : std::uint8_t { skip, count };

/// Finds the end of the row that begins at `begin`. A quote opens a quoted cell only as its first
/// character; elsewhere it is an ordinary one.
RowScan scan_row(std::string_view text, std::size_t begin, const CsvDialect& dialect,
                 CellCount count);

/// Reads the cells of one row, one after another.
class CellReader {
 public:
  CellReader(std::string_view row, const CsvDialect& dialect) : row_(row), dialect_(dialect) {}

  struct Cell {
    std::string_view raw;      // between the delimiters, quotes included
    std::string_view content;  // between the quotes
    bool quoted = false;
    bool escaped = false;  // content holds escape characters to be removed
  };
  /// Reads the next cell; false after the last. A row of no bytes is one empty cell. Rows that are
  /// not well-formed are read as far as they make sense: an unclosed cell goes to the end, and what
  /// follows a closing quote belongs to the same raw cell.
  bool next(Cell& cell);

 private:
  void read_quoted(Cell& cell);

  std::string_view row_;
  const CsvDialect& dialect_;
  std::size_t place_ = 0;
  bool ended_ = false;
};

/// Writes the content of a quoted cell without its escapes to `out`, which has room for
/// content.size() bytes; returns how many were written.
std::size_t unescape_cell(std::string_view content, const CsvDialect& dialect, char* out);

}  // namespace clewline::ingest
