#include "ingest/delivery.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/sha256.h"
#include "ingest/readers/byte_source.h"
#include "ingest/text_pieces.h"
#include "ingest/xes_events.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kBatchRecords = 16'384;
constexpr std::size_t kBatchBytes = std::size_t{8} << 20;
constexpr std::size_t kSniffBytes = 64 * 1024;

class TextDelivery final : public Delivery {
 public:
  TextDelivery(std::unique_ptr<RecordReader> reader, ReaderOptions options)
      : reader_(std::move(reader)), options_(std::move(options)) {}
  Result<bool> next(RecordBatch& batch) override { return reader_->next(batch); }
  const FileOutcome& outcome() const override { return reader_->outcome(); }
  const ReaderOptions& options() const override { return options_; }
  std::string packing() const override {
    constexpr std::array<const char*, 3> kNames = {"none", "gzip", "zstd"};
    return kNames[static_cast<std::size_t>(reader_->outcome().compression)];
  }

 private:
  std::unique_ptr<RecordReader> reader_;
  ReaderOptions options_;
};

char most_common_delimiter(std::string_view line) {
  constexpr std::string_view kDelimiters = ",;\t|";
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char delimiter : kDelimiters) {
    const std::ptrdiff_t count = std::count(line.begin(), line.end(), delimiter);
    if (count > most) {
      most = count;
      best = delimiter;
    }
  }
  return best;
}

Result<std::string> first_bytes_of(ByteSource& source) {
  std::string bytes(kSniffBytes, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t got = source.read({bytes.data() + filled, bytes.size() - filled});
    if (got == 0) break;
    filled += got;
  }
  bytes.resize(filled);
  return bytes;
}

Result<std::string> all_of(ByteSource& source) {
  std::string bytes;
  std::array<char, 1 << 16> buffer{};
  while (true) {
    const std::size_t got = source.read(buffer);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), got);
  }
}

// The bytes of a file or pipe as they are delivered, packed or not.
Result<std::string> file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error{ErrorCode::not_found, "cannot open " + path,
                 "Check the path and the file's rights."};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool is_xes(const MappingReader& reader, std::string_view first_bytes) {
  return reader.format == MappingReader::Format::automatic && looks_like_xes(first_bytes);
}

ReaderOptions with_batches(ReaderOptions options) {
  options.batch_records = kBatchRecords;
  options.batch_bytes = kBatchBytes;
  return options;
}

Result<std::unique_ptr<Delivery>> from_source(std::unique_ptr<ByteSource> source,
                                              ReaderOptions options) {
  CLEW_TRY(std::unique_ptr<RecordReader> reader, RecordReader::create(std::move(source), options));
  return std::unique_ptr<Delivery>(
      std::make_unique<TextDelivery>(std::move(reader), std::move(options)));
}

}  // namespace

RecordShape shape_of(const ReaderOptions& options) {
  return options.format == RecordFormat::csv ? RecordShape::csv : RecordShape::json;
}

ReaderOptions settle_format(const MappingReader& reader, std::string_view first_bytes) {
  ReaderOptions options = with_batches(reader.options);
  if (reader.format != MappingReader::Format::automatic) return options;
  if (first_bytes.starts_with("\xEF\xBB\xBF")) first_bytes.remove_prefix(3);
  const std::size_t start = first_bytes.find_first_not_of(" \t\r\n");
  const char first = start == std::string_view::npos ? '\0' : first_bytes[start];
  if (first == '[') {
    options.format = RecordFormat::json_array;
  } else if (first == '{') {
    const std::size_t end = first_bytes.find('\n', start);
    const std::string_view line =
        first_bytes.substr(start, end == std::string_view::npos ? end : end - start);
    const std::size_t last = line.find_last_not_of(" \t\r");
    const bool whole_line = last != std::string_view::npos && line[last] == '}';
    const bool next_is_object =
        end != std::string_view::npos &&
        first_bytes.find_first_not_of("\r\n", end) != std::string_view::npos &&
        first_bytes[first_bytes.find_first_not_of("\r\n", end)] == '{';
    const bool run_on = line.find("}{") != std::string_view::npos;
    options.format = whole_line && !run_on && (next_is_object || end == std::string_view::npos)
                         ? RecordFormat::ndjson
                         : RecordFormat::json_concatenated;
  } else {
    options.format = RecordFormat::csv;
    if (!reader.delimiter_given)
      options.csv.delimiter = most_common_delimiter(first_bytes.substr(0, first_bytes.find('\n')));
  }
  return options;
}

Result<std::unique_ptr<Delivery>> open_delivery(const std::string& path,
                                                const MappingReader& reader) {
  if (reader.format == MappingReader::Format::parquet) return open_parquet(path);
  if (reader.format == MappingReader::Format::ocel) {
    CLEW_TRY(std::string bytes, file_bytes(path));
    return deliver_ocel(std::move(bytes));
  }
  if (reader.format == MappingReader::Format::text) {
    CLEW_TRY(std::unique_ptr<ByteSource> source, ByteSource::open(path));
    return from_source(std::move(source), with_batches(reader.options));
  }
  CLEW_TRY(std::unique_ptr<ByteSource> source, ByteSource::open(path));
  if (is_read_once(path)) {
    CLEW_TRY(std::string bytes, all_of(*source));
    return delivery_from_bytes(std::move(bytes), reader);
  }
  CLEW_TRY(const std::string first, first_bytes_of(*source));
  if (first.starts_with("PAR1")) return open_parquet(path);
  CLEW_TRY(std::unique_ptr<ByteSource> again, ByteSource::open(path));
  if (is_xes(reader, first)) {
    CLEW_TRY(FileOutcome outcome, hash_file(path));
    return deliver_xes(std::move(again), std::move(outcome));
  }
  return from_source(std::move(again), settle_format(reader, first));
}

Result<std::unique_ptr<Delivery>> delivery_from_bytes(std::string bytes,
                                                      const MappingReader& reader) {
  if (reader.format == MappingReader::Format::ocel) return deliver_ocel(std::move(bytes));
  CLEW_TRY(const std::string first,
           first_bytes_of(*ByteSource::from_bytes(bytes.substr(0, kSniffBytes))));
  if (is_xes(reader, first)) {
    FileOutcome outcome;
    outcome.original_bytes = bytes.size();
    outcome.sha256 = sha256(bytes);
    return deliver_xes(ByteSource::from_bytes(std::move(bytes)), std::move(outcome));
  }
  const ReaderOptions options = settle_format(reader, first);
  return from_source(ByteSource::from_bytes(std::move(bytes)), options);
}

}  // namespace clewline::ingest
