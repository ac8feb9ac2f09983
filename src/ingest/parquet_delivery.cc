#include <array>
#include <fstream>

#include "base/sha256.h"
#include "ingest/delivery.h"
#include "ingest/readers/byte_source.h"
#include "store/database.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kChunkTextBytes = std::size_t{16} << 20;

/// Turns rows of a Parquet file into JSON objects, piece by piece, so that they pass the same
/// masking and reading as any other record. Offsets count bytes of the text of all rows.
class ParquetDelivery final : public Delivery {
 public:
  ParquetDelivery(store::Database database, store::Connection connection, store::QueryResult rows,
                  FileOutcome outcome)
      : database_(std::move(database)),
        connection_(std::move(connection)),
        rows_(std::move(rows)),
        outcome_(outcome) {
    options_.format = RecordFormat::ndjson;
    options_.batch_records = 16'384;
    options_.batch_bytes = std::size_t{8} << 20;
  }

  Result<bool> next(RecordBatch& batch) override {
    while (true) {
      if (piece_ != nullptr) {
        CLEW_TRY(const bool more, piece_->next(batch));
        if (more) {
          shift(batch);
          return true;
        }
        const FileOutcome& done = piece_->outcome();
        offset_ += done.text_bytes;
        outcome_.records += done.records;
        outcome_.rejected_records += done.rejected_records;
        outcome_.masked_cards += done.masked_cards;
        outcome_.text_bytes = offset_;
        ordinal_ += done.records + done.rejected_records;
        piece_.reset();
      }
      CLEW_TRY(const bool filled, read_piece());
      if (!filled) return false;
    }
  }
  const FileOutcome& outcome() const override { return outcome_; }
  const ReaderOptions& options() const override { return options_; }
  std::string packing() const override { return "parquet"; }

 private:
  Result<bool> read_piece() {
    std::string text;
    while (text.size() < kChunkTextBytes) {
      CLEW_TRY(const bool more, rows_.next());
      if (!more) break;
      const store::ColumnView json = rows_.column(0);
      for (std::size_t row = 0; row < rows_.rows(); ++row) {
        text += json.text(row);
        text += '\n';
      }
    }
    if (text.empty()) return false;
    CLEW_TRY(piece_, RecordReader::create(ByteSource::from_bytes(std::move(text)), options_));
    return true;
  }

  void shift(RecordBatch& batch) const {
    batch.offset += offset_;
    const auto move = [&](auto& record) {
      record.offset += offset_;
      record.ordinal += ordinal_;
      record.line += ordinal_;
    };
    for (Record& record : batch.records) move(record);
    for (RejectedRecord& record : batch.rejected) move(record);
    for (SkippedSpan& span : batch.skipped) span.offset += offset_;
  }

  store::Database database_;
  store::Connection connection_;
  store::QueryResult rows_;
  FileOutcome outcome_;
  ReaderOptions options_;
  std::unique_ptr<RecordReader> piece_;
  std::uint64_t offset_ = 0;
  std::uint64_t ordinal_ = 0;
};

Result<FileOutcome> hash_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error{ErrorCode::not_found, "cannot open " + path,
                 "Check the path and the file's rights."};
  Sha256 sha;
  std::array<char, 1 << 16> buffer{};
  FileOutcome outcome;
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
    sha.update({buffer.data(), static_cast<std::size_t>(file.gcount())});
    outcome.original_bytes += static_cast<std::uint64_t>(file.gcount());
  }
  outcome.sha256 = sha.finish();
  return outcome;
}

}  // namespace

Result<std::unique_ptr<Delivery>> open_parquet(const std::string& path) {
  CLEW_TRY(const FileOutcome outcome, hash_file(path));
  store::OpenOptions options;
  options.threads = 1;
  options.row_order = store::RowOrder::preserved;
  CLEW_TRY(store::Database database, store::Database::open(":memory:", options));
  CLEW_TRY(store::Connection connection, database.connect());
  // A column of the row's own name would be taken for the row.
  auto rows = connection.stream(
      "SELECT to_json(\"whole row of the file\")::VARCHAR FROM "
      "read_parquet(" +
      store::quote_literal(path) + ") \"whole row of the file\"");
  if (!rows.ok()) {
    return Error{ErrorCode::bad_input,
                 path + " is no readable Parquet file: " + rows.error().message,
                 "Check the file, or name its format in the mapping."};
  }
  return std::unique_ptr<Delivery>(std::make_unique<ParquetDelivery>(
      std::move(database), std::move(connection), std::move(*rows), outcome));
}

}  // namespace clewline::ingest
