#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/link_result.h"
#include "store/column_insert.h"

namespace clewline::engine {

/// Collects the columns of one block of rows. `row` functions get the row's index in the
/// whole table. Columns are given in the order of the table's contract.
class BlockColumns {
 public:
  BlockColumns(std::size_t first, std::size_t last) : first_(first), rows_(last - first) {}
  BlockColumns(const BlockColumns&) = delete;
  BlockColumns& operator=(const BlockColumns&) = delete;

  std::size_t first() const { return first_; }
  std::size_t last() const { return first_ + rows_; }

  template <typename F>
  void ids(F row) {
    auto& values = id_columns_.emplace_back(rows_);
    fill(values, row);
    columns_.push_back(store::ColumnInput::ids(values));
  }
  /// Times; kNoTime is null.
  template <typename F>
  void times(F row) {
    auto& values = number_columns_.emplace_back(rows_);
    fill(values, row);
    columns_.push_back(store::ColumnInput::times(values));
  }
  template <typename F>
  void numbers(F row) {
    auto& values = number_columns_.emplace_back(rows_);
    fill(values, row);
    columns_.push_back(store::ColumnInput::ints(std::span<const std::int64_t>(values)));
  }
  /// Numbers that are null where `valid` says so.
  template <typename F, typename V>
  void numbers(F row, V valid) {
    auto& values = number_columns_.emplace_back(rows_);
    fill(values, row);
    auto& flags = flag_columns_.emplace_back(rows_);
    fill(flags, valid);
    columns_.push_back(store::ColumnInput::ints(std::span<const std::int64_t>(values), flags));
  }
  template <typename F>
  void reals(F row) {
    auto& values = real_columns_.emplace_back(rows_);
    fill(values, row);
    columns_.push_back(store::ColumnInput::doubles(values));
  }
  template <typename F>
  void flags(F row) {
    auto& values = flag_columns_.emplace_back(rows_);
    fill(values, row);
    columns_.push_back(store::ColumnInput::bools(values));
  }
  /// Numbers of a string table; 0 is null.
  template <typename F>
  void strings(const StringTable& table, F row) {
    auto& values = string_columns_.emplace_back(rows_);
    fill(values, row);
    columns_.push_back(store::ColumnInput::texts(std::span<const std::uint32_t>(values), table));
  }
  /// Enum values as their names; an empty name is null.
  template <typename E, typename F>
  void names(F row) {
    auto& values = flag_columns_.emplace_back(rows_);
    fill(values, [&row](std::size_t at) { return static_cast<std::uint8_t>(row(at)); });
    auto& names = name_lists_.emplace_back();
    for (const std::string_view name : enum_names<E>())
      names.push_back(name.empty() ? std::string_view() : name);
    columns_.push_back(store::ColumnInput::texts(std::span<const std::uint8_t>(values), names));
  }
  /// Texts given as views that outlive the block; a view without memory is null.
  template <typename F>
  void texts(F row) {
    auto& values = view_columns_.emplace_back(rows_);
    fill(values, row);
    columns_.push_back(store::ColumnInput::texts(std::span<const std::string_view>(values)));
  }

  /// Returns what was collected; it refers to this object's memory.
  store::ColumnPart part() const { return {columns_, rows_}; }

  /// Rows written out for this block only, to which columns may refer.
  std::vector<CustomerAlias> aliases;
  std::vector<const IdentityEdge*> edges;

 private:
  template <typename T, typename F>
  void fill(std::vector<T>& values, F row) {
    for (std::size_t i = 0; i < rows_; ++i) values[i] = static_cast<T>(row(first_ + i));
  }

  std::size_t first_;
  std::size_t rows_;
  std::deque<std::vector<Id128>> id_columns_;
  std::deque<std::vector<std::int64_t>> number_columns_;
  std::deque<std::vector<double>> real_columns_;
  std::deque<std::vector<std::uint8_t>> flag_columns_;
  std::deque<std::vector<std::uint32_t>> string_columns_;
  std::deque<std::vector<std::string_view>> view_columns_;
  std::deque<std::vector<std::string_view>> name_lists_;
  std::vector<store::ColumnInput> columns_;
};

/// Returns a view that means null for empty text.
inline std::string_view null_if_empty(std::string_view text) {
  return text.empty() ? std::string_view() : text;
}

}  // namespace clewline::engine
