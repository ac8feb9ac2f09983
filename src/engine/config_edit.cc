#include "engine/config_edit.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

namespace clewline::engine {
namespace {

using Path = std::vector<std::string>;

std::string dotted(const Path& path) {
  std::string out;
  for (const std::string& key : path) out += (out.empty() ? "" : ".") + key;
  return out;
}

/// Every scalar of a document by the keys that lead to it.
void flatten(const YAML::Node& node, const Path& path, std::map<Path, std::string>& out) {
  Path below = path;
  below.emplace_back();
  if (node.IsMap()) {
    for (const auto& entry : node) {
      below.back() = entry.first.Scalar();
      flatten(entry.second, below, out);
    }
  } else if (node.IsSequence()) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      below.back() = "\n" + std::to_string(i);
      flatten(node[i], below, out);
    }
    out[path] = "\nlist of " + std::to_string(node.size());
  } else {
    out[path] = node.IsScalar() ? node.Scalar() : "\nnull";
  }
}

std::map<Path, std::string> settings_of(const std::string& text) {
  std::map<Path, std::string> out;
  const YAML::Node root = YAML::Load(text);
  if (!root.IsNull()) flatten(root, {}, out);
  return out;
}

// The place of a mark in the text: marks count lines and bytes of a line from 0.
std::size_t offset_of(const std::string& text, const YAML::Mark& mark) {
  std::size_t offset = 0;
  for (int line = 0; line < mark.line; ++line) {
    const std::size_t end = text.find('\n', offset);
    if (end == std::string::npos) return text.size();
    offset = end + 1;
  }
  return std::min(text.size(), offset + static_cast<std::size_t>(mark.column));
}

// Length of a scalar that stands on one line; null when it is written another way.
std::optional<std::size_t> length_of(const std::string& text, std::size_t offset,
                                     const std::string& scalar) {
  if (offset < text.size() && (text[offset] == '"' || text[offset] == '\'')) {
    const std::size_t end = text.find(text[offset], offset + 1);
    if (end == std::string::npos || text.substr(offset + 1, end - offset - 1) != scalar)
      return std::nullopt;
    return end + 1 - offset;
  }
  if (scalar.empty() || text.compare(offset, scalar.size(), scalar) != 0) return std::nullopt;
  return scalar.size();
}

// "a: {b: value}" for the keys from `depth` on.
std::string entry_of(const ConfigChange& change, std::size_t depth) {
  std::string out;
  std::string closing;
  for (std::size_t i = depth; i < change.path.size(); ++i) {
    out += (i == depth ? "" : "{") + change.path[i] + ": ";
    closing += i == depth ? "" : "}";
  }
  return out + change.value + closing;
}

// At the end of the file: the first key on a line of its own, the rest below.
std::string appended(std::string text, const ConfigChange& change) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  if (change.path.size() == 1) return text + entry_of(change, 0) + "\n";
  return text + change.path.front() + ":\n  " + entry_of(change, 1) + "\n";
}

// Before the first entry of a mapping that has entries, or inside its braces.
std::optional<std::string> inserted(std::string text, const YAML::Node& map,
                                    const ConfigChange& change, std::size_t depth) {
  const std::string entry = entry_of(change, depth);
  if (map.Style() == YAML::EmitterStyle::Flow) {
    const std::size_t brace = offset_of(text, map.Mark());
    if (brace >= text.size() || text[brace] != '{') return std::nullopt;
    return text.insert(brace + 1, entry + (map.size() > 0 ? ", " : ""));
  }
  if (map.size() == 0) return std::nullopt;
  const YAML::Mark mark = map.begin()->first.Mark();
  const std::size_t first = offset_of(text, mark);
  const std::size_t line = first - static_cast<std::size_t>(mark.column);
  const std::string indent(static_cast<std::size_t>(mark.column), ' ');
  if (text.compare(line, indent.size(), indent) != 0) return std::nullopt;
  return text.insert(line, indent + entry + "\n");
}

std::optional<std::string> edited(const std::string& text, const ConfigChange& change) {
  YAML::Node node = YAML::Load(text);
  std::size_t depth = 0;
  while (depth < change.path.size() && node.IsMap() && node[change.path[depth]]) {
    node.reset(node[change.path[depth]]);
    ++depth;
  }
  if (depth == change.path.size()) {
    if (!node.IsScalar()) return std::nullopt;
    const std::size_t offset = offset_of(text, node.Mark());
    const auto length = length_of(text, offset, node.Scalar());
    if (!length) return std::nullopt;
    return std::string(text).replace(offset, *length, change.value);
  }
  if (depth == 0) {
    const bool block = node.IsNull() || node.Style() != YAML::EmitterStyle::Flow;
    return block && (node.IsNull() || node.IsMap()) ? std::optional(appended(text, change))
                                                    : std::nullopt;
  }
  return node.IsMap() ? inserted(text, node, change, depth) : std::nullopt;
}

Result<std::string> file_text(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return std::string();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Error{ErrorCode::io, "cannot read " + path.string(), "check its rights"};
  return text.str();
}

}  // namespace

Result<std::string> change_setting(const std::string& text, const ConfigChange& change) {
  const Error by_hand{ErrorCode::bad_input,
                      dotted(change.path) + " stands in a form that cannot be changed safely",
                      "write " + change.value + " there yourself"};
  try {
    auto expected = settings_of(text);
    for (std::size_t depth = 1; depth < change.path.size(); ++depth)
      expected.erase(Path(change.path.begin(), change.path.begin() + static_cast<long>(depth)));
    expected[change.path] = change.value;
    auto changed = edited(text, change);
    if (!changed || settings_of(*changed) != expected) return by_hand;
    return std::move(*changed);
  } catch (const YAML::Exception&) {
    return by_hand;
  }
}

Status change_config_file(const std::string& workspace_folder, std::string_view name,
                          std::span<const ConfigChange> changes) {
  const std::filesystem::path path = std::filesystem::path(workspace_folder) / name;
  CLEW_TRY(std::string text, file_text(path));
  for (const ConfigChange& change : changes) {
    auto changed = change_setting(text, change);
    if (!changed.ok())
      return Error{changed.error().code, path.string() + ": " + changed.error().message,
                   changed.error().hint};
    text = std::move(changed).value();
  }
  const std::filesystem::path draft = path.string() + ".new";
  std::ofstream file(draft, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  std::error_code failed;
  if (file && std::filesystem::exists(path))
    std::filesystem::permissions(draft, std::filesystem::status(path).permissions(), failed);
  if (file && !failed) std::filesystem::rename(draft, path, failed);
  if (file && !failed) return {};
  std::error_code ignored;
  std::filesystem::remove(draft, ignored);
  return Error{ErrorCode::io, "cannot write " + path.string(),
               "check that the folder is writable and the disk not full; nothing was changed"};
}

}  // namespace clewline::engine
