#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/unit_rows.h"
#include "render/row_writer.h"

namespace clewline::engine {

struct SqlQuestion {
  std::string sql;
  unsigned threads = 0;  // 0: two
  std::string memory;    // "4GB", what the statement may use; empty: the limits of the store
  Masking masking = Masking::none;
};

/// Runs one SELECT of a user over the documented views, in a child process with limits, and hands
/// every row to the writer; returns how many. The workspace must not be open in this process.
Result<std::int64_t> run_sql(const std::string& workspace_folder, const SqlQuestion& question,
                             render::RowWriter& writer);

/// Tells whether this process was started as the child of `run_sql`; then `main` returns
/// `sql_child`.
bool is_sql_child(int argc, const char* const* argv);
int sql_child();

}  // namespace clewline::engine
