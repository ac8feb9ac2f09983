#include "engine/run_sql.h"

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

/// Hands the child's answer on to a writer.
class WriterSink final : public store::SqlAnswerSink {
 public:
  explicit WriterSink(render::RowWriter& writer) : writer_(writer) {}

  Status columns(std::span<const store::SqlColumn> columns) override {
    std::vector<render::Column> all;
    for (const store::SqlColumn& column : columns)
      all.push_back({column.name, kind_of_sql(column.type)});
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
