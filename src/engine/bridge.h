#pragma once

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// Says how events become journeys: one row a level with its units by kind, identified and
/// anonymous, and the residual, which must be 0. Everything is counted by SQL from the stored
/// tables, nothing comes from the linker's counters. Residual of events: accepted events that are
/// neither in the tree nor on one of the lines that say why not. Of a level above: units without
/// units below or without a unit above, and units whose stored counts differ from a recount.
Result<render::ResultTable> bridge(Workspace& workspace);

/// Returns the sum of all residuals.
std::int64_t bridge_residual(const render::ResultTable& bridge);

}  // namespace clewline::engine
