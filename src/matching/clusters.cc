#include "matching/clusters.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace clewline::matching {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// How components grow as the threshold falls: a node is a component, its children those that it
/// joined. The first nodes are the records.
class MergeTree {
 public:
  MergeTree(std::vector<Link> links, RecordIndex records)
      : parent_(records), node_of_root_(records), nodes_(records) {
    std::iota(parent_.begin(), parent_.end(), 0U);
    std::iota(node_of_root_.begin(), node_of_root_.end(), 0U);
    std::sort(links.begin(), links.end(), [](const Link& x, const Link& y) {
      return std::tuple(-x.weight, x.a, x.b) < std::tuple(-y.weight, y.a, y.b);
    });
    for (std::size_t begin = 0; begin < links.size();) {
      std::size_t end = begin;
      while (end < links.size() && links[end].weight == links[begin].weight) ++end;
      add_level(std::span(links).subspan(begin, end - begin));
      begin = end;
    }
  }

  struct Node {
    std::uint32_t records = 1;
    std::uint64_t links = 0;  // inside, above the weight at which it is joined to others
    std::uint32_t first_child = kNone;
    std::uint32_t next_sibling = kNone;
  };
  const Node& node(std::uint32_t number) const { return nodes_[number]; }
  std::vector<std::uint32_t> roots() const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t r = 0; r < parent_.size(); ++r)
      if (parent_[r] == r) out.push_back(node_of_root_[r]);
    return out;
  }

 private:
  std::uint32_t find(std::uint32_t record) {
    while (parent_[record] != record) {
      parent_[record] = parent_[parent_[record]];
      record = parent_[record];
    }
    return record;
  }
  // Links of one weight come in at once: what they join is one node.
  void add_level(std::span<const Link> level) {
    const auto first_of_level = static_cast<std::uint32_t>(nodes_.size());
    for (const Link& link : level) {
      const std::uint32_t a = find(link.a);
      const std::uint32_t b = find(link.b);
      if (a != b) join(a, b, first_of_level);
    }
    for (const Link& link : level) ++nodes_[node_of_root_[find(link.a)]].links;
  }
  void join(std::uint32_t a, std::uint32_t b, std::uint32_t first_of_level) {
    std::uint32_t keep = node_of_root_[a];
    std::uint32_t other = node_of_root_[b];
    if (keep < first_of_level && other >= first_of_level) std::swap(keep, other);
    if (keep < first_of_level) {
      const auto made = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({0, 0, kNone, kNone});
      adopt(made, keep);
      keep = made;
    }
    if (other < first_of_level) {
      adopt(keep, other);
    } else {
      for (std::uint32_t child = nodes_[other].first_child; child != kNone;) {
        const std::uint32_t next = nodes_[child].next_sibling;
        adopt(keep, child);
        child = next;
      }
    }
    const bool a_is_larger = nodes_[node_of_root_[a]].records >= nodes_[node_of_root_[b]].records;
    const std::uint32_t root = a_is_larger ? a : b;
    parent_[a] = root;
    parent_[b] = root;
    node_of_root_[root] = keep;
  }
  void adopt(std::uint32_t parent, std::uint32_t child) {
    nodes_[parent].records += nodes_[child].records;
    nodes_[parent].links += nodes_[child].links;
    nodes_[child].next_sibling = nodes_[parent].first_child;
    nodes_[parent].first_child = child;
  }

  std::vector<std::uint32_t> parent_;
  std::vector<std::uint32_t> node_of_root_;
  std::vector<Node> nodes_;
};

bool holds(const MergeTree::Node& node, const ClusterGuards& guards) {
  if (node.records > guards.records_max) return false;
  if (node.records <= guards.dense_above) return true;
  const double pairs = static_cast<double>(node.records) * (node.records - 1) / 2;
  return static_cast<double>(node.links) >= guards.density_min * pairs;
}

std::vector<Link> above(std::span<const Link> links, double weight_min) {
  std::vector<Link> out;
  for (const Link& link : links)
    if (link.weight >= weight_min) out.push_back(link);
  return out;
}

/// Lists the records below a node.
void gather(const MergeTree& tree, std::uint32_t node, RecordIndex records,
            std::vector<RecordIndex>& out) {
  std::vector<std::uint32_t> open = {node};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    if (at < records) out.push_back(at);
    for (std::uint32_t child = tree.node(at).first_child; child != kNone;
         child = tree.node(child).next_sibling)
      open.push_back(child);
  }
}

}  // namespace

Clusters cluster(std::span<const Link> links, RecordIndex records, double weight_min,
                 const ClusterGuards& guards) {
  Clusters out;
  out.of.resize(records);
  if (records == 0) return out;
  const MergeTree tree(above(links, weight_min), records);
  std::vector<std::uint32_t> open = tree.roots();
  const std::size_t components = open.size();
  for (std::size_t i = 0; i < open.size(); ++i) {
    const std::uint32_t node = open[i];
    if (!holds(tree.node(node), guards) && node >= records) {
      out.cut += i < components ? 1 : 0;
      for (std::uint32_t child = tree.node(node).first_child; child != kNone;
           child = tree.node(child).next_sibling)
        open.push_back(child);
      continue;
    }
    std::vector<RecordIndex> members;
    gather(tree, node, records, members);
    const RecordIndex least = *std::min_element(members.begin(), members.end());
    for (const RecordIndex member : members) out.of[member] = least;
    out.several += members.size() > 1 ? 1 : 0;
    out.largest = std::max(out.largest, static_cast<std::uint32_t>(members.size()));
  }
  return out;
}

std::vector<Link> one_to_one(std::span<const Link> links, RecordIndex records, double weight_min) {
  std::vector<Link> candidates = above(links, weight_min);
  std::sort(candidates.begin(), candidates.end(), [](const Link& x, const Link& y) {
    return std::tuple(-x.weight, x.a, x.b) < std::tuple(-y.weight, y.a, y.b);
  });
  std::vector<std::uint8_t> taken(records, 0);
  std::vector<Link> out;
  for (const Link& link : candidates) {
    if (taken[link.a] != 0 || taken[link.b] != 0) continue;
    taken[link.a] = 1;
    taken[link.b] = 1;
    out.push_back(link);
  }
  std::sort(out.begin(), out.end(),
            [](const Link& x, const Link& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
  return out;
}

}  // namespace clewline::matching
