#include "insights/paths/prefix_tree.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <numeric>

namespace clewline::insights {
namespace {

std::vector<PrefixNode> grown(const PathVariants& variants, std::uint32_t depth) {
  std::vector<PrefixNode> nodes(1);
  absl::flat_hash_map<std::uint64_t, std::uint32_t> children;  // by parent and activity
  for (const Variant& variant : variants.all()) {
    const auto paths = static_cast<std::int64_t>(variant.paths.total);
    nodes[0].paths += paths;
    std::uint32_t at = 0;
    std::uint32_t steps = 0;
    for (const std::uint32_t activity : variants.activities_of(variant)) {
      if (steps == depth) break;
      ++steps;
      const auto next = static_cast<std::uint32_t>(nodes.size());
      const auto [child, is_new] = children.try_emplace(std::uint64_t{at} << 32 | activity, next);
      if (is_new) nodes.push_back({activity, at, steps});
      at = child->second;
      nodes[at].paths += paths;
    }
    (variant.steps > depth ? nodes[at].cut : nodes[at].ended) += paths;
  }
  return nodes;
}

}  // namespace

std::vector<PrefixNode> prefix_tree(const PathVariants& variants, std::uint32_t depth) {
  const std::vector<PrefixNode> nodes = grown(variants, depth);
  std::vector<std::vector<std::uint32_t>> children(nodes.size());
  for (std::uint32_t i = 1; i < nodes.size(); ++i) children[nodes[i].parent].push_back(i);
  for (auto& siblings : children) {
    std::ranges::sort(siblings, [&](std::uint32_t a, std::uint32_t b) {
      if (nodes[a].paths != nodes[b].paths) return nodes[a].paths > nodes[b].paths;
      return nodes[a].activity < nodes[b].activity;
    });
  }
  std::vector<PrefixNode> out;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> open = {{0, 0}};  // node, its parent's place
  while (!open.empty()) {
    const auto [node, parent] = open.back();
    open.pop_back();
    const auto place = static_cast<std::uint32_t>(out.size());
    out.push_back(nodes[node]);
    out.back().parent = parent;
    for (auto child = children[node].rbegin(); child != children[node].rend(); ++child)
      open.emplace_back(*child, place);
  }
  return out;
}

}  // namespace clewline::insights
