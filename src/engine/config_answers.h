#pragma once

#include <string>

#include "base/result.h"
#include "render/result_table.h"

namespace clewline::engine {

/// Returns one row a fault: file, line, column, message, hint; no rows when the configuration is
/// valid. Error: `not_found` when the folder is no workspace.
Result<render::ResultTable> validate_config(const std::string& workspace_folder);

/// Returns one row a setting: name, value, and its origin when asked for.
Result<render::ResultTable> show_config(const std::string& workspace_folder, bool with_origin);

}  // namespace clewline::engine
