#include <algorithm>
#include <cstring>

#include "ingest/readers/masked_text_internal.h"
#include "text/card_mask.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kByteOrderMarkBytesMax = 3;

}  // namespace
MaskedText::MaskedText(std::unique_ptr<ByteSource> source, TextEncoding encoding,
                       std::size_t read_bytes)
    : source_(std::move(source)),
      encoding_(encoding),
      read_bytes_(std::max<std::size_t>(read_bytes, 1)),
      window_(read_bytes_ * 2 + kByteOrderMarkBytesMax) {}

std::string_view MaskedText::next() {
  drop_delivered();
  while (true) {
    if (!at_end_) fill();
    const auto progress = text::mask_cards_from({window_.data(), filled_}, delivered_, at_end_);
    masked_cards_ += progress.masked;
    if (progress.decided > delivered_ || at_end_) {
      const std::string_view piece{window_.data() + delivered_, progress.decided - delivered_};
      delivered_ = progress.decided;
      return piece;
    }
  }
}

void MaskedText::drop_delivered() {
  if (delivered_ <= text::kCardMaskContextBytes) return;
  const std::size_t drop = delivered_ - text::kCardMaskContextBytes;
  std::memmove(window_.data(), window_.data() + drop, filled_ - drop);
  filled_ -= drop;
  delivered_ -= drop;
}

void MaskedText::fill() {
  if (!started_) look_for_byte_order_mark();
  const std::size_t added = transcoder_ ? fill_transcoded() : fill_directly();
  if (added == 0) at_end_ = true;
}

std::size_t MaskedText::fill_directly() {
  if (window_.size() < filled_ + read_bytes_) window_.resize(filled_ + read_bytes_);
  const std::size_t size = source_->read({window_.data() + filled_, read_bytes_});
  filled_ += size;
  return size;
}

std::size_t MaskedText::fill_transcoded() {
  transcoded_.clear();
  while (transcoded_.empty()) {
    if (packed_.empty()) {
      packed_.resize(read_bytes_);
      packed_.resize(source_->read(packed_));
    }
    if (packed_.empty()) {
      transcoder_->finish(transcoded_);
      break;
    }
    transcoder_->add(packed_, transcoded_);
    packed_.clear();
  }
  if (window_.size() < filled_ + transcoded_.size()) window_.resize(filled_ + transcoded_.size());
  std::memcpy(window_.data() + filled_, transcoded_.data(), transcoded_.size());
  filled_ += transcoded_.size();
  return transcoded_.size();
}

void MaskedText::look_for_byte_order_mark() {
  started_ = true;
  std::string first(kByteOrderMarkBytesMax, '\0');
  std::size_t size = 0;
  while (size < first.size()) {
    const std::size_t read = source_->read({first.data() + size, first.size() - size});
    if (read == 0) break;
    size += read;
  }
  first.resize(size);
  if (first.starts_with("\xEF\xBB\xBF")) encoding_ = TextEncoding::utf8;
  if (first.starts_with("\xFF\xFE")) encoding_ = TextEncoding::utf16_le;
  if (first.starts_with("\xFE\xFF")) encoding_ = TextEncoding::utf16_be;
  if (encoding_ != TextEncoding::utf8) {
    transcoder_.emplace(encoding_);
    packed_ = first;
  } else {
    std::memcpy(window_.data(), first.data(), size);
    filled_ = size;
  }
}

}  // namespace clewline::ingest
