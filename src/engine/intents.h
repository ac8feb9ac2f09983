#pragma once

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// Returns the dictionary: one row an intent, its goal, how many native values mean it, and how
/// often it occurs.
Result<render::ResultTable> intents(Workspace& workspace);

/// Returns native values that no intent names, most frequent first, with the known intent that most
/// often stands in the same interactions. One row (source, field, value).
Result<render::ResultTable> suggest_intents(Workspace& workspace);

}  // namespace clewline::engine
