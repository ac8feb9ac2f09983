#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/time.h"
#include "ingest/readers/text_arena.h"
#include "store/chunk_appender.h"

namespace clewline::ingest {

/// Copies a text to the arena; an empty text stays a text (it is not null).
inline std::string_view keep_text(TextArena& arena, std::string_view text) {
  return text.empty() ? std::string_view("", 0) : arena.keep(text);
}

/// A column of rows to store, in one of the forms the appender takes. Texts are views into the
/// batch's arena or memory that outlives the batch.
struct RowColumn {
  enum class Kind : std::uint8_t {
    nulls,
    same,
    texts,
    times,
    whole,
    flags,
    ids,
    text_lists,
    structures
  };
  Kind kind = Kind::nulls;
  std::string same;
  std::vector<std::string_view> texts;
  std::vector<TimeUs> times;
  std::vector<std::int64_t> whole;
  std::vector<std::uint8_t> flags;
  std::vector<std::uint8_t> valid;  // of whole and flags
  std::vector<Id128> ids;
  std::vector<std::uint32_t> offsets;  // of lists: rows + 1
  std::vector<std::vector<std::string_view>>
      elements;  // of lists: one vector, or one for each field

  void make(Kind wanted, std::size_t rows);
  void set_whole(std::size_t row, std::int64_t value) {
    whole[row] = value;
    valid[row] = 1;
  }
  store::ColumnInput input() const;
  /// Keeps only the rows listed, in that order.
  void select(const std::vector<std::uint32_t>& rows);
};

/// Rows of one table, by columns in the table's order.
struct RowTable {
  std::size_t rows = 0;
  std::vector<RowColumn> columns;

  std::vector<store::ColumnInput> inputs() const;
  void select(const std::vector<std::uint32_t>& wanted);
};

}  // namespace clewline::ingest
