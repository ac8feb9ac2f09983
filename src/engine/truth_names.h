#pragma once

#include <string>

#include "base/result.h"
#include "store/database.h"

namespace clewline::engine {

/// Says which sources and streams the rows of a truth file that name no event speak of, where their
/// keys are found here under other names; or that they speak of sources that are not here. Reads
/// the temporary tables `truth` and `truth_matches`. Empty: nothing of that sort.
Result<std::string> other_names(store::Connection& connection);

}  // namespace clewline::engine
