#include "ingest/identifier_builder.h"

#include <simdjson.h>

#include "ingest/row_issue.h"
#include "model/enums.h"
#include "model/identifier_kinds.h"
#include "text/identifier.h"

namespace clewline::ingest {
namespace {

enum Field : std::size_t { kKind, kValue, kRaw, kRole, kAssurance, kIssue, kFields };

std::string block_key(std::string_view kind, std::string_view value) {
  std::string key(kind);
  key += '\x1f';
  key += value;
  return key;
}

/// Matches `*` (any text) and literal characters.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

void BlockList::add(std::string_view kind, std::string_view value) {
  values_.insert(block_key(kind, value));
}

void BlockList::add_pattern(std::string_view kind, std::string_view pattern) {
  patterns_.emplace_back(kind, pattern);
}

void BlockList::add_rules(const std::vector<BlockRule>& rules, std::string_view region) {
  for (const BlockRule& rule : rules) {
    if (!rule.pattern.empty()) {
      add_pattern(rule.kind, rule.pattern);
      continue;
    }
    const text::IdentifierValue value = text::normalise_identifier(rule.kind, rule.value, region);
    add(rule.kind, value.value.empty() ? rule.value : value.value);
  }
}

bool BlockList::holds(std::string_view kind, std::string_view value) const {
  if (!values_.empty() && values_.contains(block_key(kind, value))) return true;
  for (const auto& [pattern_kind, pattern] : patterns_) {
    if (pattern_kind == kind && matches(pattern, value)) return true;
  }
  return false;
}

IdentifierBuilder::IdentifierBuilder(std::string region, std::shared_ptr<const BlockList> block,
                                     TextArena& arena, RowColumn& column)
    : region_(std::move(region)), block_(std::move(block)), arena_(arena), column_(column) {
  column_.kind = RowColumn::Kind::structures;
  column_.offsets = {0};
  column_.elements.assign(kFields, {});
}

std::uint64_t IdentifierBuilder::add(const RawIdentifier& identifier) {
  if (identifier.raw.data() == nullptr) return 0;
  const text::IdentifierValue normal =
      text::normalise_identifier(identifier.kind, identifier.raw, region_);
  std::string_view role = identifier.role;
  std::string_view issue = text::issue_name(normal.issue);
  const bool fits_role =
      role != "customer" && !normal.value.empty();  // a company's freephone number is no trouble
  std::uint64_t bits = fits_role && !text::may_identify(normal.issue) ? 0 : issue_bit(normal.issue);
  if (role == "customer" && !normal.value.empty()) {
    if (block_ != nullptr && block_->holds(identifier.kind, normal.value)) {
      role = "company";
      issue = "blocked";
      bits |= issue_bit(RowIssue::blocked);
    } else if (!text::may_identify(normal.issue)) {
      role = "company";
    }
  }
  auto& elements = column_.elements;
  for (std::size_t i = column_.offsets.back(); i < elements[kKind].size(); ++i) {
    if (elements[kKind][i] == identifier.kind && elements[kRole][i] == role &&
        !normal.value.empty() && elements[kValue][i] == normal.value) {
      return bits;  // the same identifier named twice by one event
    }
  }
  elements[kKind].push_back(identifier.kind);
  if (normal.value.empty()) {
    elements[kValue].push_back({});
  } else if (normal.value == identifier.raw) {
    elements[kValue].push_back(identifier.raw);
  } else {
    elements[kValue].push_back(keep_text(arena_, normal.value));
  }
  elements[kRaw].push_back(identifier.raw);
  elements[kRole].push_back(role);
  elements[kAssurance].push_back(identifier.assurance);
  elements[kIssue].push_back(issue.empty() ? std::string_view{} : issue);
  return bits;
}

std::uint64_t IdentifierBuilder::add_list(std::string_view json) {
  if (json.empty()) return 0;
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::array items;
  if (parser.parse(json.data(), json.size()).get(items) != simdjson::SUCCESS)
    return issue_bit(RowIssue::json_malformed);
  std::uint64_t bits = 0;
  for (const simdjson::dom::element item : items) {
    const auto text_at = [&](const char* key) -> std::string_view {
      std::string_view text;
      if (item[key].get(text) != simdjson::SUCCESS) return {};
      return keep_text(arena_, text);
    };
    RawIdentifier identifier;
    const std::string_view kind = text_at("kind");
    if (!find_identifier_kind(kind)) {
      bits |= issue_bit(RowIssue::unknown_enum);
      continue;
    }
    identifier.kind = kind;
    identifier.raw = text_at("raw");
    if (identifier.raw.data() == nullptr) identifier.raw = text_at("value");
    identifier.role = text_at("role");
    identifier.assurance = text_at("assurance");
    if (!enum_value<IdentifierRole>(identifier.role)) {
      if (!identifier.role.empty()) bits |= issue_bit(RowIssue::unknown_enum);
      identifier.role = "customer";
    }
    if (!enum_value<Assurance>(identifier.assurance)) {
      if (!identifier.assurance.empty()) bits |= issue_bit(RowIssue::unknown_enum);
      identifier.assurance = kind == "crm_id" ? "system" : "asserted";
    }
    bits |= add(identifier);
  }
  return bits;
}

void IdentifierBuilder::end_event() {
  column_.offsets.push_back(static_cast<std::uint32_t>(column_.elements[kKind].size()));
}

}  // namespace clewline::ingest
