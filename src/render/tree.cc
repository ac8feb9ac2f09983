#include "render/tree.h"

#include <algorithm>

#include "render/cell_text.h"

namespace clewline::render {
namespace {

void write_node(const TreeNode& node, const std::string& prefix, const std::string& below,
                const Style& style, const Sink& sink) {
  std::string line = style.paint(Ink::faint, prefix);
  if (!node.when.empty()) line += style.paint(Ink::faint, node.when) + "  ";
  line += style.paint(node.ink, one_line(node.headline));
  if (!node.reference.empty()) line += "  " + style.paint(Ink::faint, node.reference);
  sink(line + "\n");
  const std::string hanging = node.children.empty() ? "   " : "│  ";
  for (const std::string& remark : node.remarks) {
    sink(style.paint(Ink::faint, below + hanging + one_line(remark)) + "\n");
  }
  const std::size_t shown = std::min(node.children.size(), node.children_shown);
  const std::size_t left = node.children.size() - shown;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == shown && left == 0;
    write_node(node.children[i], below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "),
               style, sink);
  }
  if (left == 0) return;
  const std::string more = "… " + grouped(static_cast<std::int64_t>(left)) + " more " +
                           node.children_noun + " (" + node.children_hint + ")";
  sink(style.paint(Ink::faint, below + "└─ ") + style.paint(Ink::warn, more) + "\n");
}

void add_node(std::string& out, const TreeNode& node, bool indented, std::size_t depth) {
  const auto next_line = [&](std::size_t level) {
    if (!indented) return;
    out += '\n';
    out.append(level * 2, ' ');
  };
  out += '{';
  bool any = false;
  for (const auto& [column, cell] : node.fields) {
    if (column.name == node.children_name) continue;  // a count of what stands below in full
    if (any) out += ',';
    any = true;
    next_line(depth + 1);
    add_json_string(out, column.name);
    out += indented ? ": " : ":";
    add_json_cell(out, cell, column.kind);
  }
  if (!node.children_name.empty()) {
    if (any) out += ',';
    next_line(depth + 1);
    add_json_string(out, node.children_name);
    out += indented ? ": [" : ":[";
    const std::size_t count = std::min(node.children.size(), node.children_in_json);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += ',';
      next_line(depth + 2);
      add_node(out, node.children[i], indented, depth + 2);
    }
    if (count > 0) next_line(depth + 1);
    out += ']';
  }
  next_line(depth);
  out += '}';
}

}  // namespace

void write_tree(const TreeNode& root, const Style& style, const Sink& sink) {
  write_node(root, "", "", style, sink);
}

std::string tree_json(const TreeNode& root, bool indented) {
  std::string out;
  add_node(out, root, indented, 0);
  out += '\n';
  return out;
}

}  // namespace clewline::render
