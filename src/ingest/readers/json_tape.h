#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/readers/text_arena.h"

namespace clewline::ingest {

/// What a node of a JSON text is.
enum class JsonKind : std::uint8_t {
  object,
  array,
  key,  // a member's name; its value is the next node
  string,
  number,
  true_value,
  false_value,
  null_value,
  masked,  // a bare number whose digits were masked: stars in place of digits
};

/// One node. Children follow their parent; `next` skips over them.
struct JsonNode {
  std::uint32_t begin = 0;   // offset in the text; of a key or string: past the opening quote
  std::uint32_t length = 0;  // of a key or string: without the quotes
  std::uint32_t next = 0;    // index of the node after this one and its children
  JsonKind kind = JsonKind::null_value;
  bool escaped = false;  // a key or string with a backslash
};

/// Why a text is not JSON.
struct JsonError {
  std::size_t place = 0;
  std::string_view reason;  // a sentence's end: "expected a comma or a closing bracket"
};

/// A parsed JSON text (RFC 8259), one value with white space around it; every byte was checked
/// except that UTF-8 is taken for granted, and lone surrogate escapes are let through. Nesting to
/// 1024. Reused from text to text.
class JsonTape {
 public:
  /// Parses; true when `text` is JSON, otherwise `error` says why not. The text must outlive the
  /// use. At most 4 GB.
  bool parse(std::string_view text);

  const JsonError& error() const { return error_; }
  std::string_view text() const { return text_; }
  const std::vector<JsonNode>& nodes() const { return nodes_; }
  const JsonNode& node(std::uint32_t index) const { return nodes_[index]; }
  /// True when white space stands between tokens.
  bool has_space() const { return has_space_; }
  /// True when a node of kind `masked` occurs.
  bool has_masked() const { return has_masked_; }

  /// Returns the bytes of a node as they stand; of a key or string without the quotes.
  std::string_view raw(const JsonNode& node) const { return text_.substr(node.begin, node.length); }
  /// Returns the value of a key or string, escapes resolved (lone surrogates become U+FFFD).
  std::string_view unescaped(const JsonNode& node, TextArena& arena) const;
  /// Returns the JSON text of a node without white space; masked numbers in quotes, so that it is
  /// JSON.
  std::string_view json_text(const JsonNode& node, TextArena& arena) const;
  /// Returns the whole text without white space, masked numbers as they are: the form that is
  /// hashed.
  std::string_view canonical(TextArena& arena) const;

 private:
  bool fail(std::size_t place, std::string_view reason);
  bool parse_value(std::size_t& place);
  bool parse_string(std::size_t& place, JsonKind kind);
  bool parse_number(std::size_t& place);
  bool parse_literal(std::size_t& place, std::string_view word, JsonKind kind);
  bool open(std::size_t& place, JsonKind kind);
  bool close(std::size_t& place);
  bool parse_members(std::size_t& place);
  bool parse_key(std::size_t& place);
  std::size_t skip_space(std::size_t place);

  std::string_view text_;
  std::vector<JsonNode> nodes_;
  std::vector<std::uint32_t> open_;  // nodes of the brackets that are open
  JsonError error_;
  bool has_space_ = false;
  bool has_masked_ = false;
};

}  // namespace clewline::ingest
