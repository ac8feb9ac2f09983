#include "ingest/readers/record.h"

#include <algorithm>

namespace clewline::ingest {

std::string_view reject_reason_name(RejectReason reason) {
  switch (reason) {
    case RejectReason::invalid_encoding: return "invalid_encoding";
    case RejectReason::unclosed_quote: return "unclosed_quote";
    case RejectReason::malformed_quote: return "malformed_quote";
    case RejectReason::ragged_row: return "ragged_row";
    case RejectReason::json_syntax: return "json_syntax";
    case RejectReason::not_an_object: return "not_an_object";
    case RejectReason::record_too_large: return "record_too_large";
    case RejectReason::truncated_input: return "truncated_input";
    case RejectReason::no_records_path: return "no_records_path";
  }
  return "";
}

std::optional<std::string> find_coverage_gap(const RecordBatch& batch) {
  struct Span {
    std::uint64_t offset, length;
    const char* what;
  };
  std::vector<Span> spans;
  const auto misplaced = [&](std::string_view raw, std::uint64_t offset) {
    return offset < batch.offset || raw.data() != batch.storage.get() + (offset - batch.offset);
  };
  for (const Record& record : batch.records) {
    if (misplaced(record.raw, record.offset))
      return "a record's bytes are not those at its offset " + std::to_string(record.offset);
    spans.push_back({record.offset, record.raw.size() + record.tail_bytes, "record"});
  }
  for (const RejectedRecord& record : batch.rejected) {
    if (misplaced(record.raw, record.offset))
      return "rejected bytes are not those at their offset " + std::to_string(record.offset);
    spans.push_back({record.offset, record.raw.size() + record.tail_bytes, "rejected"});
  }
  for (const SkippedSpan& span : batch.skipped)
    spans.push_back({span.offset, span.length, "skipped"});
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return a.offset < b.offset || (a.offset == b.offset && a.length < b.length);
  });
  std::uint64_t place = batch.offset;
  for (const Span& span : spans) {
    if (span.offset != place) {
      return std::string(span.what) + " begins at " + std::to_string(span.offset) +
             ", but the bytes before it end at " + std::to_string(place);
    }
    place += span.length;
  }
  if (place != batch.offset + batch.length) {
    return "spans end at " + std::to_string(place) + ", the batch at " +
           std::to_string(batch.offset + batch.length);
  }
  return std::nullopt;
}

}  // namespace clewline::ingest
