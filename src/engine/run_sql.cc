#include "engine/run_sql.h"

#include <charconv>
#include <utility>
#include <vector>

#include "engine/masked_views.h"
#include "engine/query_table.h"
#include "engine/workspace.h"
#include "model/tables.h"
#include "store/sql_child.h"

namespace clewline::engine {
namespace {

render::ColumnKind kind_of_sql(std::string_view type) {
  using render::ColumnKind;
  if (type.ends_with("]") || type.starts_with("STRUCT") || type.starts_with("MAP"))
    return ColumnKind::json;
  if (type == "BOOLEAN") return ColumnKind::boolean;
  if (type.ends_with("INT") || type == "INTEGER" || type == "UINTEGER") return ColumnKind::integer;
  if (type == "DOUBLE" || type == "FLOAT" || type.starts_with("DECIMAL")) return ColumnKind::number;
  if (type.starts_with("TIMESTAMP")) return ColumnKind::time;
  return ColumnKind::text;
}

// Types whose values Parquet can hold exactly, but a cell only as text.
std::string exact_type(std::string_view type) {
  if (type == "HUGEINT" || type == "UHUGEINT" || type == "UBIGINT") return "DECIMAL(38,0)";
  if (type.starts_with("DECIMAL") || type == "DATE" || type == "TIME") return std::string(type);
  return {};
}

/// Hands the child's answer on to a writer.
class WriterSink final : public store::SqlAnswerSink {
 public:
  explicit WriterSink(render::RowWriter& writer) : writer_(writer) {}

  Status columns(std::span<const store::SqlColumn> columns) override {
    std::vector<render::Column> all;
    for (const store::SqlColumn& column : columns)
      all.push_back({column.name, kind_of_sql(column.type), render::Audience::everybody,
                     exact_type(column.type)});
    writer_.begin(all);
    return {};
  }
  Status rows(std::span<const std::vector<store::Cell>> rows) override {
    std::vector<render::Cell> cells;
    for (const auto& row : rows) {
      cells.clear();
      for (const store::Cell& cell : row) cells.push_back(to_cell(cell));
      writer_.row(cells);
    }
    return {};
  }

 private:
  render::RowWriter& writer_;
};

// Of the child's address space, for the program itself and what the store does not count.
constexpr std::uint64_t kProgramBytes = 512ULL << 20;

// Reads a size as the store does: 500MB, 4 GB, 2GiB.
Result<std::uint64_t> memory_bytes(const std::string& size) {
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"kb", 1e3},           {"mb", 1e6},     {"gb", 1e9},
      {"tb", 1e12},          {"kib", 1024.0}, {"mib", 1048576.0},
      {"gib", 1073741824.0}, {"b", 1},        {"tib", 1099511627776.0}};
  double number = 0;
  const char* end = size.data() + size.size();
  const auto [after, failed] = std::from_chars(size.data(), end, number);
  std::string unit;
  for (const char* c = after; c != end; ++c) {
    if (*c != ' ') unit += static_cast<char>(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
  }
  for (const auto& [name, factor] : kUnits) {
    const double bytes = number * factor;
    if (failed == std::errc() && unit == name && bytes >= 1 && bytes < 1e15)
      return static_cast<std::uint64_t>(bytes);
  }
  return Error{ErrorCode::usage, "The setting memory_limit does not accept \"" + size + "\"",
               "Give memory as a number with a unit, e.g. 4GB."};
}

}  // namespace

Result<std::int64_t> run_sql(const std::string& workspace_folder, const SqlQuestion& question,
                             render::RowWriter& writer) {
  store::SqlRequest request;
  CLEW_TRY(request.database_path, database_file(workspace_folder));
  request.sql = question.sql;
  for (const ViewContract& view : view_contracts())
    request.policy.relations.emplace_back(view.name);
  if (question.masking == Masking::personal) request.prepare = masked_views();
  if (question.threads > 0) request.limits.threads = question.threads;
  if (!question.memory.empty()) {
    CLEW_TRY(const std::uint64_t bytes, memory_bytes(question.memory));
    request.limits.memory_bytes = bytes + kProgramBytes;
  }
  WriterSink sink(writer);
  CLEW_TRY(const std::int64_t rows, store::run_sql_in_child(request, sink));
  writer.end();
  return rows;
}

bool is_sql_child(int argc, const char* const* argv) {
  return argc > 1 && argv[1] == store::kSqlChildArgument;
}

int sql_child() { return store::sql_child_main(); }

}  // namespace clewline::engine
