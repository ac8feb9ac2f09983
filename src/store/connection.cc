#include <algorithm>

#include "store/duckdb_internal.h"
#include "store/query_state_internal.h"

namespace clewline::store {
namespace {

class BoundValue {
 public:
  explicit BoundValue(duckdb_value value) : value_(value) {}
  ~BoundValue() { duckdb_destroy_value(&value_); }
  BoundValue(const BoundValue&) = delete;
  BoundValue& operator=(const BoundValue&) = delete;
  duckdb_value get() const { return value_; }

 private:
  duckdb_value value_;
};

duckdb_value text_list(std::span<const std::string> texts) {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  std::vector<duckdb_value> values;
  values.reserve(texts.size() + 1);  // DuckDB takes no null pointer, even for no values
  for (const std::string& item : texts)
    values.push_back(duckdb_create_varchar_length(item.data(), item.size()));
  const bool complete = std::find(values.begin(), values.end(), nullptr) == values.end();
  duckdb_value list =
      complete ? duckdb_create_list_value(text.get(), values.data(), values.size()) : nullptr;
  for (duckdb_value& value : values) duckdb_destroy_value(&value);
  return list;
}

/// Null where a text is not UTF-8.
struct ValueMaker {
  duckdb_value operator()(std::monostate) const { return duckdb_create_null_value(); }
  duckdb_value operator()(bool value) const { return duckdb_create_bool(value); }
  duckdb_value operator()(std::int64_t value) const { return duckdb_create_int64(value); }
  duckdb_value operator()(double value) const { return duckdb_create_double(value); }
  duckdb_value operator()(std::string_view value) const {
    return duckdb_create_varchar_length(value.data(), value.size());
  }
  duckdb_value operator()(TimeValue value) const { return duckdb_create_timestamp_tz({value.us}); }
  duckdb_value operator()(const Id128& value) const {
    return duckdb_create_uuid({value.low, value.high});
  }
  duckdb_value operator()(std::span<const std::string> value) const { return text_list(value); }
};

/// Tells whether nothing but blanks, comments and semicolons is left.
bool is_blank(std::string_view sql) {
  return sql.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

Error only_one_statement() {
  return Error{
      ErrorCode::usage,
      "Parameters belong to a single statement, and this text holds another number of them",
      "Send the statements one by one."};
}

/// Prepares a text that must hold exactly one statement.
Result<Prepared> prepare(duckdb_connection connection, std::string_view sql) {
  const std::string text(sql);
  duckdb_extracted_statements statements = nullptr;
  const idx_t count = duckdb_extract_statements(connection, text.c_str(), &statements);
  Prepared prepared;
  std::optional<Error> error;
  if (count == 0) {
    const char* message = duckdb_extract_statements_error(statements);
    error = message != nullptr ? make_error(message) : only_one_statement();
  } else if (count > 1) {
    error = only_one_statement();
  } else if (duckdb_prepare_extracted_statement(connection, statements, 0, &prepared.handle) !=
             DuckDBSuccess) {
    error = make_error(duckdb_prepare_error(prepared.handle));
  }
  duckdb_destroy_extracted(&statements);
  if (error) return *error;
  return prepared;
}

Status bind_parameters(const Prepared& prepared, std::span<const Value> parameters) {
  if (duckdb_nparams(prepared.handle) != parameters.size()) {
    return Error{ErrorCode::usage,
                 "The statement has " + std::to_string(duckdb_nparams(prepared.handle)) +
                     " parameters and was given " + std::to_string(parameters.size()),
                 "Give one value for each of $1, $2 …"};
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const BoundValue value(std::visit(ValueMaker{}, parameters[i]));
    if (value.get() == nullptr) {
      return Error{ErrorCode::bad_input, "A text of the command is not UTF-8",
                   "Write it in UTF-8; a terminal in another encoding sends other bytes."};
    }
    if (duckdb_bind_value(prepared.handle, i + 1, value.get()) != DuckDBSuccess)
      return make_error(duckdb_prepare_error(prepared.handle));
  }
  return {};
}

}  // namespace

Connection::State::~State() {
  if (handle != nullptr) duckdb_disconnect(&handle);
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<std::int64_t> Connection::execute(std::string_view sql) {
  if (is_blank(sql)) return std::int64_t{0};
  const std::string text(sql);
  duckdb_result result{};
  const duckdb_state done = duckdb_query(state_->handle, text.c_str(), &result);
  Result<std::int64_t> outcome = std::int64_t{0};
  if (done == DuckDBSuccess) {
    outcome = static_cast<std::int64_t>(duckdb_rows_changed(&result));
  } else {
    outcome = make_error(duckdb_result_error_type(&result), duckdb_result_error(&result));
  }
  duckdb_destroy_result(&result);
  return outcome;
}

Result<QueryResult> Connection::run(std::string_view sql, std::span<const Value> parameters,
                                    bool streaming) {
  CLEW_TRY(Prepared prepared, prepare(state_->handle, sql));
  CLEW_TRY_VOID(bind_parameters(prepared, parameters));
  auto state = std::make_unique<QueryResult::State>(std::move(prepared));
  const duckdb_state done =
      streaming ? duckdb_execute_prepared_streaming(state->prepared.handle, &state->result)
                : duckdb_execute_prepared(state->prepared.handle, &state->result);
  if (done != DuckDBSuccess)
    return make_error(duckdb_result_error_type(&state->result),
                      duckdb_result_error(&state->result));
  state->read_columns();
  return QueryResult(std::move(state));
}

Result<std::int64_t> Connection::execute(std::string_view sql, std::span<const Value> parameters) {
  CLEW_TRY(Prepared prepared, prepare(state_->handle, sql));
  CLEW_TRY_VOID(bind_parameters(prepared, parameters));
  QueryResult::State state(std::move(prepared));
  if (duckdb_execute_prepared(state.prepared.handle, &state.result) != DuckDBSuccess)
    return make_error(duckdb_result_error_type(&state.result), duckdb_result_error(&state.result));
  return static_cast<std::int64_t>(duckdb_rows_changed(&state.result));
}

Result<std::int64_t> Connection::execute(std::string_view sql,
                                         std::initializer_list<Value> parameters) {
  return execute(sql, std::span(parameters.begin(), parameters.size()));
}

Result<QueryResult> Connection::query(std::string_view sql, std::span<const Value> parameters) {
  return run(sql, parameters, false);
}

Result<QueryResult> Connection::query(std::string_view sql,
                                      std::initializer_list<Value> parameters) {
  return run(sql, std::span(parameters.begin(), parameters.size()), false);
}

Result<QueryResult> Connection::stream(std::string_view sql, std::span<const Value> parameters) {
  return run(sql, parameters, true);
}

Result<QueryResult> Connection::stream(std::string_view sql,
                                       std::initializer_list<Value> parameters) {
  return run(sql, std::span(parameters.begin(), parameters.size()), true);
}

Result<std::vector<std::vector<Cell>>> Connection::query_rows(
    std::string_view sql, std::initializer_list<Value> parameters) {
  CLEW_TRY(QueryResult result, query(sql, parameters));
  std::vector<std::vector<Cell>> rows;
  for (;;) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return rows;
    for (std::size_t row = 0; row < result.rows(); ++row) {
      auto& cells = rows.emplace_back();
      for (std::size_t i = 0; i < result.columns().size(); ++i)
        cells.push_back(result.column(i).cell(row));
    }
  }
}

namespace {

Error no_value(std::string_view sql) {
  return Error{ErrorCode::not_found, "The query gave no value: " + std::string(sql),
               "Check that the workspace holds what is asked for."};
}

}  // namespace

Result<std::int64_t> Connection::query_int64(std::string_view sql,
                                             std::initializer_list<Value> parameters) {
  CLEW_TRY(const auto rows, query_rows(sql, parameters));
  if (rows.empty() || rows[0].empty()) return no_value(sql);
  if (const auto* number = std::get_if<std::int64_t>(&rows[0][0])) return *number;
  if (const auto* flag = std::get_if<bool>(&rows[0][0])) return std::int64_t{*flag};
  return no_value(sql);
}

Result<std::string> Connection::query_text(std::string_view sql,
                                           std::initializer_list<Value> parameters) {
  CLEW_TRY(const auto rows, query_rows(sql, parameters));
  if (rows.empty() || rows[0].empty()) return no_value(sql);
  if (const auto* text = std::get_if<std::string>(&rows[0][0])) return *text;
  return no_value(sql);
}

void Connection::interrupt() { duckdb_interrupt(state_->handle); }

std::optional<double> Connection::progress() const {
  const duckdb_query_progress_type progress = duckdb_query_progress(state_->handle);
  if (progress.percentage < 0) return std::nullopt;
  return std::min(progress.percentage, 100.0);
}

Result<Transaction> Transaction::begin(Connection& connection) {
  CLEW_TRY_VOID(connection.execute("BEGIN TRANSACTION"));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  if (connection_ != nullptr) static_cast<void>(connection_->execute("ROLLBACK"));
}

Status Transaction::commit() {
  CLEW_ASSERT(connection_ != nullptr);
  Connection& connection = *std::exchange(connection_, nullptr);
  // DuckDB answers COMMIT with success when an earlier statement has aborted the transaction, and
  // keeps nothing; any other statement fails then.
  if (auto alive = connection.execute("SELECT 1"); !alive.ok()) {
    static_cast<void>(connection.execute("ROLLBACK"));
    return Error{ErrorCode::conflict,
                 "Nothing was kept, because a statement before the commit failed",
                 "Look at the first error, mend its cause and run the command again."};
  }
  CLEW_TRY_VOID(connection.execute("COMMIT"));
  return {};
}

Status Transaction::rollback() {
  CLEW_ASSERT(connection_ != nullptr);
  Connection& connection = *std::exchange(connection_, nullptr);
  CLEW_TRY_VOID(connection.execute("ROLLBACK"));
  return {};
}

std::string quote_identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char character : name) {
    if (character == '"') quoted += '"';
    quoted += character;
  }
  return quoted + '"';
}

std::string quote_literal(std::string_view text) {
  std::string quoted = "'";
  for (const char character : text) {
    if (character == '\'') quoted += '\'';
    quoted += character;
  }
  return quoted + '\'';
}

}  // namespace clewline::store
