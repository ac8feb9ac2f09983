#pragma once

#include "base/result.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// Returns one row an import, replay or forget.
Result<render::ResultTable> imports(Workspace& workspace);

/// Returns one row a rejected record: where it stood, why, and its bytes (masked card numbers; all
/// hidden when masking).
Result<render::ResultTable> rejected(Workspace& workspace, Masking masking);

/// Returns what the workspace holds and how fresh it is: item and value.
Result<render::ResultTable> status(Workspace& workspace);

}  // namespace clewline::engine
