#include <algorithm>
#include <filesystem>

#include "ingest/mapping_parts.h"
#include "ingest/spelling.h"
#include "ingest/yaml_section.h"
#include "model/enums.h"
#include "model/identifier_kinds.h"
#include "text/identifier.h"
#include "text/phone.h"
#include "text/zone.h"

namespace clewline::ingest {
namespace {

bool is_name(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_semantic_version(const std::string& text) {
  int parts = 1;
  bool digit_before = false;
  for (const char c : text) {
    if (c == '.') {
      if (!digit_before) return false;
      ++parts;
      digit_before = false;
    } else if (c >= '0' && c <= '9') {
      digit_before = true;
    } else {
      return false;
    }
  }
  return parts == 3 && digit_before;
}

Result<MappingSource> source_of(const YamlNode& node) {
  CLEW_TRY(const YamlSection section,
           YamlSection::open(node, "`source`",
                             {"vendor", "name", "stream", "channel", "zone", "region"}));
  MappingSource source;
  source.place = node.place;
  CLEW_TRY(source.vendor, section.required_text("vendor"));
  CLEW_TRY(source.name, section.text("name", source.vendor));
  CLEW_TRY(source.stream, section.text("stream", "default"));
  const auto channels = enum_names<Channel>();
  CLEW_TRY(source.channel, section.choice("channel", {channels.begin(), channels.end()}, "other"));
  CLEW_TRY(source.zone, section.text("zone"));
  CLEW_TRY(source.region, section.text("region"));
  if (!source.zone.empty() && source.zone != "workspace") {
    if (auto zone = text::Zone::find(source.zone); !zone.ok()) {
      return error_at(section.find("zone")->place, zone.error().message, zone.error().hint);
    }
  }
  if (!source.region.empty() && source.region != "workspace" &&
      !text::is_phone_region(source.region)) {
    return error_at(section.find("region")->place, "no telephone region \"" + source.region + "\"",
                    "Write a country as two capital letters, such as DE.");
  }
  return source;
}

Result<MappingRecord> record_of(const YamlNode& node) {
  CLEW_TRY(const YamlSection section,
           YamlSection::open(node, "`record`",
                             {"key", "no_key", "version", "kind", "source", "stream"}));
  MappingRecord record;
  record.place = node.place;
  const YamlNode* key = section.find("key");
  if (key == nullptr)
    return error_at(node.place, "`record` needs `key`",
                    "Name the record's id, or write `key: none` when it has none.");
  if (key->is_scalar() && !key->quoted && key->value == "none") {
    record.keyless = true;
  } else if (key->is_sequence()) {
    for (const YamlNode& item : key->items) {
      CLEW_TRY(ExpressionText part, expression_of(item, "`key`"));
      record.key.push_back(std::move(part));
    }
    if (record.key.empty())
      return error_at(key->place, "`key` is an empty list",
                      "Name the fields, or write `key: none`.");
  } else {
    CLEW_TRY(ExpressionText whole, expression_of(*key, "`key`"));
    record.key.push_back(std::move(whole));
  }
  CLEW_TRY(const std::string no_key, section.choice("no_key", {"reject", "content"}, "reject"));
  record.content_when_no_key = no_key == "content";
  CLEW_TRY(record.version, section.expression("version"));
  CLEW_TRY(const std::string kind,
           section.choice("kind", {"event", "profile", "reference"}, "event"));
  record.kind = kind == "event"     ? RecordKind::event
                : kind == "profile" ? RecordKind::profile
                                    : RecordKind::reference;
  CLEW_TRY(record.source, section.expression("source"));
  CLEW_TRY(record.stream, section.expression("stream"));
  return record;
}

Result<std::vector<RejectRule>> reject_of(const YamlNode& node) {
  std::vector<RejectRule> rules;
  if (!node.is_sequence())
    return error_at(node.place, "`reject` must be a list of {when, reason, field}",
                    "Write lines that begin with `- `.");
  for (const YamlNode& item : node.items) {
    CLEW_TRY(const YamlSection section,
             YamlSection::open(item, "a reject rule", {"when", "reason", "field"}));
    RejectRule rule;
    CLEW_TRY(rule.when, section.expression("when"));
    if (!rule.when.present())
      return error_at(item.place, "a reject rule needs `when`", "Add the condition.");
    CLEW_TRY(rule.reason, section.required_text("reason"));
    CLEW_TRY(rule.field, section.text("field"));
    rules.push_back(std::move(rule));
  }
  return rules;
}

Result<std::vector<EnumMap>> maps_of(const YamlNode& node) {
  std::vector<EnumMap> maps;
  if (!node.is_mapping())
    return error_at(node.place, "`maps` must be a list of `name: {…}`",
                    "See docs/reference/mapping.md.");
  for (const auto& [name, entries] : node.entries) {
    if (!entries.is_mapping())
      return error_at(entries.place, "map \"" + name + "\" must be {native: value, …}",
                      "See docs/reference/mapping.md.");
    EnumMap map;
    map.name = name;
    map.place = entries.place;
    bool has_default = false;
    for (const auto& [native, value] : entries.entries) {
      if (value.kind != YamlNode::Kind::null && !value.is_scalar()) {
        return error_at(value.place,
                        "entry \"" + native + "\" of map \"" + name + "\" must be a text or null",
                        "Write one value.");
      }
      std::optional<std::string> text;
      if (value.is_scalar()) text = value.value;
      if (native == "default") {
        has_default = true;
        map.fallback = std::move(text);
      } else {
        map.entries.emplace_back(native, std::move(text));
      }
    }
    if (!has_default)
      return error_at(entries.place, "map \"" + name + "\" has no `default`",
                      "Add `default: VALUE` or `default: null`.");
    maps.push_back(std::move(map));
  }
  return maps;
}

Result<std::vector<TypedDigitsField>> typed_digits_of(const YamlNode& node) {
  std::vector<TypedDigitsField> fields;
  if (!node.is_sequence())
    return error_at(node.place, "`typed_digits` must be a list", "Write [path, …].");
  for (const YamlNode& item : node.items) {
    TypedDigitsField field;
    if (item.is_scalar()) {
      field.path = item.value;
    } else {
      CLEW_TRY(const YamlSection section,
               YamlSection::open(item, "a typed_digits entry", {"path", "when"}));
      CLEW_TRY(field.path, section.required_text("path"));
      if (const YamlNode* when = section.find("when")) {
        if (!when->is_mapping() || when->entries.size() != 1 ||
            !when->entries[0].node.is_scalar()) {
          return error_at(when->place, "`when` of typed_digits is {path: value}",
                          "Write one path and one value.");
        }
        field.condition_path = when->entries[0].key;
        field.condition_value = when->entries[0].node.value;
      }
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<std::vector<BlockRule>> block_of(const YamlNode& node) {
  std::vector<BlockRule> rules;
  if (!node.is_sequence())
    return error_at(node.place, "`block` must be a list", "Write lines that begin with `- `.");
  std::vector<std::string_view> kinds;
  for (const IdentifierKindRow& row : identifier_kinds()) kinds.push_back(row.name);
  for (const YamlNode& item : node.items) {
    CLEW_TRY(const YamlSection section,
             YamlSection::open(item, "a block entry", {"kind", "value", "pattern", "reason"}));
    BlockRule rule;
    CLEW_TRY(rule.kind, section.choice("kind", kinds));
    CLEW_TRY(rule.value, section.text("value"));
    CLEW_TRY(rule.pattern, section.text("pattern"));
    CLEW_TRY(rule.reason, section.text("reason", "blocked"));
    if (rule.kind.empty() || rule.value.empty() == rule.pattern.empty()) {
      return error_at(item.place, "a block entry has `kind` and either `value` or `pattern`",
                      "Add what is missing.");
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

Result<std::vector<Loop>> loops_of(const YamlNode& node) {
  std::vector<Loop> loops;
  if (!node.is_mapping())
    return error_at(node.place, "`for_each` must be {alias: path, …}",
                    "E.g. {p: participants, s: p.sessions}.");
  for (const auto& [alias, path] : node.entries) {
    if (!path.is_scalar() || path.value.empty())
      return error_at(path.place, "a loop needs the path of an array", "E.g. p: participants.");
    loops.push_back({alias, path.value, path.place});
  }
  return loops;
}

Result<std::vector<MappingTest>> tests_of(const YamlNode& node) {
  std::vector<MappingTest> tests;
  if (!node.is_sequence())
    return error_at(node.place, "`tests` must be a list", "Write lines that begin with `- `.");
  for (const YamlNode& item : node.items) {
    CLEW_TRY(const YamlSection section,
             YamlSection::open(item, "a test", {"sample", "expect", "source", "zone", "region"}));
    MappingTest test;
    test.place = item.place;
    CLEW_TRY(test.sample, section.required_text("sample"));
    CLEW_TRY(test.expect, section.required_text("expect"));
    CLEW_TRY(test.source, section.text("source"));
    CLEW_TRY(test.zone, section.text("zone"));
    CLEW_TRY(test.region, section.text("region"));
    const std::filesystem::path folder = std::filesystem::path(item.place.file).parent_path();
    test.sample = (folder / test.sample).lexically_normal().string();
    test.expect = (folder / test.expect).lexically_normal().string();
    tests.push_back(std::move(test));
  }
  return tests;
}

Result<ReferenceRule> reference_of(const YamlNode& node) {
  CLEW_TRY(
      const YamlSection section,
      YamlSection::open(node, "`reference`", {"table", "key", "valid_from", "valid_to", "values"}));
  ReferenceRule rule;
  CLEW_TRY(rule.table, section.required_text("table"));
  CLEW_TRY(rule.key, section.expression("key"));
  if (!rule.key.present())
    return error_at(node.place, "`reference` needs `key`", "Name the key inside the table.");
  CLEW_TRY(rule.valid_from, section.expression("valid_from"));
  CLEW_TRY(rule.valid_to, section.expression("valid_to"));
  if (const YamlNode* values = section.find("values")) {
    CLEW_TRY(rule.values, named_expressions_of(*values, "`values`"));
  }
  return rule;
}

Result<ProfileRule> profile_of(const YamlNode& node) {
  ProfileRule rule;
  CLEW_TRY(std::vector<NamedExpression> all, named_expressions_of(node, "`profile`"));
  for (NamedExpression& entry : all) {
    if (entry.name == "valid_from") {
      rule.valid_from = std::move(entry.expression);
    } else if (entry.name == "profile_id") {
      rule.profile_id = std::move(entry.expression);
    } else {
      rule.attributes.push_back(std::move(entry));
    }
  }
  return rule;
}

/// Reads the lists and blocks that may be absent.
Status read_optional_parts(const YamlSection& section, Mapping& mapping) {
  if (const YamlNode* node = section.find("reject")) {
    CLEW_TRY(mapping.reject, reject_of(*node));
  }
  if (const YamlNode* node = section.find("for_each")) {
    CLEW_TRY(mapping.loops, loops_of(*node));
  }
  if (const YamlNode* node = section.find("let")) {
    CLEW_TRY(mapping.let, named_expressions_of(*node, "`let`"));
  }
  if (const YamlNode* node = section.find("typed_digits")) {
    CLEW_TRY(mapping.typed_digits, typed_digits_of(*node));
  }
  if (const YamlNode* node = section.find("maps")) {
    CLEW_TRY(mapping.maps, maps_of(*node));
  }
  if (const YamlNode* node = section.find("block")) {
    CLEW_TRY(mapping.block, block_of(*node));
  }
  if (const YamlNode* node = section.find("tests")) {
    CLEW_TRY(mapping.tests, tests_of(*node));
  }
  if (const YamlNode* node = section.find("profile")) {
    CLEW_TRY(mapping.profile, profile_of(*node));
  }
  if (const YamlNode* node = section.find("reference")) {
    CLEW_TRY(mapping.reference, reference_of(*node));
  }
  if (const YamlNode* node = section.find("common")) {
    CLEW_TRY(mapping.common, field_set_of(*node, "`common`", {}));
  }
  CLEW_TRY(const std::vector<const YamlNode*> identifiers, section.list("identifiers"));
  for (const YamlNode* node : identifiers) {
    CLEW_TRY(IdentifierRule rule, identifier_rule_of(*node));
    mapping.common.identifiers.push_back(std::move(rule));
  }
  CLEW_TRY(const std::vector<const YamlNode*> rules, section.list("emit"));
  for (const YamlNode* node : rules) {
    CLEW_TRY(EmitRule rule, emit_rule_of(*node));
    mapping.emit.push_back(std::move(rule));
  }
  return {};
}

Status check_kind(const Mapping& mapping, const YamlNode& document) {
  const RecordKind kind = mapping.record.kind;
  const bool has_emit = !mapping.emit.empty();
  if (kind == RecordKind::event && !has_emit) {
    return error_at(document.place, "the mapping has no `emit` rules",
                    "Add at least one, or set record kind to profile or reference.");
  }
  if (kind == RecordKind::event && (mapping.profile || mapping.reference)) {
    return error_at(document.place,
                    "`profile` and `reference` need the matching `record: {kind: …}`",
                    "Set the kind.");
  }
  if (kind != RecordKind::event && has_emit) {
    return error_at(document.place, "only records of kind event have `emit` rules",
                    "Remove them or set kind to event.");
  }
  if (kind == RecordKind::reference && !mapping.reference) {
    return error_at(document.place, "record kind reference needs `reference: {table, key, values}`",
                    "Add it.");
  }
  return {};
}

}  // namespace

Result<Mapping> mapping_of(const YamlNode& document) {
  CLEW_TRY(const YamlSection section,
           YamlSection::open(
               document, "the mapping",
               {"mapping",     "version",      "extends",  "description", "status",   "source",
                "reader",      "record",       "skip",     "reject",      "for_each", "let",
                "identifiers", "typed_digits", "common",   "emit",        "profile",  "reference",
                "maps",        "block",        "unmapped", "tests"}));
  Mapping mapping;
  CLEW_TRY(mapping.name, section.required_text("mapping"));
  if (!is_name(mapping.name)) {
    return error_at(section.find("mapping")->place, "\"" + mapping.name + "\" is no mapping name",
                    "Use lower-case letters, digits and _.");
  }
  CLEW_TRY(mapping.version, section.required_text("version"));
  if (!is_semantic_version(mapping.version)) {
    return error_at(section.find("version")->place, "\"" + mapping.version + "\" is no version",
                    "Write three numbers, such as 1.0.0.");
  }
  CLEW_TRY(mapping.description, section.text("description"));
  CLEW_TRY(mapping.status, section.choice("status", {"tested", "from_documentation"}, "tested"));
  const YamlNode* source = section.find("source");
  if (source == nullptr)
    return error_at(document.place, "the mapping needs `source`", "Add source: {vendor: NAME}.");
  CLEW_TRY(mapping.source, source_of(*source));
  const YamlNode* record = section.find("record");
  if (record == nullptr)
    return error_at(document.place, "the mapping needs `record`",
                    "Add record: {key: ID}, or {key: none}.");
  CLEW_TRY(mapping.record, record_of(*record));
  if (const YamlNode* reader = section.find("reader")) {
    CLEW_TRY(mapping.reader, reader_of(*reader));
  }
  CLEW_TRY(mapping.skip, section.expression("skip"));
  CLEW_TRY(const std::string unmapped, section.choice("unmapped", {"ignore", "report"}, "ignore"));
  mapping.report_unmapped = unmapped == "report";
  CLEW_TRY_VOID(read_optional_parts(section, mapping));
  CLEW_TRY_VOID(check_kind(mapping, document));
  return mapping;
}

}  // namespace clewline::ingest
