#include <algorithm>

#include "store/sql_wire_internal.h"

namespace clewline::store {
namespace {

struct CellWriter {
  WireWriter& out;
  void operator()(std::monostate) const {}
  void operator()(bool value) const { out.number(static_cast<std::uint8_t>(value)); }
  void operator()(std::int64_t value) const { out.number(value); }
  void operator()(double value) const { out.number(value); }
  void operator()(const std::string& value) const { out.text(value); }
  void operator()(TimeValue value) const { out.number(value.us); }
  void operator()(const Id128& value) const {
    out.number(value.high);
    out.number(value.low);
  }
};

template <typename T>
bool read_as(WireReader& in, Cell& cell) {
  T value{};
  if (!in.number(value)) return false;
  cell = value;
  return true;
}

}  // namespace

void WireWriter::cell(const Cell& value) {
  number(static_cast<std::uint8_t>(value.index()));
  std::visit(CellWriter{*this}, value);
}

std::string WireWriter::take(Frame kind) {
  std::string frame(1, static_cast<char>(kind));
  const auto length = static_cast<std::uint32_t>(bytes_.size());
  frame.append(reinterpret_cast<const char*>(&length), sizeof length);
  frame += bytes_;
  bytes_.clear();
  return frame;
}

bool WireReader::text(std::string& value) {
  std::uint32_t length = 0;
  if (!number(length) || bytes_.size() < length) return false;
  value.assign(bytes_.substr(0, length));
  bytes_.remove_prefix(length);
  return true;
}

bool WireReader::cell(Cell& value) {
  std::uint8_t kind = 0;
  if (!number(kind)) return false;
  switch (kind) {
    case 0: value = std::monostate{}; return true;
    case 1: {
      std::uint8_t flag = 0;
      if (!number(flag)) return false;
      value = flag != 0;
      return true;
    }
    case 2: return read_as<std::int64_t>(*this, value);
    case 3: return read_as<double>(*this, value);
    case 4: return text(value.emplace<std::string>());
    case 5: {
      TimeValue time;
      if (!number(time.us)) return false;
      value = time;
      return true;
    }
    case 6: {
      Id128 id;
      if (!number(id.high) || !number(id.low)) return false;
      value = id;
      return true;
    }
    default: return false;
  }
}

std::string encode_request(const SqlRequest& request) {
  WireWriter out;
  out.text(request.database_path);
  out.text(request.sql);
  out.text(request.prepare);
  out.number(request.limits.memory_bytes);
  out.number(static_cast<std::int64_t>(request.limits.processor_time.count()));
  out.number(request.limits.threads);
  out.number(static_cast<std::uint32_t>(request.policy.relations.size()));
  for (const std::string& relation : request.policy.relations) out.text(relation);
  return out.take(Frame::request);
}

std::optional<SqlRequest> decode_request(std::string_view payload) {
  WireReader in(payload);
  SqlRequest request;
  std::int64_t seconds = 0;
  std::uint32_t relations = 0;
  if (!in.text(request.database_path) || !in.text(request.sql) || !in.text(request.prepare) ||
      !in.number(request.limits.memory_bytes) || !in.number(seconds) ||
      !in.number(request.limits.threads) || !in.number(relations))
    return std::nullopt;
  request.limits.processor_time = std::chrono::seconds(seconds);
  for (std::uint32_t i = 0; i < relations; ++i)
    if (!in.text(request.policy.relations.emplace_back())) return std::nullopt;
  return in.at_end() ? std::optional(std::move(request)) : std::nullopt;
}

std::string encode_error(const Error& error) {
  WireWriter out;
  out.number(static_cast<std::uint8_t>(error.code));
  out.text(error.message);
  out.text(error.hint);
  return out.take(Frame::error);
}

std::optional<Error> decode_error(std::string_view payload) {
  WireReader in(payload);
  std::uint8_t code = 0;
  Error error;
  if (!in.number(code) || code > static_cast<std::uint8_t>(ErrorCode::internal) ||
      !in.text(error.message) || !in.text(error.hint))
    return std::nullopt;
  error.code = static_cast<ErrorCode>(code);
  return error;
}

std::string encode_columns(std::span<const SqlColumn> columns) {
  WireWriter out;
  out.number(static_cast<std::uint32_t>(columns.size()));
  for (const SqlColumn& column : columns) {
    out.text(column.name);
    out.text(column.type);
  }
  return out.take(Frame::columns);
}

std::optional<std::vector<SqlColumn>> decode_columns(std::string_view payload) {
  WireReader in(payload);
  std::uint32_t count = 0;
  if (!in.number(count) || count > in.left()) return std::nullopt;
  std::vector<SqlColumn> columns(count);
  for (SqlColumn& column : columns)
    if (!in.text(column.name) || !in.text(column.type)) return std::nullopt;
  return columns;
}

std::optional<std::vector<std::vector<Cell>>> decode_rows(std::string_view payload,
                                                          std::size_t columns) {
  WireReader in(payload);
  std::vector<std::vector<Cell>> rows;
  while (!in.at_end()) {
    auto& row = rows.emplace_back(columns);
    for (Cell& cell : row)
      if (!in.cell(cell)) return std::nullopt;
    if (columns == 0) return std::nullopt;
  }
  return rows;
}

}  // namespace clewline::store
