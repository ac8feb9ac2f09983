#include <cstring>
#include <limits>

#include "store/cell_text_internal.h"
#include "store/chunk_appender.h"

namespace clewline::store {

enum class ColumnInput::Kind : std::uint8_t {
  int64,
  int32,
  uint32,
  uint8,
  float64,
  boolean,
  time,
  id,
  view,
  string,
  number,
  code,
  same,
  null,
  list,
  structure,
};

ColumnInput ColumnInput::ints(std::span<const std::int64_t> values, Valid valid) {
  return {Kind::int64, values.data(), valid};
}
ColumnInput ColumnInput::ints(std::span<const std::int32_t> values, Valid valid) {
  return {Kind::int32, values.data(), valid};
}
ColumnInput ColumnInput::ints(std::span<const std::uint32_t> values, Valid valid) {
  return {Kind::uint32, values.data(), valid};
}
ColumnInput ColumnInput::ints(std::span<const std::uint8_t> values, Valid valid) {
  return {Kind::uint8, values.data(), valid};
}
ColumnInput ColumnInput::doubles(std::span<const double> values, Valid valid) {
  return {Kind::float64, values.data(), valid};
}
ColumnInput ColumnInput::bools(std::span<const std::uint8_t> values, Valid valid) {
  return {Kind::boolean, values.data(), valid};
}
ColumnInput ColumnInput::times(std::span<const TimeUs> values) {
  return {Kind::time, values.data(), {}};
}
ColumnInput ColumnInput::ids(std::span<const Id128> values) {
  return {Kind::id, values.data(), {}};
}
ColumnInput ColumnInput::texts(std::span<const std::string_view> values) {
  return {Kind::view, values.data(), {}};
}
ColumnInput ColumnInput::texts(std::span<const std::string> values) {
  return {Kind::string, values.data(), {}};
}

ColumnInput ColumnInput::texts(std::span<const std::uint32_t> numbers, const StringTable& table) {
  ColumnInput input(Kind::number, numbers.data(), {});
  input.table_ = &table;
  return input;
}

ColumnInput ColumnInput::texts(std::span<const std::uint8_t> codes,
                               std::span<const std::string_view> names) {
  ColumnInput input(Kind::code, codes.data(), {});
  input.names_ = names;
  return input;
}

ColumnInput ColumnInput::same_text(std::string_view text) {
  ColumnInput input(Kind::same, nullptr, {});
  input.same_ = text;
  return input;
}

ColumnInput ColumnInput::nulls() { return {Kind::null, nullptr, {}}; }

ColumnInput ColumnInput::lists(std::span<const std::uint32_t> offsets, ColumnInput elements,
                               Valid valid) {
  ColumnInput input(Kind::list, offsets.data(), valid);
  input.children_.push_back(std::move(elements));
  return input;
}

ColumnInput ColumnInput::structures(std::vector<ColumnInput> fields, Valid valid) {
  ColumnInput input(Kind::structure, nullptr, valid);
  input.children_ = std::move(fields);
  return input;
}

namespace {

template <typename From, typename To>
void convert(const From* from, std::span<To> to, std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i) {
    CLEW_ASSERT(std::in_range<To>(from[i]));
    to[i] = static_cast<To>(from[i]);
  }
}

template <typename From>
void write_ints(ColumnWriter& out, std::size_t out_first, const From* from, std::size_t rows) {
  const std::size_t bytes = integer_bytes(out.type());
  if (!is_signed_integer(out.type())) {
    switch (bytes) {
      case 1: return convert(from, out.ints<std::uint8_t>().subspan(out_first), rows);
      case 2: return convert(from, out.ints<std::uint16_t>().subspan(out_first), rows);
      case 4: return convert(from, out.ints<std::uint32_t>().subspan(out_first), rows);
      default: return convert(from, out.ints<std::uint64_t>().subspan(out_first), rows);
    }
  }
  switch (bytes) {
    case 1: return convert(from, out.ints<std::int8_t>().subspan(out_first), rows);
    case 2: return convert(from, out.ints<std::int16_t>().subspan(out_first), rows);
    case 4: return convert(from, out.ints<std::int32_t>().subspan(out_first), rows);
    default: return convert(from, out.ints<std::int64_t>().subspan(out_first), rows);
  }
}

void write_times(ColumnWriter& out, std::size_t out_first, const TimeUs* from, std::size_t rows) {
  const auto cells = out.times().subspan(out_first);
  std::memcpy(cells.data(), from, rows * sizeof(TimeUs));
  for (std::size_t i = 0; i < rows; ++i)
    if (from[i] == kNoTime) out.set_null(out_first + i);
}

void write_ids(ColumnWriter& out, std::size_t out_first, const Id128* from, std::size_t rows) {
  const auto cells = out.ids().subspan(out_first);
  for (std::size_t i = 0; i < rows; ++i) cells[i] = IdCell::of(from[i]);
  for (std::size_t i = 0; i < rows; ++i)
    if (from[i].is_zero()) out.set_null(out_first + i);
}

/// Writes texts by reference; `text_of(i)` gives row i's, without memory for null.
template <typename TextOf>
void write_texts(ColumnWriter& out, std::size_t out_first, std::size_t rows,
                 const TextOf& text_of) {
  const auto cells = out.texts().subspan(out_first);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string_view text = text_of(i);
    cells[i] = TextCell::reference(text);
    if (text.data() == nullptr) out.set_null(out_first + i);
  }
}

template <typename T>
const T* at(const void* values, std::size_t first) {
  return static_cast<const T*>(values) + first;
}

void write_bools(ColumnWriter& out, std::size_t out_first, const std::uint8_t* from,
                 std::size_t rows) {
  const auto cells = out.bools().subspan(out_first);
  for (std::size_t i = 0; i < rows; ++i) cells[i] = from[i] != 0;
}

}  // namespace

void ColumnInput::write_lists(ColumnWriter& out, std::size_t out_first, std::size_t first,
                              std::size_t rows) const {
  CLEW_ASSERT(out_first == 0);  // a list's child is sized once per chunk
  const auto* offsets = static_cast<const std::uint32_t*>(values_) + first;
  const auto places = out.lists();
  for (std::size_t i = 0; i < rows; ++i)
    places[i] = ListEntry{offsets[i] - offsets[0], offsets[i + 1] - offsets[i]};
  const std::size_t elements = offsets[rows] - offsets[0];
  ColumnWriter child = out.child(elements);
  children_[0].write(child, 0, offsets[0], elements);
}

void ColumnInput::write_values(ColumnWriter& out, std::size_t out_first, std::size_t first,
                               std::size_t rows) const {
  switch (kind_) {
    case Kind::int64: return write_ints(out, out_first, at<std::int64_t>(values_, first), rows);
    case Kind::int32: return write_ints(out, out_first, at<std::int32_t>(values_, first), rows);
    case Kind::uint32: return write_ints(out, out_first, at<std::uint32_t>(values_, first), rows);
    case Kind::uint8: return write_ints(out, out_first, at<std::uint8_t>(values_, first), rows);
    case Kind::float64:
      std::memcpy(&out.doubles()[out_first], at<double>(values_, first), rows * sizeof(double));
      return;
    case Kind::boolean: return write_bools(out, out_first, at<std::uint8_t>(values_, first), rows);
    case Kind::time: return write_times(out, out_first, at<TimeUs>(values_, first), rows);
    case Kind::id: return write_ids(out, out_first, at<Id128>(values_, first), rows);
    case Kind::view:
      return write_texts(
          out, out_first, rows,
          [p = at<std::string_view>(values_, first)](std::size_t i) { return p[i]; });
    case Kind::string:
      return write_texts(
          out, out_first, rows,
          [p = at<std::string>(values_, first)](std::size_t i) { return std::string_view(p[i]); });
    case Kind::number:
      return write_texts(out, out_first, rows,
                         [&, p = at<std::uint32_t>(values_, first)](std::size_t i) {
                           return p[i] == 0 ? std::string_view{} : table_->at(p[i]);
                         });
    case Kind::code:
      return write_texts(
          out, out_first, rows,
          [&, p = at<std::uint8_t>(values_, first)](std::size_t i) { return names_[p[i]]; });
    case Kind::same: return write_texts(out, out_first, rows, [&](std::size_t) { return same_; });
    case Kind::null:
    case Kind::list:
    case Kind::structure: break;
  }
}

void ColumnInput::write(ColumnWriter& out, std::size_t out_first, std::size_t first,
                        std::size_t rows) const {
  if (rows == 0 && kind_ != Kind::list) return;
  if (kind_ == Kind::list) {
    write_lists(out, out_first, first, rows);
  } else if (kind_ == Kind::structure) {
    CLEW_ASSERT(children_.size() == out.type().children.size());
    for (std::size_t i = 0; i < children_.size(); ++i) {
      ColumnWriter field = out.field(i);
      children_[i].write(field, out_first, first, rows);
    }
  } else if (kind_ == Kind::null) {
    for (std::size_t i = 0; i < rows; ++i) out.set_null(out_first + i);
  } else {
    write_values(out, out_first, first, rows);
  }
  if (valid_.empty()) return;
  for (std::size_t i = 0; i < rows; ++i)
    if (valid_[first + i] == 0) out.set_null(out_first + i);
}

}  // namespace clewline::store
