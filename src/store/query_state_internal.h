#pragma once

#include <duckdb.h>

#include <utility>
#include <vector>

#include "store/query_result.h"

namespace clewline::store {

/// Owns a prepared statement.
struct Prepared {
  duckdb_prepared_statement handle = nullptr;
  Prepared() = default;
  Prepared(Prepared&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  Prepared& operator=(Prepared&&) = delete;
  ~Prepared() {
    if (handle != nullptr) duckdb_destroy_prepare(&handle);
  }
};

struct QueryResult::State {
  Prepared prepared;
  duckdb_result result{};
  duckdb_data_chunk chunk = nullptr;
  std::size_t rows = 0;
  bool ended = false;  // DuckDB must not be asked again: it may call a closed stream a failure
  std::vector<ResultColumn> columns;

  explicit State(Prepared statement) : prepared(std::move(statement)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    leave_chunk();
    duckdb_destroy_result(&result);
  }
  void leave_chunk() {
    if (chunk != nullptr) duckdb_destroy_data_chunk(&chunk);
    chunk = nullptr;
    rows = 0;
  }
  void read_columns();
};

}  // namespace clewline::store
