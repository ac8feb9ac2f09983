#pragma once

#include <optional>

#include "base/id128.h"
#include "base/result.h"
#include "engine/workspace.h"

namespace clewline::engine {

/// Finds whom an id means that is nobody's at present, because what gave it became somebody else's
/// (LINKING.md §3.5: any id ever given out resolves). Every name that could have named a customer
/// is hashed until one gives the id; null when none does. About a second a million names.
Result<std::optional<Id128>> customer_of_former_id(Workspace& workspace,
                                                   store::Connection& connection, const Id128& id);

}  // namespace clewline::engine
