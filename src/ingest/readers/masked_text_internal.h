#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/readers/byte_source.h"
#include "ingest/readers/encoding.h"

namespace clewline::ingest {

/// The text of an input in pieces: unpacked, UTF-8, card numbers masked. Nothing else touches the
/// bytes before it did.
class MaskedText {
 public:
  MaskedText(std::unique_ptr<ByteSource> source, TextEncoding encoding, std::size_t read_bytes);

  /// Returns the next piece, valid until the next call; empty at the end.
  std::string_view next();
  /// Returns the encoding in force: the declared one, unless a byte order mark says otherwise.
  TextEncoding encoding() const { return encoding_; }
  std::uint64_t masked_cards() const { return masked_cards_; }
  ByteSource& source() { return *source_; }

 private:
  void drop_delivered();
  void fill();
  std::size_t fill_directly();
  std::size_t fill_transcoded();
  void look_for_byte_order_mark();

  std::unique_ptr<ByteSource> source_;
  TextEncoding encoding_;
  const std::size_t read_bytes_;
  std::optional<Transcoder> transcoder_;
  std::vector<char> window_;   // context, undecided bytes, room
  std::size_t filled_ = 0;     // bytes used in window_
  std::size_t delivered_ = 0;  // bytes of window_ handed out
  std::string packed_;         // scratch: bytes before transcoding
  std::string transcoded_;     // scratch
  std::uint64_t masked_cards_ = 0;
  bool started_ = false;
  bool at_end_ = false;
};

}  // namespace clewline::ingest
