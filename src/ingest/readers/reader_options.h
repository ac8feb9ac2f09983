#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace clewline::ingest {

/// The shape of the text of an input.
enum class RecordFormat : std::uint8_t {
  csv,                // cells, one record a row; delimiter, quote and header as the dialect says
  ndjson,             // one JSON value a line
  json_concatenated,  // JSON objects one after another, with or without white space between
                      // (Firehose)
  json_array,         // one JSON array, each element a record
  json_document,      // one or more JSON documents, the records at `records_path`
  json_detect,        // array when the first character is '[', otherwise concatenated
};

/// The character encoding of an input; a byte order mark overrules it. Records are UTF-8 from the
/// reader on.
enum class TextEncoding : std::uint8_t {
  utf8,
  utf16_le,
  utf16_be,
  latin1,  // ISO 8859-1
  windows_1252,
};

/// What to do with a row that has more or fewer cells than there are columns.
enum class RaggedRows : std::uint8_t {
  reject,
  pad,  // missing cells are null, surplus empty cells are dropped; surplus filled cells reject
};

/// The spelling of a CSV file and its kin.
struct CsvDialect {
  char delimiter = ',';
  char quote = '"';  // '\0': no quoting, every byte is literal
  char escape =
      '"';  // character that makes the next one literal inside quotes; `quote` itself: doubling
  char comment = '\0';           // lines that begin with it are skipped; '\0': none
  bool header = true;            // the first row names the columns
  std::uint32_t skip_lines = 0;  // physical lines before the header
  std::vector<std::string>
      columns;  // names when there is no header; replaces the header's when there is
  RaggedRows ragged = RaggedRows::reject;
};

/// Everything a reader needs to know about an input.
struct ReaderOptions {
  RecordFormat format = RecordFormat::csv;
  CsvDialect csv;
  std::string records_path;  // json_document: "$.conversations", "$.data.items" or "$"
  TextEncoding encoding = TextEncoding::utf8;
  std::size_t record_bytes_max = std::size_t{256} << 20;  // longer records are rejected
  std::size_t read_bytes = std::size_t{256} << 10;        // how much is read at a time
  std::size_t batch_bytes = std::size_t{4} << 20;         // a batch ends when it holds this much
  std::size_t batch_records = 2048;                       // or this many records
};

}  // namespace clewline::ingest
