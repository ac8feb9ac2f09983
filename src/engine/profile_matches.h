#pragma once

#include <vector>

#include "base/result.h"
#include "engine/workspace.h"
#include "model/link_input.h"

namespace clewline::engine {

/// Compares the newest versions of the workspace's profiles by its frozen model
/// (config/dedupe_model.yaml) and returns one match a link: the first anchor of each profile by
/// priority of kind and value, with the probability. None without a model or profiles; profiles
/// without an anchor match nothing. A pure function of profiles and model. Errors: those of reading
/// the model.
Result<std::vector<LinkAssertion>> find_profile_matches(Workspace& workspace);

/// Returns the matches that the last link accepted.
Result<std::vector<LinkAssertion>> stored_profile_matches(Workspace& workspace);

}  // namespace clewline::engine
