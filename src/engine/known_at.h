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

/// Takes assertions out of a workspace that were written down after a moment.
Status forget_assertions_after(Workspace& workspace, TimeUs known_at);

/// Takes everything out of a workspace that was not known at a moment: record versions that came
/// later, assertions written down later (LINKING.md §7). The levels have to be linked again.
Status keep_known_at(Workspace& workspace, TimeUs known_at);

/// A workspace that holds everything another holds; it goes when this goes, unless it is kept. Kept
/// bytes are shared where the disk allows it (hard links: they are never written again).
class WorkspaceCopy {
 public:
  /// Errors: `conflict` when the folder is there already, and then it is not touched.
  static Result<WorkspaceCopy> make(Workspace& from, const std::string& into);
  /// In a folder inside the workspace; what killed processes left there is removed.
  static Result<WorkspaceCopy> make_inside(Workspace& from);
  /// The same, of what was known at a moment (as `moment_of` reads it), linked and judged then.
  static Result<WorkspaceCopy> as_known_at(Workspace& from, const std::string& as_of);
  WorkspaceCopy(WorkspaceCopy&& other) noexcept;
  WorkspaceCopy& operator=(WorkspaceCopy&&) = delete;
  ~WorkspaceCopy();

  Workspace& workspace() { return *workspace_; }
  /// Leaves the folder where it is.
  void keep() { folder_.clear(); }

 private:
  explicit WorkspaceCopy(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
  std::optional<Workspace> workspace_;
};

/// AS OF: makes the workspace `into` of what `from` knew at a moment, under today's configuration,
/// and links it whole, judged at that moment. Returns the summary of `link`.
Result<render::ResultTable> link_known_at(Workspace& from, const std::string& as_of,
                                          const std::string& into);

}  // namespace clewline::engine
