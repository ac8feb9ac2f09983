#include "ingest/readers/record_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "ingest/readers/encoding.h"
#include "ingest/readers/masked_text_internal.h"
#include "ingest/readers/splitter_internal.h"

namespace clewline::ingest {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// Room behind a batch's bytes, so that readers of whole words may run over their end.
constexpr std::size_t kSlackBytes = 64;
/// A piece of a record that is too large; the rest follows in further pieces.
constexpr std::size_t kDiscardBytes = std::size_t{4} << 20;

}  // namespace

struct RecordReader::State {
  State(std::unique_ptr<ByteSource> source, ReaderOptions reader_options,
        std::unique_ptr<Splitter> record_splitter, std::uint32_t ordinal)
      : options(std::move(reader_options)),
        text(std::move(source), options.encoding, options.read_bytes),
        splitter(std::move(record_splitter)),
        file_ordinal(ordinal) {}

  Result<bool> next(RecordBatch& batch);
  void begin(RecordBatch& batch);
  void append(RecordBatch& batch, std::string_view piece);
  Result<void> split(RecordBatch& batch, WindowEnd end);
  void discard(RecordBatch& batch, SpanSink& sink, bool at_end);
  void pass_byte_order_mark(RecordBatch& batch, SpanSink& sink, WindowEnd end);
  void finish_batch(RecordBatch& batch);
  void finish_file();
  void reject_bad_encoding(RecordBatch& batch);
  bool full(const RecordBatch& batch) const {
    return batch.records.size() + batch.rejected.size() >= options.batch_records ||
           split_to >= options.batch_bytes;
  }

  ReaderOptions options;
  MaskedText text;
  std::unique_ptr<Splitter> splitter;
  std::uint32_t file_ordinal;

  std::string carry;             // bytes of the last batch that no span covered
  std::uint64_t text_place = 0;  // offset in the text of the next batch
  std::uint64_t batch_ordinal = 0;
  std::uint64_t line = 1;
  std::uint64_t record_ordinal = 0;
  std::size_t split_to = 0;  // bytes of the batch that spans cover
  std::size_t retry_at = 0;  // uncovered bytes at which splitting is tried again
  bool mark_passed = false;  // the place of a byte order mark was looked at
  bool discarding = false;   // inside a record that is too large
  bool text_ended = false;
  bool finished = false;
  FileOutcome outcome;
};

void RecordReader::State::begin(RecordBatch& batch) {
  batch.file_ordinal = file_ordinal;
  batch.batch_ordinal = batch_ordinal++;
  batch.offset = text_place;
  batch.length = 0;
  batch.records.clear();
  batch.rejected.clear();
  batch.skipped.clear();
  split_to = 0;
  append(batch, carry);
  carry.clear();
  carry.shrink_to_fit();
}

void RecordReader::State::append(RecordBatch& batch, std::string_view piece) {
  const std::size_t needed = batch.length + piece.size() + kSlackBytes;
  if (needed > batch.storage_bytes) {
    const std::size_t capacity =
        std::max({needed, batch.storage_bytes * 2,
                  std::min<std::size_t>(options.batch_bytes, std::size_t{1} << 20)});
    auto storage = std::make_unique_for_overwrite<char[]>(capacity);
    if (batch.length > 0) std::memcpy(storage.get(), batch.storage.get(), batch.length);
    for (Record& record : batch.records)
      record.raw = {storage.get() + (record.offset - batch.offset), record.raw.size()};
    for (RejectedRecord& record : batch.rejected)
      record.raw = {storage.get() + (record.offset - batch.offset), record.raw.size()};
    batch.storage = std::move(storage);
    batch.storage_bytes = capacity;
  }
  if (!piece.empty()) std::memcpy(batch.storage.get() + batch.length, piece.data(), piece.size());
  batch.length += piece.size();
}

void RecordReader::State::pass_byte_order_mark(RecordBatch& batch, SpanSink& sink, WindowEnd end) {
  if (batch.length < kByteOrderMark.size() && end == WindowEnd::more) return;
  mark_passed = true;
  if (!batch.bytes().starts_with(kByteOrderMark)) return;
  sink.set_window(batch.bytes(), batch.offset);
  sink.skip(0, kByteOrderMark.size(), SkippedKind::byte_order_mark);
  split_to = kByteOrderMark.size();
}

/// Rejects the bytes of a record that is too large up to the place where the next may begin.
void RecordReader::State::discard(RecordBatch& batch, SpanSink& sink, bool at_end) {
  const std::string_view window = batch.bytes().substr(split_to);
  if (window.empty()) return;
  const bool continues = discarding;
  const std::size_t found = splitter->find_record_start(window);
  // What may be the beginning of the next record's beginning stays for the next round.
  const std::size_t kept = at_end ? 0 : std::min<std::size_t>(window.size(), kDiscardBytes / 16);
  const std::size_t length = found != std::string_view::npos ? found : window.size() - kept;
  discarding = found == std::string_view::npos && !at_end;
  if (length == 0) return;
  sink.set_window(window, batch.offset + split_to);
  sink.reject(0, length, 0, RejectReason::record_too_large, 0,
              continues ? ""
                        : "the record is longer than the limit of " +
                              std::to_string(options.record_bytes_max) + " bytes",
              continues);
  split_to += length;
}

Result<void> RecordReader::State::split(RecordBatch& batch, WindowEnd end) {
  SpanSink sink(batch, line, record_ordinal, options.record_bytes_max);
  if (!mark_passed) pass_byte_order_mark(batch, sink, end);
  if (!mark_passed) return {};
  if (discarding) discard(batch, sink, end != WindowEnd::more);
  if (discarding) return {};
  const std::string_view window = batch.bytes().substr(split_to);
  sink.set_window(window, batch.offset + split_to);
  CLEW_TRY(const std::size_t done, splitter->split(window, end, sink));
  split_to += done;
  const std::size_t left = window.size() - done;
  CLEW_ASSERT(end == WindowEnd::more || left == 0);
  if (left > options.record_bytes_max) {
    discard(batch, sink, false);
    retry_at = 0;
  } else {
    retry_at = done > 0 ? 0 : left * 2;
  }
  return {};
}

Result<bool> RecordReader::State::next(RecordBatch& batch) {
  if (finished) return false;
  begin(batch);
  while (!text_ended && !full(batch)) {
    const std::string_view piece = text.next();
    text_ended = piece.empty();
    outcome.text_bytes += piece.size();
    append(batch, piece);
    if (text_ended || batch.length - split_to >= retry_at) {
      const bool cut = text_ended && text.source().end() != InputEnd::complete;
      CLEW_TRY_VOID(split(batch, !text_ended ? WindowEnd::more
                                 : cut       ? WindowEnd::cut
                                             : WindowEnd::complete));
    }
  }
  finish_batch(batch);
  if (text_ended) finish_file();
  return batch.length > 0;
}

void RecordReader::State::finish_batch(RecordBatch& batch) {
  carry.assign(batch.bytes().substr(split_to));
  batch.length = split_to;
  text_place += split_to;
  batch.columns = splitter->columns();
  if (!simdjson::validate_utf8(batch.storage.get(), batch.length)) reject_bad_encoding(batch);
  outcome.records += batch.records.size();
  for (const RejectedRecord& rejected : batch.rejected)
    outcome.rejected_records += !rejected.continues;
}

void RecordReader::State::reject_bad_encoding(RecordBatch& batch) {
  std::vector<Record> good;
  for (const Record& record : batch.records) {
    const auto place = find_invalid_utf8(record.raw);
    if (!place) {
      good.push_back(record);
      continue;
    }
    const std::string hint = suggest_encoding(record.raw);
    batch.rejected.push_back(
        {record.raw, record.offset, record.line, record.ordinal, record.tail_bytes,
         RejectReason::invalid_encoding, false, record.offset + *place,
         "byte " + std::to_string(*place) + " of the record is not " +
             (options.encoding == TextEncoding::utf8 ? "UTF-8"
                                                     : "a character of the declared encoding") +
             "; " + hint});
    if (outcome.trouble.empty()) outcome.trouble = "some records are not UTF-8; " + hint;
  }
  batch.records = std::move(good);
  std::sort(batch.rejected.begin(), batch.rejected.end(),
            [](const RejectedRecord& a, const RejectedRecord& b) { return a.offset < b.offset; });
}

void RecordReader::State::finish_file() {
  finished = true;
  ByteSource& source = text.source();
  outcome.end = source.end();
  if (!source.trouble().empty()) outcome.trouble = source.trouble();
  outcome.sha256 = source.original_sha256();
  outcome.compression = source.compression();
  outcome.encoding = text.encoding();
  outcome.original_bytes = source.original_bytes();
  outcome.masked_cards = text.masked_cards();
  outcome.empty = outcome.text_bytes == 0;
  outcome.envelope_incomplete = splitter->envelope_open();
  if (!outcome.trouble.empty()) return;
  if (outcome.empty) outcome.trouble = "the file is empty";
  if (outcome.envelope_incomplete)
    outcome.trouble =
        "the closing bracket of the JSON around the records is missing; the file may be cut off";
}

RecordReader::RecordReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordReader::~RecordReader() = default;

Result<std::unique_ptr<RecordReader>> RecordReader::open(const std::string& path,
                                                         ReaderOptions options,
                                                         std::uint32_t file_ordinal) {
  CLEW_TRY(auto source, ByteSource::open(path));
  return create(std::move(source), std::move(options), file_ordinal);
}

Result<std::unique_ptr<RecordReader>> RecordReader::create(std::unique_ptr<ByteSource> source,
                                                           ReaderOptions options,
                                                           std::uint32_t file_ordinal) {
  std::unique_ptr<Splitter> splitter;
  if (options.format == RecordFormat::csv) {
    const CsvDialect& csv = options.csv;
    const auto line_character = [](char c) { return c == '\n' || c == '\r'; };
    if (csv.delimiter == '\0' || line_character(csv.delimiter) || line_character(csv.quote) ||
        csv.delimiter == csv.quote) {
      return Error{
          ErrorCode::bad_input,
          "the CSV delimiter and quote must be two different characters, neither a line end",
          "Correct `delimiter` and `quote` of the mapping's reader."};
    }
    splitter = make_csv_splitter(csv);
  } else if (options.format == RecordFormat::ndjson) {
    splitter = make_line_splitter();
  } else {
    const bool document = options.format == RecordFormat::json_document;
    CLEW_TRY(auto path, parse_records_path(document ? options.records_path : "$"));
    splitter = make_json_splitter(options.format, std::move(path));
  }
  return std::unique_ptr<RecordReader>(new RecordReader(std::make_unique<State>(
      std::move(source), std::move(options), std::move(splitter), file_ordinal)));
}

Result<bool> RecordReader::next(RecordBatch& batch) { return state_->next(batch); }
const FileOutcome& RecordReader::outcome() const { return state_->outcome; }

}  // namespace clewline::ingest
