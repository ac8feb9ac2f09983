#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/sha256.h"
#include "ingest/mapping.h"
#include "ingest/mapping_parts.h"
#include "ingest/spelling.h"
#include "ingest/yaml_section.h"

namespace clewline::ingest {
namespace {

namespace fs = std::filesystem;

constexpr int kExtendsDepthMax = 8;

Result<std::string> read_text_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Error{ErrorCode::not_found, "cannot open mapping " + path,
                 "Check the path; presets are named without .yaml."};
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Looks for NAME.yaml in each folder and in the folders directly below it.
std::optional<std::string> find_preset(const std::string& name, const MappingFolders& folders) {
  const std::string file_name = name + ".yaml";
  for (const std::string& folder : folders.folders) {
    std::error_code error;
    const fs::path direct = fs::path(folder) / file_name;
    if (fs::is_regular_file(direct, error)) return direct.string();
    std::vector<fs::path> below;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->is_directory(error)) below.push_back(entry->path());
    }
    std::sort(below.begin(), below.end());
    for (const fs::path& path : below) {
      if (fs::is_regular_file(path / file_name, error)) return (path / file_name).string();
    }
  }
  return std::nullopt;
}

/// Lists the presets of the folders by name.
std::vector<std::string> preset_names(const MappingFolders& folders) {
  std::vector<std::string> names;
  for (const std::string& folder : folders.folders) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == ".yaml") names.push_back(entry->path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<std::string> locate(const std::string& name_or_path, const MappingFolders& folders,
                           const std::string& beside) {
  std::error_code error;
  const bool is_path = name_or_path.find('/') != std::string::npos ||
                       name_or_path.ends_with(".yaml") || name_or_path.ends_with(".yml");
  if (is_path) {
    fs::path path(name_or_path);
    if (path.is_relative() && !beside.empty()) path = fs::path(beside).parent_path() / path;
    return path.string();
  }
  if (const auto found = find_preset(name_or_path, folders)) return *found;
  const std::vector<std::string> names = preset_names(folders);
  return Error{
      ErrorCode::not_found, "no mapping named \"" + name_or_path + "\"",
      "Give a path to a .yaml file, or the name of a preset. " +
          spelling_hint(name_or_path, std::vector<std::string_view>(names.begin(), names.end()))};
}

/// Lays the entries of `over` on `base`, key by key.
void merge_entries(YamlNode& base, const YamlNode& over) {
  for (std::size_t i = 0; i < over.entries.size(); ++i)
    base.set(over.entries[i].key, over.entries[i].node, over.key_places[i]);
}

void append_items(YamlNode& base, const YamlNode& over) {
  base.items.insert(base.items.end(), over.items.begin(), over.items.end());
}

/// Applies the rules of `extends` (docs/reference/mapping.md).
YamlNode merge_documents(YamlNode base, const YamlNode& over) {
  for (std::size_t i = 0; i < over.entries.size(); ++i) {
    const auto& [key, node] = over.entries[i];
    YamlNode* below = base.find(key);
    const bool same_kind = below != nullptr && below->kind == node.kind;
    if (same_kind && node.is_mapping() && key == "maps") {
      for (std::size_t m = 0; m < node.entries.size(); ++m) {
        YamlNode* map = below->find(node.entries[m].key);
        if (map != nullptr && map->is_mapping() && node.entries[m].node.is_mapping()) {
          merge_entries(*map, node.entries[m].node);
        } else {
          below->set(node.entries[m].key, node.entries[m].node, node.key_places[m]);
        }
      }
    } else if (same_kind && node.is_mapping() && key != "for_each") {
      merge_entries(*below, node);
    } else if (same_kind && node.is_sequence() && (key == "block" || key == "typed_digits")) {
      append_items(*below, node);
    } else {
      base.set(key, node, over.key_places[i]);
    }
  }
  return base;
}

Result<YamlNode> resolve_extends(YamlNode document, const std::string& file,
                                 const MappingFolders& folders, int depth) {
  const YamlNode* extends = document.find("extends");
  if (extends == nullptr) return document;
  if (!extends->is_scalar())
    return error_at(extends->place, "`extends` names one preset or file", "Write a name.");
  if (depth >= kExtendsDepthMax)
    return error_at(extends->place, "`extends` goes round in a circle", "Remove one of them.");
  auto path = locate(extends->value, folders, file);
  if (!path.ok()) return error_at(extends->place, path.error().message, path.error().hint);
  auto text = read_text_file(*path);
  if (!text.ok()) return error_at(extends->place, text.error().message, text.error().hint);
  CLEW_TRY(YamlNode parsed, parse_yaml(*text, *path));
  CLEW_TRY(YamlNode base, resolve_extends(std::move(parsed), *path, folders, depth + 1));
  base.drop("tests");  // they are about the preset as it stands
  YamlNode merged = merge_documents(std::move(base), document);
  merged.drop("extends");
  merged.place = document.place;
  return merged;
}

bool is_plain(const YamlNode& node) {
  if (node.quoted || node.value.empty()) return false;
  return std::all_of(node.value.begin(), node.value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  });
}

void write_quoted(const std::string& text, std::string& out) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      constexpr char kHex[] = "0123456789abcdef";
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

/// Writes a node as flow YAML on one line.
void write_node(const YamlNode& node, std::string& out) {
  switch (node.kind) {
    case YamlNode::Kind::null: out += "null"; return;
    case YamlNode::Kind::scalar:
      if (is_plain(node)) {
        out += node.value;
      } else {
        write_quoted(node.value, out);
      }
      return;
    case YamlNode::Kind::sequence:
      out += '[';
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += ", ";
        write_node(node.items[i], out);
      }
      out += ']';
      return;
    case YamlNode::Kind::mapping:
      out += '{';
      for (std::size_t i = 0; i < node.entries.size(); ++i) {
        if (i > 0) out += ", ";
        write_quoted(node.entries[i].key, out);
        out += ": ";
        write_node(node.entries[i].node, out);
      }
      out += '}';
      return;
  }
}

/// Writes the document without what decides nothing about events: tests, description, status.
std::string write_document(const YamlNode& document) {
  std::string out;
  for (const auto& [key, node] : document.entries) {
    if (key == "tests" || key == "description" || key == "status") continue;
    out += key;
    out += ": ";
    write_node(node, out);
    out += '\n';
  }
  return out;
}

}  // namespace

Result<Mapping> parse_mapping(std::string_view text, const std::string& file,
                              const MappingFolders& folders) {
  CLEW_TRY(YamlNode parsed, parse_yaml(text, file));
  if (!parsed.is_mapping())
    return error_at(parsed.place, "a mapping is a list of `key: value`",
                    "See docs/reference/mapping.md.");
  CLEW_TRY(YamlNode document, resolve_extends(std::move(parsed), file, folders, 0));
  CLEW_TRY(Mapping mapping, mapping_of(document));
  mapping.path = file;
  mapping.resolved_text = write_document(document);
  mapping.hash = sha256(mapping.resolved_text).to_hex().substr(0, 12);
  return mapping;
}

Result<Mapping> load_mapping(const std::string& name_or_path, const MappingFolders& folders) {
  CLEW_TRY(const std::string path, locate(name_or_path, folders, {}));
  CLEW_TRY(const std::string text, read_text_file(path));
  return parse_mapping(text, path, folders);
}

}  // namespace clewline::ingest
