#include <algorithm>
#include <charconv>

#include "ingest/readers/projection_tree_internal.h"

namespace clewline::ingest {
namespace {

/// How many elements a for_each path may have, arrays and objects together.
constexpr std::size_t kForEachStepsMax = 8;

class PathParser {
 public:
  explicit PathParser(std::string_view path) : path_(path) {}

  Result<std::vector<PathStep>> parse() {
    if (path_ == "$") return std::vector<PathStep>{};
    if (path_.starts_with("$.") || path_.starts_with("$[")) place_ = path_[1] == '.' ? 2 : 1;
    std::vector<PathStep> steps;
    bool expect_key = place_ >= path_.size() || path_[place_] != '[';
    while (expect_key || place_ < path_.size()) {
      PathStep step;
      const bool read = expect_key ? read_key(step) : read_bracket(step);
      if (!read) return fault();
      steps.push_back(std::move(step));
      if (steps.back().kind == PathStep::Kind::rest) break;
      expect_key = place_ < path_.size() && path_[place_] == '.';
      if (expect_key) ++place_;
    }
    if (place_ < path_.size()) return fault();
    return steps;
  }

 private:
  bool read_key(PathStep& step) {
    if (place_ >= path_.size()) return false;
    if (path_[place_] == '*') {
      step.kind = PathStep::Kind::rest;
      ++place_;
      return true;
    }
    if (path_[place_] == '"') return read_quoted(step.key);
    const std::size_t end = std::min(path_.find_first_of(".[", place_), path_.size());
    step.key = path_.substr(place_, end - place_);
    place_ = end;
    return !step.key.empty() && step.key.find_first_of("\"]*") == std::string::npos;
  }

  bool read_quoted(std::string& key) {
    const std::size_t end = path_.find('"', place_ + 1);
    if (end == std::string_view::npos) return false;
    key = path_.substr(place_ + 1, end - place_ - 1);
    place_ = end + 1;
    return true;
  }

  bool read_bracket(PathStep& step) {
    if (path_[place_] != '[') return false;
    ++place_;
    if (place_ < path_.size() && path_[place_] == '"') {
      if (!read_quoted(step.key)) return false;
    } else {
      step.kind = PathStep::Kind::index;
      const auto [end, error] =
          std::from_chars(path_.data() + place_, path_.data() + path_.size(), step.index);
      if (error != std::errc()) return false;
      place_ = static_cast<std::size_t>(end - path_.data());
    }
    return place_ < path_.size() && path_[place_++] == ']';
  }

  Error fault() const {
    return {ErrorCode::bad_input,
            "the path cannot be read at character " +
                std::to_string(std::min(place_, path_.size()) + 1) + ": " + std::string(path_),
            "Write keys with dots between them, for instance Queue.Name, tags[0], "
            "Attributes[\"zip.code\"] or Attributes.*"};
  }

  std::string_view path_;
  std::size_t place_ = 0;
};

/// Collects, bottom up, what lies below each node.
void note_below(ProjectionTree& tree, std::uint32_t index, bool inside_rest) {
  const bool inside = inside_rest || !tree.nodes[index].rest.empty();
  std::vector<std::uint32_t> of_element = tree.nodes[index].rest;
  std::vector<std::uint32_t> levels;
  const auto add = [&tree](std::vector<std::uint32_t>& columns, std::uint32_t node) {
    const ProjectionTree::Node& lower = tree.nodes[node];
    columns.insert(columns.end(), lower.columns.begin(), lower.columns.end());
    columns.insert(columns.end(), lower.columns_below.begin(), lower.columns_below.end());
  };
  for (std::size_t i = 0; i < tree.nodes[index].children.size(); ++i) {
    const std::uint32_t node = tree.nodes[index].children[i].node;
    note_below(tree, node, inside);
    add(of_element, node);
    if (tree.nodes[node].level) levels.push_back(node);
    levels.insert(levels.end(), tree.nodes[node].levels_below.begin(),
                  tree.nodes[node].levels_below.end());
  }
  std::vector<std::uint32_t> below = of_element;
  for (std::size_t i = 0; i < tree.nodes[index].elements.size(); ++i) {
    const std::uint32_t node = tree.nodes[index].elements[i].node;
    note_below(tree, node, inside);
    add(below, node);
  }
  ProjectionTree::Node& node = tree.nodes[index];
  node.columns_of_element = std::move(of_element);
  node.columns_below = std::move(below);
  node.levels_below = std::move(levels);
  node.inside_rest = inside;
}

Status add_branch(ProjectionTree& tree, const std::string& path) {
  std::vector<std::uint32_t> levels;
  if (!path.empty()) {
    CLEW_TRY(const auto steps, parse_path(path));
    if (steps.empty() || steps.size() > kForEachStepsMax) {
      return Error{ErrorCode::bad_input, "`for_each` must name one to eight keys: " + path,
                   "For instance participants.sessions.segments"};
    }
    std::uint32_t node = 0;
    for (const PathStep& step : steps) {
      if (step.kind != PathStep::Kind::key) {
        return Error{ErrorCode::bad_input, "`for_each` goes through keys only: " + path,
                     "Leave out indexes and '*'; every array on the way is iterated."};
      }
      node = tree.child(node, step.key);
      if (!tree.nodes[node].level)
        tree.nodes[node].owner = static_cast<std::uint16_t>(tree.branches.size());
      tree.nodes[node].level = true;
      levels.push_back(node);
    }
  }
  tree.branches.push_back(std::move(levels));
  return {};
}

}  // namespace

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

Result<std::vector<PathStep>> parse_path(std::string_view path) { return PathParser(path).parse(); }

std::uint32_t ProjectionTree::child(std::uint32_t parent, const std::string& key) {
  const std::string wanted = ignore_case ? ascii_lower(key) : key;
  for (const Child& child : nodes[parent].children) {
    if (child.key == wanted) return child.node;
  }
  const auto index = static_cast<std::uint32_t>(nodes.size());
  nodes[parent].children.push_back({wanted, index});
  nodes.emplace_back().path = nodes[parent].path.empty() ? key : nodes[parent].path + "." + key;
  return index;
}

std::uint32_t ProjectionTree::element(std::uint32_t parent, std::uint32_t position) {
  for (const Element& element : nodes[parent].elements) {
    if (element.index == position) return element.node;
  }
  const auto index = static_cast<std::uint32_t>(nodes.size());
  nodes[parent].elements.push_back({position, index});
  nodes.emplace_back().path = nodes[parent].path + "[" + std::to_string(position) + "]";
  return index;
}

Result<ProjectionTree> build_projection_tree(const ProjectionPlan& plan) {
  ProjectionTree tree;
  tree.ignore_case = plan.ignore_case;
  tree.column_count = plan.columns.size();
  tree.nodes.emplace_back();
  for (std::uint32_t column = 0; column < plan.columns.size(); ++column) {
    CLEW_TRY(const auto steps, parse_path(plan.columns[column]));
    std::uint32_t node = 0;
    bool rest = false;
    for (const PathStep& step : steps) {
      if (step.kind == PathStep::Kind::key) node = tree.child(node, step.key);
      if (step.kind == PathStep::Kind::index) node = tree.element(node, step.index);
      rest = step.kind == PathStep::Kind::rest;
    }
    (rest ? tree.nodes[node].rest : tree.nodes[node].columns).push_back(column);
  }
  const std::vector<std::string> only_record = {""};
  for (const std::string& branch : plan.branches.empty() ? only_record : plan.branches)
    CLEW_TRY_VOID(add_branch(tree, branch));
  note_below(tree, 0, false);
  return tree;
}

}  // namespace clewline::ingest
