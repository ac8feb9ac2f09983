#pragma once

#include <string>

#include "base/result.h"
#include "store/database.h"

namespace clewline::engine {

/// Writes all events of customers as an event log: `xes` (IEEE 1849-2016, a trace for each unit of
/// a level) or `ocel` (OCEL 2.0 in JSON; customers, engagements, interactions, transactions and
/// cases are objects). The presets of these names read them again. Returns the number of events. In
/// the order of the tree, so that the same workspace gives the same bytes.
Result<std::int64_t> write_event_log(store::Connection& connection, const std::string& format,
                                     const std::string& level, const std::string& file);

}  // namespace clewline::engine
