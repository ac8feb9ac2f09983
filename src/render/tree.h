#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "render/row_writer.h"

namespace clewline::render {

/// A unit and what is below it. A person reads `headline`, `when` and `remarks`; a program reads
/// `fields`.
struct TreeNode {
  Ink ink = Ink::plain;
  std::string when;  // local time as shown at the left of the headline; may be empty
  std::string
      headline;  // plain words: "called about billing, waited 2 min, spoke 5 min with agent 12"
  std::string reference;             // the id, shown faint
  std::vector<std::string> remarks;  // further lines, faint
  std::vector<std::pair<Column, Cell>> fields;
  std::string children_name;  // the key of `children` in JSON, e.g. "engagements"; empty: a leaf
  std::vector<TreeNode> children;
  /// How many children a person is shown; the rest becomes one line that says how many there are.
  /// JSON has all.
  std::size_t children_shown = static_cast<std::size_t>(-1);
  std::string children_noun;                // for that line: "events"
  std::string children_hint = "use --all";  // and how to see them
  /// How many children JSON has; the others are for people only.
  std::size_t children_in_json = static_cast<std::size_t>(-1);
};

/// Writes a tree for a person: one line a node, lines that connect children to their parent.
void write_tree(const TreeNode& root, const Style& style, const Sink& sink);

/// Writes a tree as one JSON object: its fields, then its children under `children_name`.
std::string tree_json(const TreeNode& root, bool indented);

}  // namespace clewline::render
