#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/column_view.h"

namespace clewline::store {

/// A column of an answer.
struct ResultColumn {
  std::string name;
  ColumnType type;
};

/// Walks an answer chunk by chunk: `while (CLEW_TRY'd next()) { result.column(0).times() … }`. Made
/// by `Connection::query` (held in memory; further statements may run meanwhile) or
/// `Connection::stream` (bounded memory; the next statement on that connection ends it). Must not
/// outlive its connection.
class QueryResult {
 public:
  struct State;
  explicit QueryResult(std::unique_ptr<State> state);
  QueryResult(QueryResult&&) noexcept;
  QueryResult& operator=(QueryResult&&) noexcept;
  ~QueryResult();

  const std::vector<ResultColumn>& columns() const;
  /// Returns the position of a column, if there is one of that name.
  std::optional<std::size_t> find(std::string_view name) const;

  /// Moves to the next chunk, of 1 to `kChunkRows` rows; false at the end, and
  /// whenever it is called after the end. Views into the last one end.
  Result<bool> next();
  /// Moves the present chunk to another result of the same columns; `next` leads on here.
  void give_chunk(State& to);
  /// Returns the rows of the present chunk.
  std::size_t rows() const;
  /// Reads a column of the present chunk.
  ColumnView column(std::size_t position) const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace clewline::store
