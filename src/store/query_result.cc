#include "store/query_result.h"

#include "store/duckdb_internal.h"
#include "store/query_state_internal.h"

namespace clewline::store {

void QueryResult::State::read_columns() {
  for (idx_t i = 0; i < duckdb_column_count(&result); ++i) {
    const LogicalType type(duckdb_column_logical_type(&result, i));
    columns.push_back({duckdb_column_name(&result, i), type_of(type.get())});
  }
}

QueryResult::QueryResult(std::unique_ptr<State> state) : state_(std::move(state)) {}
QueryResult::QueryResult(QueryResult&&) noexcept = default;
QueryResult& QueryResult::operator=(QueryResult&&) noexcept = default;
QueryResult::~QueryResult() = default;

const std::vector<ResultColumn>& QueryResult::columns() const { return state_->columns; }

std::optional<std::size_t> QueryResult::find(std::string_view name) const {
  for (std::size_t i = 0; i < state_->columns.size(); ++i)
    if (state_->columns[i].name == name) return i;
  return std::nullopt;
}

Result<bool> QueryResult::next() {
  do {
    state_->leave_chunk();
    if (state_->ended) return false;
    state_->chunk = duckdb_fetch_chunk(state_->result);
    if (state_->chunk == nullptr) {
      const char* message = duckdb_result_error(&state_->result);
      if (message != nullptr && *message != '\0')
        return make_error(duckdb_result_error_type(&state_->result), message);
      state_->ended = true;
      return false;
    }
    state_->rows = duckdb_data_chunk_get_size(state_->chunk);
  } while (state_->rows == 0);
  return true;
}

void QueryResult::give_chunk(State& to) {
  to.leave_chunk();
  to.chunk = std::exchange(state_->chunk, nullptr);
  to.rows = std::exchange(state_->rows, 0);
}

std::size_t QueryResult::rows() const { return state_->rows; }

ColumnView QueryResult::column(std::size_t position) const {
  CLEW_ASSERT(state_->chunk != nullptr && position < state_->columns.size());
  return {duckdb_data_chunk_get_vector(state_->chunk, position), state_->columns[position].type,
          state_->rows};
}

}  // namespace clewline::store
