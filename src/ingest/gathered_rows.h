#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ingest/mapping_compiler.h"
#include "ingest/readers/text_arena.h"
#include "store/query_result.h"

namespace clewline::ingest {

/// One column of a mapping's answer, copied out of DuckDB. A text without memory is null.
struct GatheredColumn {
  std::vector<std::string_view> texts;
  std::vector<TimeUs> times;
  std::vector<std::int64_t> numbers;  // whole numbers, unscaled decimals, flags, codes, issue bits
  std::vector<std::uint8_t> valid;    // of numbers
};

/// The answer of a mapping's SELECT over one batch, in order of record, then of rows.
struct GatheredRows {
  std::size_t rows = 0;
  std::vector<GatheredColumn> columns;  // as CompiledMapping::columns

  /// Returns the column of a use, or null.
  const GatheredColumn* find(const CompiledMapping& compiled, OutputColumn::Use use,
                             int index = 0) const;
};

/// Reads the whole answer. Texts are copied to the arena.
Result<GatheredRows> gather_rows(store::QueryResult& answer, const CompiledMapping& compiled,
                                 TextArena& arena);

}  // namespace clewline::ingest
