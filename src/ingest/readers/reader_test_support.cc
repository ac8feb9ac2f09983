#include "ingest/readers/reader_test_support.h"

#include <zlib.h>
#include <zstd.h>

namespace clewline::ingest::testing {

std::vector<std::string> ReadFile::records() const {
  std::vector<std::string> all;
  for (const RecordBatch& batch : batches) {
    for (const Record& record : batch.records) all.emplace_back(record.raw);
  }
  return all;
}

std::vector<const RejectedRecord*> ReadFile::rejected() const {
  std::vector<const RejectedRecord*> all;
  for (const RecordBatch& batch : batches) {
    for (const RejectedRecord& record : batch.rejected) all.push_back(&record);
  }
  return all;
}

std::string ReadFile::text() const {
  std::string all;
  for (const RecordBatch& batch : batches) all += batch.bytes();
  return all;
}

ReadFile read_bytes(std::string bytes, const ReaderOptions& options) {
  ReadFile file;
  auto reader = RecordReader::create(ByteSource::from_bytes(std::move(bytes)), options);
  if (!reader.ok()) {
    file.error = reader.error().message;
    return file;
  }
  std::uint64_t place = 0;
  while (true) {
    RecordBatch batch;
    const auto more = reader.value()->next(batch);
    if (!more.ok()) {
      file.error = more.error().message;
      return file;
    }
    if (!more.value()) break;
    if (batch.offset != place)
      file.coverage_gap = "a batch does not begin where the last one ended";
    if (auto gap = find_coverage_gap(batch); gap && file.coverage_gap.empty())
      file.coverage_gap = *gap;
    place += batch.length;
    file.batches.push_back(std::move(batch));
  }
  file.outcome = reader.value()->outcome();
  if (place != file.outcome.text_bytes && file.coverage_gap.empty())
    file.coverage_gap = "the batches are shorter than the text";
  return file;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // as the zstd program does
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

std::string sample_csv(int count) {
  std::string text = "id,when,name,note,amount\n";
  for (int i = 0; i < count; ++i) {
    text += std::to_string(i) + ",2024-05-01 10:00:0" + std::to_string(i % 10);
    text += i % 3 == 0 ? ",\"M\xC3\xBCller, \"\"Jo\"\"\",\"line one\nline two\",12.50\n"
                       : ",Smith,plain,7\r\n";
  }
  return text;
}

namespace {

std::string sample_object(int i, const std::string& newline) {
  return "{" + newline + "\"id\": " + std::to_string(i) + "," + newline +
         "\"name\":\"M\xC3\xBCller \\\"Jo\\\" {[\"," + newline +
         "\"parts\":[{\"id\":1,\"ok\":true},{\"id\":2,\"x\":null}],\"score\":0.25}";
}

}  // namespace

std::string sample_ndjson(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += sample_object(i, "") + (i % 2 == 0 ? "\n" : "\r\n");
  return text;
}

std::string sample_concatenated(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += sample_object(i, i % 4 == 0 ? "\n " : "") + (i % 3 == 0 ? "\n" : "");
  return text;
}

std::string sample_array(int count) {
  std::string text = "[\n";
  for (int i = 0; i < count; ++i) text += sample_object(i, "\n  ") + (i + 1 < count ? ",\n" : "\n");
  return text + "]\n";
}

std::string sample_document(int count) {
  return "{\"page\": {\"n\": 1}, \"data\": {\"skip\": [1,2], \"items\": " + sample_array(count) +
         "}, \"total\": 3}\n";
}

}  // namespace clewline::ingest::testing
