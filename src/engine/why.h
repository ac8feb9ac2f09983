#pragma once

#include <string>

#include "base/result.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "render/tree.h"

namespace clewline::engine {

/// Explains what makes two names one customer, or keeps them apart; two interactions (or units and
/// events inside) are also traced through the rules that joined their sitting or their engagement.
/// Masking hides the values of identifiers. Errors: `not_found`, `usage`.
Result<render::TreeNode> why(Workspace& workspace, const std::string& a, const std::string& b,
                             Masking masking = Masking::none);

}  // namespace clewline::engine
