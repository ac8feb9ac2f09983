#include <algorithm>
#include <limits>

#include "ingest/readers/splitter_internal.h"

namespace clewline::ingest {

void SpanSink::pass_lines(std::size_t begin, std::size_t length, std::int64_t lines) {
  if (lines < 0) {
    const auto first = window_.begin() + static_cast<std::ptrdiff_t>(begin);
    lines = std::count(first, first + static_cast<std::ptrdiff_t>(length), '\n');
  }
  line_ += static_cast<std::uint64_t>(lines);
}

void SpanSink::record(std::size_t begin, std::size_t length, std::size_t tail, std::int64_t lines) {
  if (length > record_bytes_max_) {
    return reject(begin, length, tail, RejectReason::record_too_large, begin,
                  "the record has " + std::to_string(length) + " bytes, more than the limit of " +
                      std::to_string(record_bytes_max_));
  }
  batch_.records.push_back({window_.substr(begin, length), offset_ + begin, line_, ordinal_++,
                            static_cast<std::uint32_t>(tail)});
  pass_lines(begin, length + tail, lines);
}

void SpanSink::reject(std::size_t begin, std::size_t length, std::size_t tail, RejectReason reason,
                      std::size_t error_place, std::string detail, bool continues) {
  if (!continues) ++ordinal_;
  batch_.rejected.push_back({window_.substr(begin, length), offset_ + begin, line_, ordinal_ - 1,
                             static_cast<std::uint32_t>(tail), reason, continues,
                             offset_ + error_place, std::move(detail)});
  pass_lines(begin, length + tail, -1);
}

void SpanSink::skip(std::size_t begin, std::size_t length, SkippedKind kind) {
  if (length == 0) return;
  if (!batch_.skipped.empty()) {
    SkippedSpan& last = batch_.skipped.back();
    if (last.kind == kind && last.offset + last.length == offset_ + begin) {
      last.length += length;
      return pass_lines(begin, length, -1);
    }
  }
  batch_.skipped.push_back({offset_ + begin, length, kind});
  pass_lines(begin, length, -1);
}

}  // namespace clewline::ingest
