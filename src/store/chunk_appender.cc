#include "store/chunk_appender.h"

#include <algorithm>

#include "store/duckdb_internal.h"

namespace clewline::store {

struct ChunkAppender::State {
  duckdb_appender appender = nullptr;
  duckdb_data_chunk chunk = nullptr;
  std::vector<ColumnType> types;
  std::vector<LogicalType> logical_types;

  ~State() {
    if (chunk != nullptr) duckdb_destroy_data_chunk(&chunk);
    if (appender == nullptr) return;
    // Destroying would flush: what was not finished is dropped.
    duckdb_appender_clear(appender);
    duckdb_appender_destroy(&appender);
  }

  Error error() const {
    duckdb_error_data data = duckdb_appender_error_data(appender);
    Error result = make_error(duckdb_error_data_error_type(data), duckdb_error_data_message(data));
    duckdb_destroy_error_data(&data);
    return result;
  }
};

ChunkAppender::ChunkAppender(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChunkAppender::ChunkAppender(ChunkAppender&&) noexcept = default;
ChunkAppender& ChunkAppender::operator=(ChunkAppender&&) noexcept = default;
ChunkAppender::~ChunkAppender() = default;

Result<ChunkAppender> ChunkAppender::open(Connection& connection, std::string_view schema,
                                          std::string_view table,
                                          std::span<const std::string_view> columns) {
  auto state = std::make_unique<State>();
  const bool temporary = schema == "temp";
  const std::string schema_name(temporary ? "main" : schema);
  const std::string table_name(table);
  if (duckdb_appender_create_ext(connection.state().handle, temporary ? "temp" : nullptr,
                                 schema_name.c_str(), table_name.c_str(),
                                 &state->appender) != DuckDBSuccess)
    return state->error();
  for (const std::string_view column : columns)
    if (duckdb_appender_add_column(state->appender, std::string(column).c_str()) != DuckDBSuccess)
      return state->error();
  std::vector<duckdb_logical_type> handles;
  for (idx_t i = 0; i < duckdb_appender_column_count(state->appender); ++i) {
    state->logical_types.emplace_back(duckdb_appender_column_type(state->appender, i));
    handles.push_back(state->logical_types.back().get());
    state->types.push_back(type_of(handles.back()));
  }
  state->chunk = duckdb_create_data_chunk(handles.data(), handles.size());
  return ChunkAppender(std::move(state));
}

const std::vector<ColumnType>& ChunkAppender::types() const { return state_->types; }

ColumnWriter ChunkAppender::column(std::size_t position) {
  CLEW_ASSERT(position < state_->types.size());
  return {duckdb_data_chunk_get_vector(state_->chunk, position), state_->types[position],
          kChunkRows};
}

Status ChunkAppender::append_chunk(std::size_t rows) {
  CLEW_ASSERT(rows <= kChunkRows);
  duckdb_data_chunk_set_size(state_->chunk, rows);
  if (duckdb_append_data_chunk(state_->appender, state_->chunk) != DuckDBSuccess)
    return state_->error();
  duckdb_data_chunk_reset(state_->chunk);
  return {};
}

Status ChunkAppender::append(std::span<const ColumnInput> columns, std::size_t rows) {
  CLEW_ASSERT(columns.size() == state_->types.size());
  for (std::size_t first = 0; first < rows; first += kChunkRows) {
    const std::size_t count = std::min(kChunkRows, rows - first);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      ColumnWriter writer = column(i);
      columns[i].write(writer, 0, first, count);
    }
    CLEW_TRY_VOID(append_chunk(count));
  }
  return {};
}

Status ChunkAppender::finish() {
  if (duckdb_appender_flush(state_->appender) != DuckDBSuccess) return state_->error();
  return {};
}

Status append_column(Connection& connection, std::string_view schema, std::string_view table,
                     const ColumnInput& values, std::size_t rows) {
  CLEW_TRY(ChunkAppender appender, ChunkAppender::open(connection, schema, table));
  CLEW_TRY_VOID(appender.append(std::vector{values}, rows));
  return appender.finish();
}

}  // namespace clewline::store
