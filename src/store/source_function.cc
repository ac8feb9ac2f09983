#include <memory>
#include <utility>

#include "store/duckdb_internal.h"
#include "store/functions.h"

namespace clewline::store {
namespace {

constexpr std::string_view kFunctionName = "clew_source";

/// What bind found: the source and its columns.
struct BoundSource {
  Source* source = nullptr;
  std::vector<SourceColumn> columns;
};

/// What one query wants of the source, for all its threads.
struct WantedColumns {
  std::vector<std::size_t> positions;  // in the source, in the order of the output chunk
};

/// One thread's cursor, opened at its first call.
struct ThreadCursor {
  std::unique_ptr<SourceCursor> cursor;
};

template <typename T>
void delete_as(void* data) {
  delete static_cast<T*>(data);
}

Source* find_source(SourceTable& table, const std::string& name) {
  const std::lock_guard guard(table.mutex);
  const auto found = table.sources.find(name);
  return found == table.sources.end() ? nullptr : found->second;
}

void bind_source(duckdb_bind_info info) {
  auto& table = **static_cast<std::shared_ptr<SourceTable>*>(duckdb_bind_get_extra_info(info));
  duckdb_value parameter = duckdb_bind_get_parameter(info, 0);
  char* text = duckdb_get_varchar(parameter);
  const std::string name = text != nullptr ? text : "";
  duckdb_free(text);
  duckdb_destroy_value(&parameter);
  Source* source = find_source(table, name);
  if (source == nullptr) {
    const Error error{ErrorCode::not_found, "There is no source named \"" + name + "\"",
                      "A source exists only while the command that registered it runs."};
    return duckdb_bind_set_error(info, pack_error(error).c_str());
  }
  auto bound = std::make_unique<BoundSource>();
  bound->source = source;
  bound->columns = source->columns();
  for (const SourceColumn& column : bound->columns)
    duckdb_bind_add_result_column(info, column.name.c_str(), make_type(column.type).get());
  if (const auto rows = source->rows_estimate()) duckdb_bind_set_cardinality(info, *rows, false);
  duckdb_bind_set_bind_data(info, bound.release(), delete_as<BoundSource>);
}

void init_source(duckdb_init_info info) {
  const auto& bound = *static_cast<BoundSource*>(duckdb_init_get_bind_data(info));
  auto wanted = std::make_unique<WantedColumns>();
  for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i)
    wanted->positions.push_back(duckdb_init_get_column_index(info, i));
  duckdb_init_set_max_threads(info, bound.source->threads_max());
  duckdb_init_set_init_data(info, wanted.release(), delete_as<WantedColumns>);
}

void init_thread(duckdb_init_info info) {
  duckdb_init_set_init_data(info, new ThreadCursor, delete_as<ThreadCursor>);
}

Result<std::size_t> fill_chunk(duckdb_function_info info, duckdb_data_chunk output) {
  const auto& bound = *static_cast<BoundSource*>(duckdb_function_get_bind_data(info));
  const auto& wanted = *static_cast<WantedColumns*>(duckdb_function_get_init_data(info));
  auto& thread = *static_cast<ThreadCursor*>(duckdb_function_get_local_init_data(info));
  // DuckDB asks for a column beyond the last when it wants rows without any (count(*)).
  std::vector<std::size_t> positions;
  std::vector<ColumnWriter> writers;
  for (std::size_t i = 0; i < wanted.positions.size(); ++i) {
    if (wanted.positions[i] >= bound.columns.size()) continue;
    positions.push_back(wanted.positions[i]);
    writers.emplace_back(duckdb_data_chunk_get_vector(output, i),
                         bound.columns[wanted.positions[i]].type, kChunkRows);
  }
  if (thread.cursor == nullptr) {
    CLEW_TRY(thread.cursor, bound.source->open(positions));
  }
  SourceBatch batch(writers);
  return thread.cursor->next(batch);
}

void run_source(duckdb_function_info info, duckdb_data_chunk output) {
  const auto rows = fill_chunk(info, output);
  if (!rows.ok()) return duckdb_function_set_error(info, pack_error(rows.error()).c_str());
  CLEW_ASSERT(*rows <= kChunkRows);
  duckdb_data_chunk_set_size(output, *rows);
}

}  // namespace

Status register_source_function(duckdb_connection connection,
                                const std::shared_ptr<SourceTable>& table) {
  duckdb_table_function handle = duckdb_create_table_function();
  duckdb_table_function_set_name(handle, std::string(kFunctionName).c_str());
  duckdb_table_function_add_parameter(handle, make_type(Type::varchar).get());
  duckdb_table_function_set_extra_info(handle, new std::shared_ptr<SourceTable>(table),
                                       delete_as<std::shared_ptr<SourceTable>>);
  duckdb_table_function_set_bind(handle, bind_source);
  duckdb_table_function_set_init(handle, init_source);
  duckdb_table_function_set_local_init(handle, init_thread);
  duckdb_table_function_set_function(handle, run_source);
  duckdb_table_function_supports_projection_pushdown(handle, true);
  const duckdb_state registered = duckdb_register_table_function(connection, handle);
  duckdb_destroy_table_function(&handle);
  if (registered == DuckDBSuccess) return {};
  return Error{ErrorCode::internal,
               "DuckDB refused the table function " + std::string(kFunctionName), ""};
}

struct SourceRegistration::State {
  std::shared_ptr<SourceTable> table;
  std::string name;
  ~State() {
    const std::lock_guard guard(table->mutex);
    table->sources.erase(name);
  }
};

SourceRegistration::SourceRegistration(std::unique_ptr<State> state) : state_(std::move(state)) {}
SourceRegistration::SourceRegistration(SourceRegistration&&) noexcept = default;
SourceRegistration& SourceRegistration::operator=(SourceRegistration&&) noexcept = default;
SourceRegistration::~SourceRegistration() = default;

Result<SourceRegistration> register_source(Connection& connection, std::string name,
                                           Source& source) {
  const std::shared_ptr<SourceTable> table = connection.state().instance->sources;
  const std::lock_guard guard(table->mutex);
  if (!table->sources.emplace(name, &source).second) {
    return Error{ErrorCode::conflict, "A source of this name is being read already: " + name,
                 "End the other registration first, or choose another name."};
  }
  return SourceRegistration(std::unique_ptr<SourceRegistration::State>(
      new SourceRegistration::State{table, std::move(name)}));
}

}  // namespace clewline::store
