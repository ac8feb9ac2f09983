#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/assert.h"
#include "ingest/readers/encoding.h"
#include "ingest/readers/projector.h"
#include "ingest/readers/record_reader.h"
#include "ingest/readers/typed_digits.h"
#include "text/card_mask.h"

namespace clewline::ingest::fuzz {

/// Ends the run of the fuzzer with a finding.
inline void require(bool holds) { CLEW_ASSERT(holds); }

/// Checks a batch and its projection: spans cover it, every view lies in it, every record becomes
/// rows or a reject, rows are complete.
inline void check_batch(RecordBatch& batch, Projector& projector,
                        const TypedDigitsMask& typed_digits) {
  require(!find_coverage_gap(batch));
  typed_digits.apply(batch);
  require(!find_coverage_gap(batch));
  ProjectedBatch rows;
  projector.project(batch, rows);
  std::vector<int> outcomes(batch.records.size());
  for (const ProjectionReject& reject : rows.rejected) {
    const Record& record = batch.records.at(reject.record);
    require(outcomes[reject.record]++ == 0 && !reject.detail.empty());
    require(reject.error_offset >= record.offset &&
            reject.error_offset <= record.offset + record.raw.size());
    require(rows.canonical.at(reject.record).data() == nullptr);
  }
  for (std::uint32_t record : rows.record) {
    require(outcomes.at(record) != 1 && rows.canonical.at(record).data() != nullptr);
    outcomes[record] = 2;
  }
  for (int outcome : outcomes) require(outcome != 0);
  for (const auto& column : rows.cells) {
    require(column.size() == rows.row_count());
    for (std::string_view cell : column) require(!find_invalid_utf8(cell));
  }
}

/// What a reader made of a text: its bytes and its spans.
struct Reading {
  std::string text;
  std::string spans;  // of the records
  std::string rejects;
  bool failed = false;
};

inline Reading read_all(const std::string& bytes, const ReaderOptions& options,
                        const ProjectionPlan& plan) {
  Reading reading;
  auto reader = RecordReader::create(ByteSource::from_bytes(bytes), options);
  auto projection = CompiledProjection::compile(plan, options);
  require(projection.ok());
  if (!reader.ok()) {
    reading.failed = true;
    return reading;
  }
  Projector projector(projection.value());
  const TypedDigitsMask none = TypedDigitsMask::compile({}, options).value();
  while (true) {
    RecordBatch batch;
    const auto more = reader.value()->next(batch);
    if (!more.ok()) {
      reading.failed = true;
      return reading;
    }
    if (!more.value()) break;
    require(batch.offset == reading.text.size());
    check_batch(batch, projector, none);
    reading.text += batch.bytes();
    for (const Record& record : batch.records)
      reading.spans +=
          std::to_string(record.offset) + "+" + std::to_string(record.raw.size()) + " ";
    for (const RejectedRecord& record : batch.rejected)
      reading.rejects += std::to_string(record.ordinal) + ":" + std::to_string(record.offset) +
                         "+" + std::to_string(record.raw.size()) + " ";
  }
  const FileOutcome& outcome = reader.value()->outcome();
  require(outcome.text_bytes == reading.text.size() && outcome.sha256 == sha256(bytes));
  projector.key_report();
  return reading;
}

/// Reads a text whole and in pieces, and with typed digits masked.
inline void check_reading(const std::string& bytes, ReaderOptions options,
                          const ProjectionPlan& plan, std::size_t piece) {
  options.record_bytes_max = options.read_bytes = options.batch_bytes = std::size_t{1} << 16;
  const Reading whole = read_all(bytes, options, plan);
  const bool plain = ByteSource::from_bytes(bytes)->compression() == Compression::none &&
                     options.encoding == TextEncoding::utf8 && !bytes.starts_with("\xFF\xFE") &&
                     !bytes.starts_with("\xFE\xFF");
  if (plain && !whole.failed) {
    std::string masked = bytes;
    text::mask_cards(masked);
    require(whole.text == masked);
  }
  options.read_bytes = piece;
  options.batch_records = 1 + piece % 7;
  const Reading pieces = read_all(bytes, options, plan);
  // Where a record may be longer than the limit, what is seen of it at once decides its outcome.
  const bool long_records =
      std::max(whole.text.size(), pieces.text.size()) >= options.record_bytes_max / 2;
  require(pieces.failed == whole.failed || long_records);
  if (!pieces.failed && !whole.failed) {
    require(pieces.text == whole.text);
    require(long_records || (pieces.spans == whole.spans && pieces.rejects == whole.rejects));
  }

  const std::vector<TypedDigitsField> fields = {{"a", "", ""}, {"b", "a", "x"}};
  const auto typed_digits = TypedDigitsMask::compile(fields, options);
  auto reader = RecordReader::create(ByteSource::from_bytes(bytes), options);
  if (!reader.ok()) return;
  Projector projector(CompiledProjection::compile(plan, options).value());
  RecordBatch batch;
  while (true) {
    const auto more = reader.value()->next(batch);
    if (!more.ok() || !more.value()) return;
    check_batch(batch, projector, typed_digits.value());
  }
}

}  // namespace clewline::ingest::fuzz
