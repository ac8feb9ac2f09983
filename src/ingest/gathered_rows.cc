#include "ingest/gathered_rows.h"

#include "ingest/event_batch.h"

#include <algorithm>
#include <numeric>

namespace clewline::ingest {
namespace {

using store::ColumnView;
using store::Type;

template <typename T>
void append_numbers(const ColumnView& view, std::span<const T> values, GatheredColumn& out) {
  for (std::size_t row = 0; row < view.size(); ++row) {
    const bool present = !view.is_null(row);
    out.valid.push_back(present ? 1 : 0);
    out.numbers.push_back(present ? static_cast<std::int64_t>(values[row]) : 0);
  }
}

void append_texts(const ColumnView& view, TextArena& arena, GatheredColumn& out) {
  const auto cells = view.texts();
  for (std::size_t row = 0; row < view.size(); ++row) {
    out.texts.push_back(view.is_null(row) ? std::string_view{}
                                          : keep_text(arena, cells[row].view()));
  }
}

Status append_column(const ColumnView& view, TextArena& arena, GatheredColumn& out) {
  switch (view.type().type) {
    case Type::varchar: append_texts(view, arena, out); return {};
    case Type::timestamp:
    case Type::timestamp_tz:
      for (std::size_t row = 0; row < view.size(); ++row)
        out.times.push_back(view.is_null(row) ? kNoTime : view.times()[row]);
      return {};
    case Type::boolean: append_numbers(view, view.bools(), out); return {};
    case Type::uint8: append_numbers(view, view.ints<std::uint8_t>(), out); return {};
    case Type::int32: append_numbers(view, view.ints<std::int32_t>(), out); return {};
    case Type::uint32: append_numbers(view, view.ints<std::uint32_t>(), out); return {};
    case Type::int64:
    case Type::decimal: append_numbers(view, view.ints<std::int64_t>(), out); return {};
    case Type::uint64: append_numbers(view, view.ints<std::uint64_t>(), out); return {};
    default:
      return Error{ErrorCode::internal,
                   "a column of the mapping's SELECT has type " + view.type().to_sql(), ""};
  }
}

template <typename T>
void permute(std::vector<T>& values, const std::vector<std::uint32_t>& order) {
  if (values.empty()) return;
  std::vector<T> sorted;
  sorted.reserve(values.size());
  for (const std::uint32_t row : order) sorted.push_back(values[row]);
  values = std::move(sorted);
}

/// Brings rows into the order of their records; within a record they keep theirs.
void sort_by_record(GatheredRows& gathered) {
  const std::vector<std::int64_t>& record = gathered.columns[0].numbers;
  if (std::is_sorted(record.begin(), record.end())) return;
  std::vector<std::uint32_t> order(gathered.rows);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return record[a] < record[b]; });
  for (GatheredColumn& column : gathered.columns) {
    permute(column.texts, order);
    permute(column.times, order);
    permute(column.numbers, order);
    permute(column.valid, order);
  }
}

}  // namespace

const GatheredColumn* GatheredRows::find(const CompiledMapping& compiled, OutputColumn::Use use,
                                         int index) const {
  for (std::size_t i = 0; i < compiled.columns.size(); ++i) {
    if (compiled.columns[i].use == use && compiled.columns[i].index == index) return &columns[i];
  }
  return nullptr;
}

Result<GatheredRows> gather_rows(store::QueryResult& answer, const CompiledMapping& compiled,
                                 TextArena& arena) {
  GatheredRows gathered;
  gathered.columns.resize(compiled.columns.size());
  CLEW_ASSERT(answer.columns().size() == compiled.columns.size());
  while (true) {
    CLEW_TRY(const bool more, answer.next());
    if (!more) break;
    gathered.rows += answer.rows();
    for (std::size_t i = 0; i < gathered.columns.size(); ++i) {
      CLEW_TRY_VOID(append_column(answer.column(i), arena, gathered.columns[i]));
    }
  }
  sort_by_record(gathered);
  return gathered;
}

}  // namespace clewline::ingest
