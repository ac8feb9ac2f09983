#include "ingest/table_mapping.h"

#include <algorithm>

#include "ingest/sample.h"
#include "text/identifier.h"

namespace clewline::ingest {
namespace {

constexpr std::uint64_t kSampleRecords = 200;

const SampleField* named(const Sample& sample, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (const SampleField& field : sample.fields) {
      if (field.path == name) return &field;
    }
  }
  return nullptr;
}

bool is_table_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

Result<Mapping> mapping_for_table(const std::string& table, const std::string& file,
                                  std::string& note) {
  if (!is_table_name(table)) {
    return Error{ErrorCode::usage, "\"" + table + "\" is no name of a reference table",
                 "Use lower-case letters, digits and _: agents, queues, block_list."};
  }
  CLEW_TRY(const Sample sample, read_sample(file, MappingReader{}, kSampleRecords));
  if (sample.fields.empty()) {
    return Error{ErrorCode::bad_input, file + " has no columns",
                 "The first row of a reference table names its columns."};
  }
  const SampleField* key = named(sample, {"key", "id"});
  if (table == "block_list") key = named(sample, {"value"});
  if (key == nullptr && table == "block_list") {
    return Error{ErrorCode::bad_input, file + " has no column `value`",
                 "A block list has the columns kind, value, reason."};
  }
  if (key == nullptr) key = &sample.fields[0];
  const SampleField* from = named(sample, {"valid_from"});
  const SampleField* to = named(sample, {"valid_to"});
  const SampleField* version = named(sample, {"version", "updated_at"});
  const SampleField* kind = table == "block_list" ? named(sample, {"kind"}) : nullptr;
  std::string text = "mapping: table_" + table +
                     "\nversion: 1.0.0\nsource: {vendor: reference, stream: " + table +
                     ", zone: workspace, region: workspace}\nrecord:\n  kind: reference\n  key: [" +
                     yaml_quoted(key->expression);
  if (kind != nullptr) text += ", " + yaml_quoted(kind->expression);
  if (from != nullptr) text += ", " + yaml_quoted("coalesce(" + from->expression + ", '-')");
  text += "]\n";
  if (version != nullptr) text += "  version: " + yaml_quoted(version->expression) + "\n";
  text += "reference:\n  table: " + table + "\n  key: " + yaml_quoted(key->expression) + "\n";
  if (from != nullptr)
    text += "  valid_from: " + yaml_quoted("ts(" + from->expression + ", 'iso')") + "\n";
  if (to != nullptr)
    text += "  valid_to: " + yaml_quoted("ts(" + to->expression + ", 'iso')") + "\n";
  text += "  values:\n";
  for (const SampleField& field : sample.fields) {
    if (&field == from || &field == to) continue;
    text += "    " + yaml_quoted(field.path) + ": " + yaml_quoted(field.expression) + "\n";
  }
  if (version == nullptr) {
    note = "Table " + table +
           " has no column `version` or `updated_at`: when a row's content changes under the same "
           "key" +
           std::string(from != nullptr ? " and valid_from" : "") +
           ", chance (the greater content hash) decides which stays.";
  }
  return parse_mapping(text, "table_" + table, {});
}

Status settle_block_list(store::Connection& connection, const std::string& region) {
  CLEW_TRY(
      const std::int64_t rows,
      connection.query_int64("SELECT (SELECT count(*) FROM store.reference_rows WHERE table_name = "
                             "'block_list') + (SELECT count(*) FROM store.block_list)"));
  if (rows == 0) return {};
  if (const auto emptied = connection.execute("DELETE FROM store.block_list"); !emptied.ok())
    return emptied.error();
  CLEW_TRY(const auto entries,
           connection.query_rows("SELECT DISTINCT coalesce(\"columns\"->>'$.kind', 'phone'), key, "
                                 "coalesce(\"columns\"->>'$.reason', 'blocked') "
                                 "FROM store.reference_rows WHERE table_name = 'block_list' AND "
                                 "key IS NOT NULL ORDER BY ALL"));
  for (const auto& entry : entries) {
    const std::string& kind = std::get<std::string>(entry[0]);
    const std::string& raw = std::get<std::string>(entry[1]);
    const text::IdentifierValue value = text::normalise_identifier(kind, raw, region);
    const std::string_view stored =
        value.value.empty() ? std::string_view(raw) : std::string_view(value.value);
    const auto written = connection.execute(
        "INSERT INTO store.block_list VALUES ($1, $2, $3)",
        {std::string_view(kind), stored, std::string_view(std::get<std::string>(entry[2]))});
    if (!written.ok()) return written.error();
  }
  return {};
}

}  // namespace clewline::ingest
