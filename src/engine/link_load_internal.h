#pragma once

#include <functional>
#include <vector>

#include "engine/link_load.h"
#include "engine/link_read_internal.h"
#include "store/database.h"

namespace clewline::engine {

Result<BlockedValues> load_blocked(store::Connection& connection);

Result<std::vector<LinkAssertion>> load_assertions(store::Connection& connection);

/// Takes some profiles, as a part of the input without events.
using ProfileBlockVisitor = std::function<Status(InputPart part)>;

/// Reads all stored profiles, block by block.
Status load_profiles(store::Connection& connection, const BlockedValues& blocked,
                     const ProfileBlockVisitor& visit);

/// Makes the input of linking from what was read; parts are used up.
LoadedInput assemble_input(std::vector<InputPart> parts, std::vector<LinkAssertion> assertions,
                           unsigned threads);

}  // namespace clewline::engine
