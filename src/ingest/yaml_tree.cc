#include "ingest/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "ingest/readers/encoding.h"

namespace clewline::ingest {

std::string Place::to_string() const {
  if (line == 0) return file;
  std::string text = file + ":" + std::to_string(line);
  if (column > 0) text += ":" + std::to_string(column);
  return text;
}

Error error_at(const Place& place, std::string message, std::string hint) {
  return {ErrorCode::bad_input, place.to_string() + ": " + std::move(message), std::move(hint)};
}

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, node] : entries) {
    if (name == key) return &node;
  }
  return nullptr;
}

YamlNode* YamlNode::find(std::string_view key) {
  for (auto& [name, node] : entries) {
    if (name == key) return &node;
  }
  return nullptr;
}

const Place& YamlNode::key_place(std::string_view key) const {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].key == key) return key_places[i];
  }
  return place;
}

void YamlNode::drop(std::string_view key) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].key != key) continue;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
    key_places.erase(key_places.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void YamlNode::set(const std::string& key, YamlNode node, const Place& key_place) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].key == key) {
      entries[i].node = std::move(node);
      key_places[i] = key_place;
      return;
    }
  }
  entries.emplace_back(key, std::move(node));
  key_places.push_back(key_place);
}

namespace {

constexpr std::size_t kDepthMax = 32;

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// YAML 1.1 reads 2021-04-02 and 2021-04-02 10:00:00 as times.
bool looks_like_date(std::string_view text) {
  return text.size() >= 10 && all_digits(text.substr(0, 4)) && text[4] == '-' &&
         all_digits(text.substr(5, 2)) && text[7] == '-' && all_digits(text.substr(8, 2));
}

bool is_implicit_word(std::string_view text) {
  constexpr std::array<std::string_view, 12> kWords = {"yes", "no", "on", "off", "Yes", "No",
                                                       "YES", "NO", "On", "Off", "ON",  "OFF"};
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

/// Builds the tree from the parser's events. yaml-cpp ends only by exceptions; ours is caught in
/// parse_yaml.
struct StrictError {
  Error error;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    YamlNode node;
    node.place = place_of(mark);
    add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "aliases (*name) are not allowed", "Write the text out.");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.value = value;
    node.quoted = tag == "!";
    node.place = place_of(mark);
    if (!tag.empty() && tag != "?" && tag != "!")
      fail(mark, "tags are not allowed: " + tag, "Remove the tag.");
    if (find_invalid_utf8(value)) {  // yaml-cpp makes single bytes of \_ and \N
      fail(mark, "an escape that gives no UTF-8",
           "Write the character itself, or \\u and its code.");
    }
    if (!node.quoted && is_implicit_word(value)) {
      fail(mark, "YAML would read " + value + " as true or false",
           "Write \"" + value + "\" in quotes, or true or false where one is meant.");
    }
    if (!node.quoted && looks_like_date(value)) {
      fail(mark, "YAML would read " + value + " as a date", "Write it in quotes.");
    }
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

  YamlNode take_root() { return std::move(root_); }

 private:
  struct Level {
    YamlNode node;
    bool has_key = false;
    std::string key;
    Place key_place;
  };

  Place place_of(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }
  [[noreturn]] void fail(const YAML::Mark& mark, std::string message, std::string hint) const {
    throw StrictError{error_at(place_of(mark), std::move(message), std::move(hint))};
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != YAML::NullAnchor)
      fail(mark, "anchors (&name) are not allowed", "Write the text out where it is used.");
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    refuse_anchor(mark, anchor);
    if (!tag.empty() && tag != "?") fail(mark, "tags are not allowed: " + tag, "Remove the tag.");
    if (levels_.size() >= kDepthMax)
      fail(mark, "nested too deeply", "A mapping needs fewer than 32 levels.");
    if (!levels_.empty() && levels_.back().node.is_mapping() && !levels_.back().has_key) {
      fail(mark, "a key must be a plain text", "Put the key in quotes.");
    }
    Level level;
    level.node.kind = kind;
    level.node.place = place_of(mark);
    levels_.push_back(std::move(level));
  }
  void close() {
    YamlNode node = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(node));
  }
  void add(YamlNode node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.is_sequence()) {
      level.node.items.push_back(std::move(node));
    } else if (level.has_key) {
      level.node.entries.emplace_back(level.key, std::move(node));
      level.node.key_places.push_back(level.key_place);
      level.has_key = false;
    } else {
      add_key(level, node);
    }
  }
  static void add_key(Level& level, const YamlNode& node) {
    if (!node.is_scalar()) {
      throw StrictError{
          error_at(node.place, "a key is missing or is no plain text", "Put the key in quotes.")};
    }
    if (level.node.find(node.value) != nullptr) {
      throw StrictError{error_at(node.place, "key \"" + node.value + "\" occurs twice",
                                 "Remove one; the first is in line " +
                                     std::to_string(level.node.key_place(node.value).line) + ".")};
    }
    level.key = node.value;
    level.key_place = node.place;
    level.has_key = true;
  }

  std::string file_;
  std::vector<Level> levels_;
  YamlNode root_;
};

Status refuse_tabs(std::string_view text, const std::string& file) {
  int line = 1;
  int column = 1;
  for (const char c : text) {
    if (c == '\t') {
      return error_at({file, line, column}, "a tab",
                      "Indent with spaces; inside quotes write \\t.");
    }
    ++column;
    if (c == '\n') {
      ++line;
      column = 1;
    }
  }
  return {};
}

Status refuse_other_encodings(std::string_view text, const std::string& file) {
  const auto bad = find_invalid_utf8(text);
  if (!bad) return {};
  const std::string_view before = text.substr(0, *bad);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 where there is none
  return error_at({file, line, static_cast<int>(*bad - line_start) + 1}, "a byte that is not UTF-8",
                  "Save the file as UTF-8.");
}

}  // namespace

Result<YamlNode> parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > kYamlBytesMax) {
    return Error{ErrorCode::limit, file + ": longer than 1 MB",
                 "Is this a mapping? Data files are named after it."};
  }
  CLEW_TRY_VOID(refuse_other_encodings(text, file));
  CLEW_TRY_VOID(refuse_tabs(text, file));
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(file);
    if (!parser.HandleNextDocument(builder)) {
      return Error{ErrorCode::bad_input, file + ": the file is empty",
                   "See docs/reference/mapping.md for an example."};
    }
    YamlNode root = builder.take_root();
    TreeBuilder second(file);
    if (parser.HandleNextDocument(second)) {
      return error_at(second.take_root().place, "a second document", "Write one mapping a file.");
    }
    return root;
  } catch (const StrictError& refusal) {
    return refusal.error;
  } catch (const YAML::Exception& failure) {
    return error_at({file, failure.mark.line + 1, failure.mark.column + 1}, failure.msg,
                    "Check indentation, quotes and brackets there.");
  }
}

}  // namespace clewline::ingest
