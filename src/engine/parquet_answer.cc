#include "engine/parquet_answer.h"

#include <optional>
#include <string>
#include <vector>

#include "engine/scratch_file.h"
#include "render/cell_text.h"
#include "store/chunk_appender.h"
#include "store/database.h"

namespace clewline::engine {
namespace {

// The type in which a column waits for the file; those without a cell of their own wait as text.
std::string_view type_of(const render::Column& column) {
  if (!column.sql_type.empty()) return "VARCHAR";
  switch (column.kind) {
    case render::ColumnKind::integer: return "BIGINT";
    case render::ColumnKind::number: return "DOUBLE";
    case render::ColumnKind::boolean: return "BOOLEAN";
    case render::ColumnKind::time: return "TIMESTAMPTZ";
    default: return "VARCHAR";
  }
}

// A cell of another type than its column (a whole number in a column of numbers) is converted.
void put(store::ColumnWriter& column, std::size_t row, const render::Cell& cell,
         const render::Column& of) {
  const render::ColumnKind kind = of.kind;
  const bool as_text = type_of(of) == "VARCHAR";
  const auto* whole = std::get_if<std::int64_t>(&cell);
  if (std::holds_alternative<std::monostate>(cell)) {
    column.set_null(row);
  } else if (as_text) {
    column.copy_text(row, render::plain_text(cell));
  } else if (kind == render::ColumnKind::integer && whole != nullptr) {
    column.ints<std::int64_t>()[row] = *whole;
  } else if (kind == render::ColumnKind::number) {
    const auto* number = std::get_if<double>(&cell);
    column.doubles()[row] = number != nullptr  ? *number
                            : whole != nullptr ? static_cast<double>(*whole)
                                               : std::stod(render::plain_text(cell));
  } else if (kind == render::ColumnKind::boolean && std::holds_alternative<bool>(cell)) {
    column.bools()[row] = std::get<bool>(cell);
  } else if (kind == render::ColumnKind::time && std::holds_alternative<render::TimeCell>(cell)) {
    column.times()[row] = std::get<render::TimeCell>(cell).us;
  } else {
    column.set_null(row);
  }
}

}  // namespace

struct ParquetAnswer::State {
  std::vector<render::Column> columns;
  std::optional<store::Database> database;
  std::optional<store::Connection> connection;
  std::optional<store::ChunkAppender> appender;
  std::size_t rows = 0;  // in the chunk at hand
  Status outcome;

  Status prepare();
  Status flush();
};

Status ParquetAnswer::State::prepare() {
  CLEW_TRY(database, store::Database::open(":memory:"));
  CLEW_TRY(connection, database->connect());
  std::string list;
  for (const render::Column& column : columns) {
    list += (list.empty() ? "" : ", ") + store::quote_identifier(column.name) + " " +
            std::string(type_of(column));
  }
  CLEW_TRY_VOID(connection->execute("CREATE TABLE answer (" + list + ")"));
  CLEW_TRY(appender, store::ChunkAppender::open(*connection, "main", "answer"));
  return {};
}

Status ParquetAnswer::State::flush() {
  if (rows == 0) return {};
  CLEW_TRY_VOID(appender->append_chunk(rows));
  rows = 0;
  return {};
}

ParquetAnswer::ParquetAnswer() : state_(std::make_unique<State>()) {}
ParquetAnswer::~ParquetAnswer() = default;

void ParquetAnswer::begin(std::span<const render::Column> columns) {
  state_->columns.assign(columns.begin(), columns.end());
  state_->outcome = state_->prepare();
}

void ParquetAnswer::row(std::span<const render::Cell> cells) {
  if (!state_->outcome.ok()) return;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto column = state_->appender->column(i);
    put(column, state_->rows, cells[i], state_->columns[i]);
  }
  if (++state_->rows == store::kChunkRows) state_->outcome = state_->flush();
}

Status ParquetAnswer::write(const render::Sink& sink) {
  CLEW_TRY_VOID(state_->outcome);
  CLEW_TRY_VOID(state_->flush());
  CLEW_TRY_VOID(state_->appender->finish());
  const ScratchFile file("parquet");
  std::string list;
  for (const render::Column& column : state_->columns) {
    const std::string name = store::quote_identifier(column.name);
    list += list.empty() ? "" : ", ";
    list +=
        column.sql_type.empty() ? name : "CAST(" + name + " AS " + column.sql_type + ") AS " + name;
  }
  CLEW_TRY_VOID(state_->connection->execute("COPY (SELECT " + list + " FROM answer) TO " +
                                            store::quote_literal(file.path()) +
                                            " (FORMAT parquet, COMPRESSION zstd)"));
  return file.copy_to(sink);
}

}  // namespace clewline::engine
