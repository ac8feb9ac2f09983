#include "engine/query_table.h"

#include <vector>

namespace clewline::engine {

render::Cell to_cell(store::Cell cell) {
  if (auto* flag = std::get_if<bool>(&cell)) return *flag;
  if (auto* whole = std::get_if<std::int64_t>(&cell)) return *whole;
  if (auto* number = std::get_if<double>(&cell)) return *number;
  if (auto* text = std::get_if<std::string>(&cell)) return std::move(*text);
  if (auto* time = std::get_if<store::TimeValue>(&cell)) return render::TimeCell{time->us};
  if (auto* id = std::get_if<Id128>(&cell)) return id->to_hex();
  return {};
}

render::ColumnKind kind_of(const store::ColumnType& type) {
  switch (type.type) {
    case store::Type::boolean: return render::ColumnKind::boolean;
    case store::Type::int8:
    case store::Type::int16:
    case store::Type::int32:
    case store::Type::int64:
    case store::Type::uint8:
    case store::Type::uint16:
    case store::Type::uint32:
    case store::Type::uint64:
    case store::Type::hugeint: return render::ColumnKind::integer;
    case store::Type::float32:
    case store::Type::float64: return render::ColumnKind::number;
    case store::Type::timestamp:
    case store::Type::timestamp_tz: return render::ColumnKind::time;
    case store::Type::list:
    case store::Type::structure:
    case store::Type::map: return render::ColumnKind::json;
    default: return render::ColumnKind::text;
  }
}

Result<std::int64_t> write_rows(store::QueryResult& result, render::RowWriter& writer) {
  std::vector<render::Column> columns;
  for (const store::ResultColumn& column : result.columns())
    columns.push_back({column.name, kind_of(column.type)});
  writer.begin(columns);
  std::vector<render::Cell> row(columns.size());
  std::int64_t rows = 0;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    std::vector<store::ColumnView> views;
    for (std::size_t c = 0; c < columns.size(); ++c) views.push_back(result.column(c));
    for (std::size_t r = 0; r < result.rows(); ++r, ++rows) {
      for (std::size_t c = 0; c < columns.size(); ++c) row[c] = to_cell(views[c].cell(r));
      writer.row(row);
    }
  }
  writer.end();
  return rows;
}

namespace {

/// Keeps the rows it is given.
class KeepingWriter final : public render::RowWriter {
 public:
  explicit KeepingWriter(render::ResultTable& table) : table_(table) {}
  void begin(std::span<const render::Column> columns) override {
    table_.columns.assign(columns.begin(), columns.end());
  }
  void row(std::span<const render::Cell> cells) override {
    table_.rows.emplace_back(cells.begin(), cells.end());
  }
  void end() override {}

 private:
  render::ResultTable& table_;
};

}  // namespace

Result<render::ResultTable> query_table(store::Connection& connection, std::string_view sql,
                                        std::initializer_list<store::Value> parameters) {
  CLEW_TRY(auto result, connection.query(sql, parameters));
  render::ResultTable table;
  KeepingWriter writer(table);
  CLEW_TRY_VOID(write_rows(result, writer));
  return table;
}

}  // namespace clewline::engine
