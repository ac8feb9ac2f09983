#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace clewline::ingest {

/// A place in a file, counted from 1; column 0: the whole line.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  /// Writes "file:line:column".
  std::string to_string() const;
};

/// Makes a `bad_input` error that begins with its place.
Error error_at(const Place& place, std::string message, std::string hint);

/// A node of a strictly read YAML document.
struct YamlNode {
  struct Entry;
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  std::string value;    // of a scalar, as text
  bool quoted = false;  // scalar in quotes or as a block
  Place place;
  std::vector<YamlNode> items;    // of a sequence
  std::vector<Entry> entries;     // of a mapping, in file order
  std::vector<Place> key_places;  // of each entry's key

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_mapping() const { return kind == Kind::mapping; }
  bool is_sequence() const { return kind == Kind::sequence; }
  /// Returns the entry of a key, or null.
  const YamlNode* find(std::string_view key) const;
  YamlNode* find(std::string_view key);
  /// Returns the place of an entry's key, or of the node itself.
  const Place& key_place(std::string_view key) const;
  /// Removes an entry, if it is there.
  void drop(std::string_view key);
  /// Adds or replaces an entry.
  void set(const std::string& key, YamlNode node, const Place& key_place);
};

/// A key of a mapping and what stands there.
struct YamlNode::Entry {
  std::string key;
  YamlNode node;
};

/// The longest mapping file read, in bytes.
inline constexpr std::size_t kYamlBytesMax = std::size_t{1} << 20;

/// Reads one YAML document strictly: tabs, anchors, aliases, tags, repeated keys, a second
/// document, and plain words or dates that YAML gives another type are errors with line and column.
/// `file` is used in messages.
Result<YamlNode> parse_yaml(std::string_view text, const std::string& file);

}  // namespace clewline::ingest
