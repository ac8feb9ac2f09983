#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/mapping.h"
#include "ingest/yaml_tree.h"

namespace clewline::ingest {

/// A YAML mapping whose keys are known: reads entries by type, with messages that name the place.
class YamlSection {
 public:
  /// Checks that the node is a mapping and has no key but the known ones. `what` names it in
  /// messages.
  static Result<YamlSection> open(const YamlNode& node, std::string what,
                                  std::initializer_list<std::string_view> known);
  static Result<YamlSection> open(const YamlNode& node, std::string what,
                                  const std::vector<std::string_view>& known);

  const YamlNode* find(std::string_view key) const { return node_->find(key); }
  const Place& place() const { return node_->place; }
  const Place& place_of(std::string_view key) const { return node_->key_place(key); }

  /// Returns a text, or `fallback` when the key is absent.
  Result<std::string> text(std::string_view key, std::string fallback = {}) const;
  Result<std::string> required_text(std::string_view key) const;
  /// Returns a text that must be one of a list.
  Result<std::string> choice(std::string_view key, const std::vector<std::string_view>& values,
                             std::string fallback = {}) const;
  Result<bool> flag(std::string_view key, bool fallback) const;
  Result<std::uint32_t> count(std::string_view key, std::uint32_t fallback) const;
  Result<std::vector<std::string>> texts(std::string_view key) const;
  /// Returns an expression; empty when the key is absent.
  Result<ExpressionText> expression(std::string_view key) const;
  /// Returns the items of a list; none when the key is absent.
  Result<std::vector<const YamlNode*>> list(std::string_view key) const;

 private:
  YamlSection(const YamlNode& node, std::string what) : node_(&node), what_(std::move(what)) {}
  Error missing(std::string_view key) const;

  const YamlNode* node_;
  std::string what_;
};

/// Reads a node as an expression.
Result<ExpressionText> expression_of(const YamlNode& node, const std::string& what);

/// Reads a mapping of names to expressions.
Result<std::vector<NamedExpression>> named_expressions_of(const YamlNode& node,
                                                          const std::string& what);

}  // namespace clewline::ingest
