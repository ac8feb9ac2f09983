#include "ingest/event_batch.h"

namespace clewline::ingest {
namespace {

template <typename T>
void keep_rows(std::vector<T>& values, const std::vector<std::uint32_t>& rows) {
  if (values.empty()) return;
  std::vector<T> kept;
  kept.reserve(rows.size());
  for (const std::uint32_t row : rows) kept.push_back(values[row]);
  values = std::move(kept);
}

}  // namespace

void RowColumn::make(Kind wanted, std::size_t rows) {
  kind = wanted;
  switch (wanted) {
    case Kind::texts: texts.assign(rows, {}); break;
    case Kind::times: times.assign(rows, kNoTime); break;
    case Kind::whole:
      whole.assign(rows, 0);
      valid.assign(rows, 0);
      break;
    case Kind::flags:
      flags.assign(rows, 0);
      valid.assign(rows, 0);
      break;
    case Kind::ids: ids.assign(rows, {}); break;
    case Kind::text_lists:
      offsets.assign(1, 0);
      elements.resize(1);
      break;
    default: break;
  }
}

store::ColumnInput RowColumn::input() const {
  using store::ColumnInput;
  switch (kind) {
    case Kind::nulls: return ColumnInput::nulls();
    case Kind::same: return ColumnInput::same_text(same);
    case Kind::texts: return ColumnInput::texts(std::span<const std::string_view>(texts));
    case Kind::times: return ColumnInput::times(times);
    case Kind::whole: return ColumnInput::ints(std::span<const std::int64_t>(whole), valid);
    case Kind::flags: return ColumnInput::bools(flags, valid);
    case Kind::ids: return ColumnInput::ids(ids);
    case Kind::text_lists:
      return ColumnInput::lists(offsets,
                                ColumnInput::texts(std::span<const std::string_view>(elements[0])));
    case Kind::structures: {
      std::vector<ColumnInput> fields;
      for (const auto& field : elements)
        fields.push_back(ColumnInput::texts(std::span<const std::string_view>(field)));
      return ColumnInput::lists(offsets, ColumnInput::structures(std::move(fields)));
    }
  }
  return ColumnInput::nulls();
}

void RowColumn::select(const std::vector<std::uint32_t>& rows) {
  keep_rows(texts, rows);
  keep_rows(times, rows);
  keep_rows(whole, rows);
  keep_rows(flags, rows);
  keep_rows(valid, rows);
  keep_rows(ids, rows);
  if (kind != Kind::text_lists && kind != Kind::structures) return;
  std::vector<std::uint32_t> new_offsets = {0};
  std::vector<std::vector<std::string_view>> new_elements(elements.size());
  for (const std::uint32_t row : rows) {
    for (std::size_t field = 0; field < elements.size(); ++field) {
      new_elements[field].insert(new_elements[field].end(), elements[field].begin() + offsets[row],
                                 elements[field].begin() + offsets[row + 1]);
    }
    new_offsets.push_back(new_offsets.back() + offsets[row + 1] - offsets[row]);
  }
  offsets = std::move(new_offsets);
  elements = std::move(new_elements);
}

std::vector<store::ColumnInput> RowTable::inputs() const {
  std::vector<store::ColumnInput> all;
  all.reserve(columns.size());
  for (const RowColumn& column : columns) all.push_back(column.input());
  return all;
}

void RowTable::select(const std::vector<std::uint32_t>& wanted) {
  for (RowColumn& column : columns) column.select(wanted);
  rows = wanted.size();
}

}  // namespace clewline::ingest
