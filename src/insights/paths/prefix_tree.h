#pragma once

#include <cstdint>
#include <vector>

#include "insights/paths/path_variants.h"

namespace clewline::insights {

/// A beginning that paths have in common. `paths` = those of its children + `ended` + `cut`.
struct PrefixNode {
  std::uint32_t activity = 0;
  std::uint32_t parent = 0;  // node 0 is the empty beginning
  std::uint32_t depth = 0;
  std::int64_t paths = 0;
  std::int64_t ended = 0;  // paths that end here
  std::int64_t cut = 0;    // paths that go on beyond the tree's depth
};

/// Returns the beginnings of all paths up to `depth` steps, children after their parent, those of
/// one parent by number of paths, then activity. O(Σ min(length, depth) of the variants).
std::vector<PrefixNode> prefix_tree(const PathVariants& variants, std::uint32_t depth);

}  // namespace clewline::insights
