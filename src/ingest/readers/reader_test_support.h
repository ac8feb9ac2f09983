#pragma once

#include <string>
#include <vector>

#include "ingest/readers/record_reader.h"

namespace clewline::ingest::testing {

/// Everything a reader said about one file.
struct ReadFile {
  std::vector<RecordBatch> batches;
  FileOutcome outcome;
  std::string error;         // of `next`
  std::string coverage_gap;  // first place where the spans do not partition the text

  std::vector<std::string> records() const;
  std::vector<const RejectedRecord*> rejected() const;
  std::string text() const;
};

/// Reads bytes to the end; `read` does it batch by batch of at least `options.batch_bytes`.
ReadFile read_bytes(std::string bytes, const ReaderOptions& options);

std::string gzip(const std::string& text);
std::string zstd(const std::string& text);

/// `count` records in the shape of each format, with quotes, nesting and non-ASCII text.
std::string sample_csv(int count);
std::string sample_ndjson(int count);
std::string sample_concatenated(int count);
std::string sample_array(int count);
std::string sample_document(int count);

}  // namespace clewline::ingest::testing
