#pragma once

#include "base/result.h"
#include "store/database.h"

namespace clewline::engine {

/// Makes the stored list of event types (view `event_types`) say what this program's list says.
Status store_event_types(store::Connection& connection);

}  // namespace clewline::engine
