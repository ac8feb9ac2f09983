#include "ingest/row_columns.h"

#include <simdjson.h>

#include <array>
#include <charconv>

#include "base/assert.h"
#include "ingest/json_text.h"
#include "ingest/readers/record.h"
#include "ingest/row_issue.h"
#include "model/enums.h"
#include "model/tables.h"

namespace clewline::ingest {
namespace {

using Use = OutputColumn::Use;

/// Appends `"prefix.key":value` for each key of a JSON object; false when it is no object.
bool append_object(std::string& out, std::string_view prefix, std::string_view json) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) return false;
  for (const auto& [key, value] : object) {
    if (value.is_null()) continue;
    if (out.size() > 1) out += ',';
    append_json_string(out, std::string(prefix) + std::string(key));
    out += ':';
    out += simdjson::minify(value);
  }
  return true;
}

bool is_json_structure(std::string_view text) {
  if (text.size() < 2 || (text[0] != '{' && text[0] != '[')) return false;
  static thread_local simdjson::dom::parser parser;
  return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

}  // namespace

std::size_t table_column(std::string_view table, std::string_view name) {
  const auto columns = table_contract(table).columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  CLEW_ASSERT(false);
  return 0;
}

std::string_view attributes_json(const RowInputs& inputs, std::uint32_t row, TextArena& arena,
                                 std::string& scratch) {
  scratch = "{";
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < inputs.compiled.columns.size(); ++i) {
    if (inputs.compiled.columns[i].use != Use::attribute) continue;
    const CompiledAttribute& attribute =
        inputs.compiled.attributes[static_cast<std::size_t>(inputs.compiled.columns[i].index)];
    const std::string_view text = inputs.gathered.columns[i].texts[inputs.kept[row]];
    if (text.data() == nullptr || text.empty()) continue;
    if (attribute.all_keys) {
      if (!append_object(scratch, attribute.name, text))
        bits |= issue_bit(RowIssue::json_malformed);
      continue;
    }
    if (scratch.size() > 1) scratch += ',';
    append_json_string(scratch, attribute.name);
    scratch += ':';
    if (is_json_structure(text)) {
      scratch += text;
    } else {
      append_json_string(scratch, text);
    }
  }
  inputs.issues[row] |= bits;
  if (scratch.size() == 1) return {};
  scratch += '}';
  return keep_text(arena, scratch);
}

void fill_identifiers(const RowInputs& inputs, MappedBatch& out, RowColumn& column) {
  IdentifierBuilder builder(inputs.compiled.region, inputs.block, out.arena, column);
  struct Columns {
    const GatheredColumn* value = nullptr;
    const GatheredColumn* role = nullptr;
    const GatheredColumn* assurance = nullptr;
    const GatheredColumn* list = nullptr;
  };
  std::vector<Columns> columns(inputs.compiled.identifiers.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int index = static_cast<int>(i);
    columns[i].value = inputs.gathered.find(inputs.compiled, Use::identifier_value, index);
    columns[i].role = inputs.gathered.find(inputs.compiled, Use::identifier_role, index);
    columns[i].assurance = inputs.gathered.find(inputs.compiled, Use::identifier_assurance, index);
    columns[i].list = inputs.gathered.find(inputs.compiled, Use::identifier_list, index);
  }
  for (std::size_t row = 0; row < inputs.kept.size(); ++row) {
    const std::uint32_t at = inputs.kept[row];
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const CompiledIdentifier& compiled = inputs.compiled.identifiers[i];
      if (columns[i].list != nullptr) {
        bits |= builder.add_list(columns[i].list->texts[at]);
        continue;
      }
      RawIdentifier identifier;
      identifier.kind = compiled.kind;
      identifier.raw = columns[i].value->texts[at];
      if (identifier.raw.data() == nullptr) continue;
      identifier.role = columns[i].role != nullptr ? columns[i].role->texts[at]
                                                   : std::string_view(compiled.constant_role);
      identifier.assurance = columns[i].assurance != nullptr
                                 ? columns[i].assurance->texts[at]
                                 : std::string_view(compiled.constant_assurance);
      if (!enum_value<IdentifierRole>(identifier.role)) {
        identifier.role = "customer";
        bits |= issue_bit(RowIssue::unknown_enum);
      }
      if (!enum_value<Assurance>(identifier.assurance)) {
        identifier.assurance = "asserted";
        bits |= issue_bit(RowIssue::unknown_enum);
      }
      bits |= builder.add(identifier);
    }
    builder.end_event();
    inputs.issues[row] |= bits;
  }
}

void fill_issues(const RowInputs& inputs, MappedBatch& out, RowColumn& column) {
  column.make(RowColumn::Kind::text_lists, 0);
  for (std::size_t row = 0; row < inputs.kept.size(); ++row) {
    std::uint64_t bits = inputs.issues[row];
    for (unsigned bit = 0; bits != 0; ++bit, bits >>= 1) {
      if ((bits & 1) == 0) continue;
      const std::string_view name = row_issue_name(bit);
      if (name.empty()) continue;
      column.elements[0].push_back(name);
      ++out.records[out.row_record[row]].issues;
    }
    column.offsets.push_back(static_cast<std::uint32_t>(column.elements[0].size()));
  }
}

std::uint64_t append_links(std::string_view json, TextArena& arena, RowColumn& column) {
  if (json.empty()) return 0;
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::array items;
  if (parser.parse(json.data(), json.size()).get(items) != simdjson::SUCCESS)
    return issue_bit(RowIssue::json_malformed);
  constexpr const char* kKeys[] = {"rel", "system", "id"};
  for (const simdjson::dom::element item : items) {
    for (std::size_t field = 0; field < 3; ++field) {
      std::string_view text;
      const bool present = item[kKeys[field]].get(text) == simdjson::SUCCESS;
      column.elements[field].push_back(present ? keep_text(arena, text) : std::string_view{});
    }
  }
  return 0;
}

void fill_raw_refs(const RowInputs& inputs, MappedBatch& out, RowColumn& column) {
  column.make(RowColumn::Kind::texts, out.rows.rows);
  std::array<char, 72> buffer{};
  std::uint32_t written_for = UINT32_MAX;
  std::string_view ref;
  for (std::size_t row = 0; row < out.rows.rows; ++row) {
    const std::uint32_t record = out.row_record[row];
    if (record != written_for) {
      const Record& place = inputs.records.records[record];
      char* end = buffer.data();
      end = std::to_chars(end, buffer.data() + 20, inputs.delivery.file_id).ptr;
      *end++ = ':';
      end = std::to_chars(end, end + 20, place.offset).ptr;
      *end++ = ':';
      end = std::to_chars(end, end + 20, place.raw.size()).ptr;
      ref = keep_text(out.arena, {buffer.data(), static_cast<std::size_t>(end - buffer.data())});
      written_for = record;
    }
    column.texts[row] = ref;
  }
}

}  // namespace clewline::ingest
