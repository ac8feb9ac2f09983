#include <algorithm>

#include "ingest/event_fields.h"
#include "ingest/mapping_parts.h"
#include "ingest/spelling.h"
#include "ingest/yaml_section.h"
#include "model/enums.h"
#include "model/event_types.h"
#include "model/identifier_kinds.h"

namespace clewline::ingest {
namespace {

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> names;
  for (const IdentifierKindRow& row : identifier_kinds()) names.push_back(row.name);
  return names;
}

template <typename E>
bool is_enum_name(const std::string& text) {
  return enum_value<E>(text).has_value();
}

/// Reads a closed-list value: a name of the list becomes an SQL text, anything else is an
/// expression.
template <typename E>
Result<ExpressionText> name_or_expression(const YamlSection& section, std::string_view key,
                                          std::string_view fallback) {
  CLEW_TRY(ExpressionText expression, section.expression(key));
  if (!expression.present()) expression = {std::string(fallback), section.place()};
  if (is_enum_name<E>(expression.text)) expression.text = "'" + expression.text + "'";
  return expression;
}

Result<std::vector<LinkRule>> links_of(const YamlNode& node) {
  std::vector<LinkRule> links;
  for (const YamlNode& item : node.items) {
    CLEW_TRY(const YamlSection section, YamlSection::open(item, "a link", {"rel", "system", "id"}));
    LinkRule link;
    CLEW_TRY(link.rel, section.required_text("rel"));
    CLEW_TRY(link.system, section.text("system"));
    CLEW_TRY(link.id, section.expression("id"));
    if (!link.id.present())
      return error_at(item.place, "a link needs `id`",
                      "Add the expression of the other thing's id.");
    links.push_back(std::move(link));
  }
  return links;
}

Status add_field(FieldSet& set, const std::string& key, const YamlNode& node,
                 const Place& key_place, const std::vector<std::string_view>& own_keys,
                 const std::string& what) {
  if (key == "identifiers") {
    if (!node.is_sequence())
      return error_at(node.place, "`identifiers` must be a list",
                      "Write lines that begin with `- `.");
    for (const YamlNode& item : node.items) {
      CLEW_TRY(IdentifierRule rule, identifier_rule_of(item));
      set.identifiers.push_back(std::move(rule));
    }
    return {};
  }
  if (key == "attributes" && node.is_mapping()) {
    CLEW_TRY(set.attributes, named_expressions_of(node, "`attributes`"));
    return {};
  }
  if (key == "links" && node.is_sequence()) {
    CLEW_TRY(set.links, links_of(node));
    return {};
  }
  if (find_event_field(key) < 0) {
    std::vector<std::string_view> known = event_field_names();
    known.insert(known.end(), own_keys.begin(), own_keys.end());
    known.push_back("identifiers");
    return error_at(key_place, "unknown field \"" + key + "\" in " + what,
                    spelling_hint(key, known));
  }
  CLEW_TRY(ExpressionText expression, expression_of(node, "`" + key + "` in " + what));
  set.fields.push_back({key, std::move(expression)});
  return {};
}

/// Settles whether `event_type` is a name of the list or an expression.
Status read_event_type(EmitRule& rule, const YamlNode& node) {
  const YamlNode* type = node.find("event_type");
  if (type == nullptr)
    return error_at(node.place, "an emit rule needs `event_type`",
                    "Name one of docs/reference/event_types.md.");
  CLEW_TRY(ExpressionText expression, expression_of(*type, "`event_type`"));
  if (find_event_type(expression.text)) {
    rule.event_type = expression.text;
    return {};
  }
  const std::size_t dot = expression.text.find('.');
  const bool is_name = std::all_of(expression.text.begin(), expression.text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || c == '.';
  });
  if (is_name && dot != std::string::npos) {
    std::vector<std::string_view> names;
    bool known_domain = false;
    for (std::size_t i = 0; i < event_types().size(); ++i) {
      names.push_back(event_types()[i].name);
      known_domain |= event_domain(static_cast<EventType>(i)) == expression.text.substr(0, dot);
    }
    if (known_domain) {
      return error_at(expression.place, "no event type \"" + expression.text + "\"",
                      spelling_hint(expression.text, names));
    }
  }
  rule.event_type_expression = std::move(expression);
  return {};
}

}  // namespace

Result<IdentifierRule> identifier_rule_of(const YamlNode& node) {
  CLEW_TRY(const YamlSection section,
           YamlSection::open(node, "an identifier",
                             {"kind", "value", "when", "role", "assurance", "each", "list"}));
  IdentifierRule rule;
  rule.place = node.place;
  CLEW_TRY(rule.list, section.expression("list"));
  CLEW_TRY(rule.when, section.expression("when"));
  CLEW_TRY(rule.each, section.text("each"));
  if (rule.list.present()) return rule;
  CLEW_TRY(rule.kind, section.choice("kind", kind_names()));
  if (rule.kind.empty())
    return error_at(node.place, "an identifier needs `kind`", spelling_hint("", kind_names()));
  CLEW_TRY(rule.value, section.expression("value"));
  if (!rule.value.present())
    return error_at(node.place, "an identifier needs `value`", "Add the expression of its value.");
  CLEW_TRY(rule.role, name_or_expression<IdentifierRole>(section, "role", "customer"));
  CLEW_TRY(rule.assurance,
           name_or_expression<Assurance>(section, "assurance",
                                         rule.kind == "crm_id" ? "system" : "asserted"));
  return rule;
}

Result<FieldSet> field_set_of(const YamlNode& node, const std::string& what,
                              const std::vector<std::string_view>& own_keys) {
  FieldSet set;
  if (!node.is_mapping())
    return error_at(node.place, what + " must be a list of `field: expression`",
                    "See docs/reference/mapping.md.");
  for (std::size_t i = 0; i < node.entries.size(); ++i) {
    const auto& [key, value] = node.entries[i];
    if (std::find(own_keys.begin(), own_keys.end(), key) != own_keys.end()) continue;
    CLEW_TRY_VOID(add_field(set, key, value, node.key_places[i], own_keys, what));
  }
  return set;
}

Result<EmitRule> emit_rule_of(const YamlNode& node) {
  static const std::vector<std::string_view> kOwnKeys = {"when", "otherwise", "each", "event_type"};
  EmitRule rule;
  rule.place = node.place;
  CLEW_TRY(rule.set, field_set_of(node, "an emit rule", kOwnKeys));
  CLEW_TRY_VOID(read_event_type(rule, node));
  if (const YamlNode* when = node.find("when")) {
    CLEW_TRY(rule.when, expression_of(*when, "`when` in an emit rule"));
  }
  if (const YamlNode* each = node.find("each")) {
    if (!each->is_scalar())
      return error_at(each->place, "`each` names one loop", "Write an alias of for_each.");
    rule.each = each->value;
  }
  if (const YamlNode* otherwise = node.find("otherwise")) {
    if (!otherwise->is_scalar() || otherwise->quoted || otherwise->value != "true") {
      return error_at(otherwise->place, "`otherwise` can only be true",
                      "Write true, or remove it.");
    }
    rule.otherwise = true;
    if (rule.when.present())
      return error_at(node.place, "a rule has `when` or `otherwise`, not both", "Remove one.");
  }
  return rule;
}

}  // namespace clewline::ingest
