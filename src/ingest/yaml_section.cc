#include "ingest/yaml_section.h"

#include <algorithm>
#include <charconv>

#include "ingest/spelling.h"

namespace clewline::ingest {

Result<YamlSection> YamlSection::open(const YamlNode& node, std::string what,
                                      std::initializer_list<std::string_view> known) {
  return open(node, std::move(what), std::vector<std::string_view>(known));
}

Result<YamlSection> YamlSection::open(const YamlNode& node, std::string what,
                                      const std::vector<std::string_view>& known) {
  if (!node.is_mapping()) {
    return error_at(node.place, what + " must be a list of `key: value`",
                    "See docs/reference/mapping.md.");
  }
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    const std::string& key = node.entries[i].key;
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return error_at(node.key_places[i], "unknown key \"" + key + "\" in " + what,
                      spelling_hint(key, known));
    }
  }
  return YamlSection(node, std::move(what));
}

Error YamlSection::missing(std::string_view key) const {
  return error_at(node_->place, what_ + " needs `" + std::string(key) + "`",
                  "Add it; docs/reference/mapping.md says what it holds.");
}

Result<std::string> YamlSection::text(std::string_view key, std::string fallback) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return fallback;
  if (!node->is_scalar()) {
    return error_at(node->place, "`" + std::string(key) + "` in " + what_ + " must be a text",
                    "Write one value.");
  }
  return node->value;
}

Result<std::string> YamlSection::required_text(std::string_view key) const {
  CLEW_TRY(std::string value, text(key));
  if (value.empty()) return missing(key);
  return value;
}

Result<std::string> YamlSection::choice(std::string_view key,
                                        const std::vector<std::string_view>& values,
                                        std::string fallback) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return fallback;
  CLEW_TRY(std::string value, text(key));
  if (std::find(values.begin(), values.end(), value) == values.end()) {
    return error_at(node->place,
                    "`" + std::string(key) + "` in " + what_ + " cannot be \"" + value + "\"",
                    spelling_hint(value, values));
  }
  return value;
}

Result<bool> YamlSection::flag(std::string_view key, bool fallback) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return fallback;
  if (node->is_scalar() && !node->quoted && node->value == "true") return true;
  if (node->is_scalar() && !node->quoted && node->value == "false") return false;
  return error_at(node->place, "`" + std::string(key) + "` in " + what_ + " is true or false",
                  "Write one of them, without quotes.");
}

Result<std::uint32_t> YamlSection::count(std::string_view key, std::uint32_t fallback) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return fallback;
  std::uint32_t number = 0;
  const std::string& value = node->value;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (!node->is_scalar() || error != std::errc() || end != value.data() + value.size()) {
    return error_at(node->place, "`" + std::string(key) + "` in " + what_ + " is a whole number",
                    "Write digits only.");
  }
  return number;
}

Result<std::vector<std::string>> YamlSection::texts(std::string_view key) const {
  std::vector<std::string> values;
  CLEW_TRY(const std::vector<const YamlNode*> nodes, list(key));
  for (const YamlNode* node : nodes) {
    if (!node->is_scalar())
      return error_at(node->place, "`" + std::string(key) + "` lists plain texts",
                      "Write one text an entry.");
    values.push_back(node->value);
  }
  return values;
}

Result<ExpressionText> YamlSection::expression(std::string_view key) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return ExpressionText{};
  return expression_of(*node, "`" + std::string(key) + "` in " + what_);
}

Result<std::vector<const YamlNode*>> YamlSection::list(std::string_view key) const {
  std::vector<const YamlNode*> nodes;
  const YamlNode* node = find(key);
  if (node == nullptr) return nodes;
  if (!node->is_sequence()) {
    return error_at(node->place, "`" + std::string(key) + "` in " + what_ + " must be a list",
                    "Write [a, b] or lines that begin with `- `.");
  }
  for (const YamlNode& item : node->items) nodes.push_back(&item);
  return nodes;
}

Result<ExpressionText> expression_of(const YamlNode& node, const std::string& what) {
  if (!node.is_scalar() || node.value.empty()) {
    return error_at(
        node.place, what + " must be an expression",
        "Write SQL; put it in double quotes when it holds {, [, or a comma inside {…}.");
  }
  return ExpressionText{node.value, node.place};
}

Result<std::vector<NamedExpression>> named_expressions_of(const YamlNode& node,
                                                          const std::string& what) {
  if (!node.is_mapping())
    return error_at(node.place, what + " must be a list of `name: expression`",
                    "See docs/reference/mapping.md.");
  std::vector<NamedExpression> all;
  for (const auto& [name, value] : node.entries) {
    CLEW_TRY(ExpressionText expression, expression_of(value, "`" + name + "` in " + what));
    all.push_back({name, std::move(expression)});
  }
  return all;
}

}  // namespace clewline::ingest
