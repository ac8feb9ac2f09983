#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "engine/workspace.h"
#include "render/result_table.h"

namespace clewline::engine {

/// Reads a moment: RFC 3339, a plain date (midnight UTC), or `import:5`, when that import began.
/// Errors: `usage` with `option` named, `not_found` for an import that is none.
Result<TimeUs> moment_of(Workspace& workspace, const std::string& text, std::string_view option);

/// Makes a workspace that holds everything another holds. Kept bytes are shared where the disk
/// allows it (hard links: they are never written again). Errors: `conflict` when the folder is
/// there already; then, and after any other error, nothing is left of it.
Status copy_workspace(Workspace& from, const std::string& into);

/// Takes everything out of a workspace that was not known at a moment: record versions that came
/// later, assertions written down later (LINKING.md §7). The levels have to be linked again.
Status keep_known_at(Workspace& workspace, TimeUs known_at);

/// A copy of a workspace inside its folder that goes when this goes.
class TemporaryCopy {
 public:
  static Result<TemporaryCopy> make(Workspace& from);
  /// A copy of what was known at a moment (as `moment_of` reads it), linked and judged then.
  static Result<TemporaryCopy> as_known_at(Workspace& from, const std::string& as_of);
  TemporaryCopy(TemporaryCopy&& other) noexcept;
  TemporaryCopy& operator=(TemporaryCopy&&) = delete;
  ~TemporaryCopy();

  Workspace& workspace() { return *workspace_; }

 private:
  explicit TemporaryCopy(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
  std::optional<Workspace> workspace_;
};

/// AS OF: makes the workspace `into` of what `from` knew at a moment, under today's configuration,
/// and links it whole, judged at that moment. Returns the summary of `link`.
Result<render::ResultTable> link_known_at(Workspace& from, const std::string& as_of,
                                          const std::string& into);

}  // namespace clewline::engine
