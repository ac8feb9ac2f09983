#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "engine/link_workspace.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

struct LinkRequest {
  bool full = false;                 // everything anew, not only whom changes touch
  std::optional<std::string> as_of;  // RFC 3339, or a plain date
};

/// Returns what linking needs to know of a workspace, with the profiles its model finds alike:
/// whoever asks what link does, or would do, asks with these.
Result<LinkSettings> link_settings(Workspace& workspace);

/// Links a workspace and returns its summary (DESIGN.md §16): one row.
Result<render::ResultTable> link(Workspace& workspace, const LinkRequest& request);

}  // namespace clewline::engine
