#include "ingest/text_pieces.h"

#include <array>
#include <fstream>

#include "base/sha256.h"
#include "ingest/readers/byte_source.h"

namespace clewline::ingest {
namespace {

class PieceDelivery final : public Delivery {
 public:
  PieceDelivery(NextPiece next_piece, std::function<std::string()> trouble, FileOutcome outcome,
                std::string packing)
      : next_piece_(std::move(next_piece)),
        trouble_(std::move(trouble)),
        outcome_(std::move(outcome)),
        packing_(std::move(packing)) {
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
      CLEW_TRY(std::string text, next_piece_());
      if (text.empty()) break;
      CLEW_TRY(piece_, RecordReader::create(ByteSource::from_bytes(std::move(text)), options_));
    }
    outcome_.trouble = trouble_();
    outcome_.envelope_incomplete = !outcome_.trouble.empty();
    return false;
  }
  const FileOutcome& outcome() const override { return outcome_; }
  const ReaderOptions& options() const override { return options_; }
  std::string packing() const override { return packing_; }

 private:
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

  NextPiece next_piece_;
  std::function<std::string()> trouble_;
  FileOutcome outcome_;
  std::string packing_;
  ReaderOptions options_;
  std::unique_ptr<RecordReader> piece_;
  std::uint64_t offset_ = 0;
  std::uint64_t ordinal_ = 0;
};

}  // namespace

std::unique_ptr<Delivery> deliver_pieces(NextPiece next_piece, std::function<std::string()> trouble,
                                         FileOutcome outcome, std::string packing) {
  return std::make_unique<PieceDelivery>(std::move(next_piece), std::move(trouble),
                                         std::move(outcome), std::move(packing));
}

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

}  // namespace clewline::ingest
