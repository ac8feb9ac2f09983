#pragma once

#include <string>

#include "base/result.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "render/tree.h"

namespace clewline::engine {

struct ShowRequest {
  std::string level;  // customer, interaction, engagement
  std::string name;
  Masking masking = Masking::none;
  bool everything =
      false;  // also what a person seldom wants to see: every event of long transactions
};

/// Returns the tree below a customer, engagement or interaction. Times for people are in the
/// workspace's zone. Errors: `not_found`, `usage`.
Result<render::TreeNode> show(Workspace& workspace, const ShowRequest& request);

}  // namespace clewline::engine
