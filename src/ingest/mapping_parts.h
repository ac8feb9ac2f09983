#pragma once

#include "base/result.h"
#include "ingest/mapping.h"
#include "ingest/yaml_tree.h"

namespace clewline::ingest {

/// Reads a whole document (after `extends`) into a mapping.
Result<Mapping> mapping_of(const YamlNode& document);

Result<MappingReader> reader_of(const YamlNode& node);
Result<EmitRule> emit_rule_of(const YamlNode& node);
Result<IdentifierRule> identifier_rule_of(const YamlNode& node);
/// Adds fields, attributes, links and identifiers of `common` or an emit rule; `own_keys` are not
/// fields.
Result<FieldSet> field_set_of(const YamlNode& node, const std::string& what,
                              const std::vector<std::string_view>& own_keys);

}  // namespace clewline::ingest
