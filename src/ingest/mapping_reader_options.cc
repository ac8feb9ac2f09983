#include "ingest/mapping_parts.h"
#include "ingest/yaml_section.h"

namespace clewline::ingest {
namespace {

struct FormatName {
  std::string_view name;
  MappingReader::Format format;
  RecordFormat records;
};

constexpr FormatName kFormats[] = {
    {"auto", MappingReader::Format::automatic, RecordFormat::csv},
    {"csv", MappingReader::Format::text, RecordFormat::csv},
    {"tsv", MappingReader::Format::text, RecordFormat::csv},
    {"json", MappingReader::Format::text, RecordFormat::json_detect},
    {"ndjson", MappingReader::Format::text, RecordFormat::ndjson},
    {"json_array", MappingReader::Format::text, RecordFormat::json_array},
    {"concatenated", MappingReader::Format::text, RecordFormat::json_concatenated},
    {"json_document", MappingReader::Format::text, RecordFormat::json_document},
    {"parquet", MappingReader::Format::parquet, RecordFormat::csv},
    {"ocel", MappingReader::Format::ocel, RecordFormat::ndjson},
};

constexpr std::pair<std::string_view, TextEncoding> kEncodings[] = {
    {"utf8", TextEncoding::utf8},
    {"utf16_le", TextEncoding::utf16_le},
    {"utf16_be", TextEncoding::utf16_be},
    {"latin1", TextEncoding::latin1},
    {"windows_1252", TextEncoding::windows_1252},
};

/// Reads a key that holds one character; empty gives '\0'.
Result<char> character(const YamlSection& section, std::string_view key, char fallback) {
  const YamlNode* node = section.find(key);
  if (node == nullptr) return fallback;
  CLEW_TRY(const std::string text, section.text(key));
  if (text.size() > 1)
    return error_at(node->place, "`" + std::string(key) + "` is one character",
                    "Write it in quotes, e.g. \";\".");
  return text.empty() ? '\0' : text[0];
}

Result<CsvDialect> dialect_of(const YamlSection& section, bool tabs) {
  CsvDialect dialect;
  CLEW_TRY(dialect.delimiter, character(section, "delim", tabs ? '\t' : ','));
  CLEW_TRY(dialect.quote, character(section, "quote", '"'));
  CLEW_TRY(dialect.escape, character(section, "escape", dialect.quote));
  CLEW_TRY(dialect.comment, character(section, "comment", '\0'));
  CLEW_TRY(dialect.header, section.flag("header", true));
  CLEW_TRY(dialect.skip_lines, section.count("skip_lines", 0));
  CLEW_TRY(dialect.columns, section.texts("columns"));
  if (!dialect.header && dialect.columns.empty()) {
    return error_at(section.place(), "`header: false` needs `columns`",
                    "Name the columns in order.");
  }
  CLEW_TRY(const std::string ragged,
           section.choice("ragged", {"reject", "pad"}, dialect.header ? "reject" : "pad"));
  dialect.ragged = ragged == "pad" ? RaggedRows::pad : RaggedRows::reject;
  return dialect;
}

}  // namespace

Result<MappingReader> reader_of(const YamlNode& node) {
  CLEW_TRY(
      const YamlSection section,
      YamlSection::open(node, "`reader`",
                        {"format", "delim", "quote", "escape", "comment", "header", "skip_lines",
                         "columns", "encoding", "records_path", "ragged", "case_insensitive"}));
  MappingReader reader;
  std::vector<std::string_view> names;
  for (const FormatName& row : kFormats) names.push_back(row.name);
  CLEW_TRY(const std::string format, section.choice("format", names, "auto"));
  for (const FormatName& row : kFormats) {
    if (row.name != format) continue;
    reader.format = row.format;
    reader.options.format = row.records;
  }
  CLEW_TRY(reader.options.csv, dialect_of(section, format == "tsv"));
  reader.delimiter_given = section.find("delim") != nullptr;
  reader.ragged_given = section.find("ragged") != nullptr;
  std::vector<std::string_view> encodings;
  for (const auto& [name, encoding] : kEncodings) encodings.push_back(name);
  CLEW_TRY(const std::string encoding, section.choice("encoding", encodings, "utf8"));
  for (const auto& [name, value] : kEncodings) {
    if (name == encoding) reader.options.encoding = value;
  }
  CLEW_TRY(reader.options.records_path, section.text("records_path"));
  if (format == "json_document" && reader.options.records_path.empty()) {
    return error_at(node.place, "`format: json_document` needs `records_path`",
                    "E.g. records_path: $.conversations.");
  }
  if (!reader.options.records_path.empty()) reader.options.format = RecordFormat::json_document;
  if (!reader.options.records_path.empty() && reader.format == MappingReader::Format::automatic) {
    reader.format = MappingReader::Format::text;
  }
  CLEW_TRY(reader.ignore_case, section.flag("case_insensitive", false));
  return reader;
}

}  // namespace clewline::ingest
