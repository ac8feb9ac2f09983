#include "store/functions.h"

#include "store/duckdb_internal.h"

namespace clewline::store {
namespace {

/// What DuckDB keeps for us beside a registered function.
struct RegisteredFunction {
  ScalarFunction function;
};

void delete_function(void* data) { delete static_cast<RegisteredFunction*>(data); }

FunctionInput input_of(const ScalarFunction& function, duckdb_data_chunk chunk,
                       std::vector<ColumnType>& further) {
  std::vector<ColumnView> columns;
  const std::size_t rows = duckdb_data_chunk_get_size(chunk);
  const idx_t count = duckdb_data_chunk_get_column_count(chunk);
  further.reserve(count);  // views point at the types
  for (idx_t i = 0; i < count; ++i) {
    const ColumnType* type = nullptr;
    if (i < function.parameters.size()) {
      type = &function.parameters[i];
    } else {
      type = &further.emplace_back(*function.further_parameters);
    }
    columns.emplace_back(duckdb_data_chunk_get_vector(chunk, i), *type, rows);
  }
  return {std::move(columns), rows};
}

void run_function(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector output) {
  const auto& function =
      static_cast<RegisteredFunction*>(duckdb_scalar_function_get_extra_info(info))->function;
  std::vector<ColumnType> further;
  const FunctionInput input = input_of(function, chunk, further);
  ColumnWriter writer(output, function.returns, kChunkRows);
  const Status done = function.body(input, writer);
  if (!done.ok()) return duckdb_scalar_function_set_error(info, pack_error(done.error()).c_str());
  if (function.nulls == NullHandling::by_function) return;
  for (std::size_t i = 0; i < input.columns(); ++i) {
    if (!input.column(i).may_hold_nulls()) continue;
    for (std::size_t row = 0; row < input.rows(); ++row)
      if (input.column(i).is_null(row)) writer.set_null(row);
  }
}

std::string signature_of(const ScalarFunction& function) {
  std::string signature = function.name + "(";
  for (const ColumnType& type : function.parameters) signature += type.to_sql() + ",";
  if (function.further_parameters) signature += function.further_parameters->to_sql() + "...";
  return signature + ")";
}

/// DuckDB replaces a function of the same signature without a word; two of ours would be a mistake.
Status claim_signature(SourceTable& table, const std::string& signature) {
  const std::lock_guard guard(table.mutex);
  if (table.functions.insert(signature).second) return {};
  return Error{ErrorCode::conflict, "The SQL function is registered already: " + signature,
               "Register each function once for a database."};
}

}  // namespace

Status register_function(Database& database, ScalarFunction function) {
  // A connection of its own: registering inside an open transaction would end with it.
  CLEW_TRY(Connection connection, database.connect());
  CLEW_ASSERT(function.body != nullptr);
  CLEW_TRY_VOID(claim_signature(*connection.state().instance->sources, signature_of(function)));
  duckdb_scalar_function handle = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(handle, function.name.c_str());
  for (const ColumnType& type : function.parameters)
    duckdb_scalar_function_add_parameter(handle, make_type(type).get());
  if (function.further_parameters)
    duckdb_scalar_function_set_varargs(handle, make_type(*function.further_parameters).get());
  duckdb_scalar_function_set_return_type(handle, make_type(function.returns).get());
  // DuckDB's own null handling would still call the function for such rows; `run_function` does it.
  duckdb_scalar_function_set_special_handling(handle);
  if (function.purity == Purity::changes_each_call) duckdb_scalar_function_set_volatile(handle);
  const std::string name = function.name;
  duckdb_scalar_function_set_extra_info(handle, new RegisteredFunction{std::move(function)},
                                        delete_function);
  duckdb_scalar_function_set_function(handle, run_function);
  const duckdb_state registered =
      duckdb_register_scalar_function(connection.state().handle, handle);
  duckdb_destroy_scalar_function(&handle);
  if (registered == DuckDBSuccess) return {};
  return Error{ErrorCode::internal, "DuckDB refused the SQL function " + name, ""};
}

}  // namespace clewline::store
