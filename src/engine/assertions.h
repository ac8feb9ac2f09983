#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "engine/workspace.h"
#include "model/link_input.h"
#include "render/result_table.h"

namespace clewline::engine {

/// A person's word about identity: names as LinkAssertion has them, identifiers in any spelling.
struct AssertionRequest {
  AssertionKind kind = AssertionKind::link;
  std::string a;
  std::string b;
  std::string actor;
  std::string note;
  TimeUs asserted_at = 0;
  TimeUs recorded_at = 0;  // when it is written down: AS OF an earlier moment does not know it
};

/// Records an assertion; it takes effect with the next link. Returns one row: assertion_id, kind,
/// a, b, asserted_at, actor. Errors: `usage` for names that cannot be read or together mean
/// nothing.
Result<render::ResultTable> assert_identity(Workspace& workspace, const AssertionRequest& request);

}  // namespace clewline::engine
