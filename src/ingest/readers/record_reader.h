#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "ingest/readers/byte_source.h"
#include "ingest/readers/reader_options.h"
#include "ingest/readers/record.h"

namespace clewline::ingest {

/// What became of a file as a whole.
struct FileOutcome {
  InputEnd end = InputEnd::complete;
  bool empty = false;                // not one byte of text
  bool envelope_incomplete = false;  // a JSON array or document whose closing brackets are missing
  std::string trouble;  // one sentence when anything of the above is the case, or a hint
  Sha256Digest sha256;  // of the original (packed) bytes
  Compression compression = Compression::none;
  TextEncoding encoding = TextEncoding::utf8;  // in which the file was read
  std::uint64_t original_bytes = 0;
  std::uint64_t text_bytes = 0;
  std::uint64_t records = 0;           // delivered
  std::uint64_t rejected_records = 0;  // pieces that continue one are not counted
  std::uint64_t masked_cards = 0;
};

/// Reads one input as batches of records. Bytes are unpacked, made UTF-8 and freed of card numbers
/// before anything looks at them. Used by one thread; the batches may go to others.
class RecordReader {
 public:
  /// Opens a file or "-". Fails when the file cannot be opened or the options contradict each
  /// other.
  static Result<std::unique_ptr<RecordReader>> open(const std::string& path, ReaderOptions options,
                                                    std::uint32_t file_ordinal = 0);
  /// Reads from any source.
  static Result<std::unique_ptr<RecordReader>> create(std::unique_ptr<ByteSource> source,
                                                      ReaderOptions options,
                                                      std::uint32_t file_ordinal = 0);

  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  /// Fills `batch` anew and returns true, or returns false at the end of the file. A batch may hold
  /// no record, only rejected or skipped bytes. Fails only for reasons that concern the whole file,
  /// such as a header without columns.
  Result<bool> next(RecordBatch& batch);

  /// Tells what became of the file; complete after `next` returned false.
  const FileOutcome& outcome() const;

 private:
  struct State;
  explicit RecordReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace clewline::ingest
