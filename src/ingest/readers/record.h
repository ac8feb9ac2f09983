#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clewline::ingest {

/// One record as it stands in its file. Offsets count bytes of the file's text: unpacked, as UTF-8,
/// card numbers masked (masking keeps every length).
struct Record {
  std::string_view raw;       // without line end or separator; points into its batch
  std::uint64_t offset = 0;   // of raw's first byte in the text
  std::uint64_t line = 0;     // physical line of its first byte, from 1
  std::uint64_t ordinal = 0;  // among the delivered and rejected records of the file, from 0
  std::uint32_t tail_bytes =
      0;  // line end, comma or white space after raw that belongs to no record
};

/// Why a record was not delivered.
enum class RejectReason : std::uint8_t {
  invalid_encoding,  // bytes that are not UTF-8
  unclosed_quote,    // a quoted cell never ends
  malformed_quote,   // something follows a closing quote
  ragged_row,        // too few or too many cells
  json_syntax,       // not JSON
  not_an_object,     // JSON, but not an object where one is needed
  record_too_large,  // longer than ReaderOptions::record_bytes_max
  truncated_input,   // the input stops in the middle of it
  no_records_path,   // a JSON document in which the records' path leads to nothing
};

/// Returns the reason's name as stored, e.g. "ragged_row".
std::string_view reject_reason_name(RejectReason reason);

/// A stretch of the file that should have been a record, with its bytes and what is wrong with it.
struct RejectedRecord {
  std::string_view raw;  // points into its batch
  std::uint64_t offset = 0;
  std::uint64_t line = 0;
  std::uint64_t ordinal = 0;
  std::uint32_t tail_bytes = 0;
  RejectReason reason = RejectReason::json_syntax;
  bool continues = false;  // a further piece of the rejected record before it (too large for one)
  std::uint64_t error_offset = 0;  // place of the trouble in the text
  std::string detail;              // one sentence for a person, with what to do
};

/// What a skipped stretch is.
enum class SkippedKind : std::uint8_t {
  byte_order_mark,
  skipped_line,  // by `skip_lines`
  header,
  comment,
  blank,     // empty lines and white space between records
  envelope,  // the parts of a JSON document around its records
};

/// A stretch of the file that is no record and is not meant to be one.
struct SkippedSpan {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  SkippedKind kind = SkippedKind::blank;
};

/// A piece of a file: consecutive bytes and the records in them. Records, rejected records (each
/// with its tail) and skipped spans partition `bytes` exactly. Every view points into `bytes`, so a
/// batch may be moved but not copied. Batches of one file may be worked on by different threads.
struct RecordBatch {
  RecordBatch() = default;
  RecordBatch(RecordBatch&&) = default;
  RecordBatch& operator=(RecordBatch&&) = default;

  std::uint32_t file_ordinal = 0;   // as given to RecordReader
  std::uint64_t batch_ordinal = 0;  // within the file, from 0
  std::uint64_t offset = 0;         // of bytes[0] in the file's text
  std::unique_ptr<char[]> storage;
  std::size_t storage_bytes = 0;  // capacity of storage
  std::size_t length = 0;         // bytes used
  std::vector<Record> records;
  std::vector<RejectedRecord> rejected;
  std::vector<SkippedSpan> skipped;
  std::shared_ptr<const std::vector<std::string>>
      columns;  // CSV: the file's columns; otherwise null

  std::string_view bytes() const { return {storage.get(), length}; }
};

/// Says where records, rejected and skipped spans of a batch fail to partition its bytes; null when
/// they do. Used by tests and fuzzers.
std::optional<std::string> find_coverage_gap(const RecordBatch& batch);

}  // namespace clewline::ingest
