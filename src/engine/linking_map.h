#pragma once

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// Returns the map of linked systems: one row an ordered pair of sources, with the transactions of
/// the first that stand in one sitting with the second, by which rule they are tied (shared
/// session, chain or case id, agent and time, customer and time), how many at least share the
/// customer, how sure the customers are, and an example of what stays out. Rules are looked at in
/// this order; each linked transaction counts for the first that fits.
Result<render::ResultTable> linking_map(Workspace& workspace);

}  // namespace clewline::engine
