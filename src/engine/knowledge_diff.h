#pragma once

#include <string>

#include "base/result.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// Two moments of knowledge, and of which units.
struct DiffRequest {
  std::string from;   // a moment, as `moment_of` reads it
  std::string to;     // the same; empty: everything known
  std::string since;  // only units that began then or later; empty: all
  std::string until;  // only units that began before; empty: all
};

/// How figures differ between two moments of knowledge, and why.
struct DiffAnswer {
  std::string sentence;       // for a person
  render::ResultTable table;  // a row a figure
};

/// Says how much of the change of each figure came from records of what had happened by the last
/// event known at `from` but came later (or came in a newer version), how much from later word
/// about who is who (profiles, statements, assertions), and how much is new; the three add up to
/// the change. Links a copy of the workspace four times; the workspace itself stays as it is.
Result<DiffAnswer> diff_knowledge(Workspace& workspace, const DiffRequest& request);

}  // namespace clewline::engine
