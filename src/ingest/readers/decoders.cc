#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>

#include "ingest/readers/decoder_internal.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
/// RFC 8878, section 3.1.1.2.
constexpr std::size_t kZstdBlockHeaderBytes = 3;
/// Tells inflate to expect a gzip header and the largest window.
constexpr int kGzipWindowBits = 15 + 16;

/// Reads packed bytes block by block.
class PackedInput {
 public:
  explicit PackedInput(OriginalBytes& original) : original_(original), block_(kBlockBytes, '\0') {}

  /// Makes bytes available; false at the end of the input.
  bool refill() {
    if (place_ < size_) return true;
    size_ = original_.read(block_);
    place_ = 0;
    return size_ > 0;
  }
  const char* data() const { return block_.data() + place_; }
  std::size_t size() const { return size_ - place_; }
  void advance(std::size_t size) { place_ += size; }
  /// Offset in the packed file of the next byte.
  std::uint64_t offset() const { return original_.count() - size(); }

 private:
  OriginalBytes& original_;
  std::string block_;
  std::size_t place_ = 0;
  std::size_t size_ = 0;
};

class GzipDecoder final : public Decoder {
 public:
  explicit GzipDecoder(OriginalBytes& original) : input_(original) {
    usable_ = inflateInit2(&stream_, kGzipWindowBits) == Z_OK;
    if (!usable_) fail(InputEnd::corrupt_input, "zlib cannot start");
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }

  std::size_t read(std::span<char> out) override {
    const auto room =
        static_cast<uInt>(std::min<std::size_t>(out.size(), std::numeric_limits<uInt>::max() / 2));
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = room;
    while (usable_ && stream_.avail_out == room) step();
    return room - stream_.avail_out;
  }

 private:
  void step() {
    if (!inside_ && !enter_member()) return;
    if (!input_.refill() && stream_.avail_in == 0) {
      return fail(InputEnd::truncated_input, "the gzip file stops before its end");
    }
    const auto given = static_cast<uInt>(input_.size());
    stream_.next_in = reinterpret_cast<const Bytef*>(input_.data());
    stream_.avail_in = given;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    input_.advance(given - stream_.avail_in);
    stream_.avail_in = 0;
    if (code == Z_STREAM_END) {
      inside_ = false;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      fail(InputEnd::corrupt_input, std::string("the gzip file is damaged (") +
                                        (stream_.msg ? stream_.msg : "unreadable") + ")");
    }
  }

  /// Goes to the next member; false when none follows.
  bool enter_member() {
    while (input_.refill() && !first_ && *input_.data() == '\0')
      input_.advance(1);  // padding of tapes
    if (!input_.refill()) {
      usable_ = false;
      return false;
    }
    if (!first_ && *input_.data() != '\x1f') {
      fail(InputEnd::corrupt_input, "bytes that are not gzip follow the end of the gzip data");
      return false;
    }
    first_ = false;
    inside_ = true;
    inflateReset(&stream_);
    return true;
  }

  void fail(InputEnd kind, const std::string& what) {
    usable_ = false;
    end = kind;
    trouble = what + ", at packed byte " + std::to_string(input_.offset());
  }

  PackedInput input_;
  z_stream stream_{};
  bool usable_ = false;
  bool inside_ = false;  // a member was begun and has not ended
  bool first_ = true;
};

/// Unpacks into a buffer of its own, so that how far a damaged file is readable does not depend on
/// the sizes that the caller asks for.
class ZstdDecoder final : public Decoder {
 public:
  explicit ZstdDecoder(OriginalBytes& original)
      : input_(original),
        stream_(ZSTD_createDStream()),
        wanted_(ZSTD_initDStream(stream_)),
        unpacked_(ZSTD_DStreamOutSize(), '\0') {}
  ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }

  std::size_t read(std::span<char> out) override {
    while (usable_ && given_ == filled_) step();
    const std::size_t size = std::min(out.size(), filled_ - given_);
    std::copy_n(unpacked_.data() + given_, size, out.data());
    given_ += size;
    return size;
  }

 private:
  /// What zstd asks for is a block and the header of the next one. In a call that meets damage it
  /// forgets what the same call handed out before; so a block goes without the header behind it,
  /// and nothing goes while unpacked bytes wait.
  std::size_t bytes_to_feed() const {
    return wanted_ > kZstdBlockHeaderBytes ? wanted_ - kZstdBlockHeaderBytes : wanted_;
  }

  /// Fills the buffer anew.
  void step() {
    const bool available = input_.refill();
    if (!available && !pending_) {
      if (inside_) return fail(InputEnd::truncated_input, "the zstd file stops before its end");
      usable_ = false;
      return;
    }
    const std::size_t fed = available && !pending_ ? std::min(input_.size(), bytes_to_feed()) : 0;
    ZSTD_inBuffer input{input_.data(), fed, 0};
    ZSTD_outBuffer output{unpacked_.data(), unpacked_.size(), 0};
    const std::size_t code = ZSTD_decompressStream(stream_, &output, &input);
    input_.advance(input.pos);
    given_ = 0;
    filled_ = output.pos;
    if (ZSTD_isError(code)) {
      return fail(InputEnd::corrupt_input,
                  std::string("the zstd file is damaged (") + ZSTD_getErrorName(code) + ")");
    }
    inside_ = code != 0;
    wanted_ = inside_ ? code : ZSTD_initDStream(stream_);
    pending_ = inside_ && output.pos == output.size;  // more may wait inside the decoder
  }

  void fail(InputEnd kind, const std::string& what) {
    usable_ = false;
    end = kind;
    trouble = what + ", at packed byte " + std::to_string(input_.offset());
  }

  PackedInput input_;
  ZSTD_DStream* stream_;
  std::size_t wanted_;  // packed bytes zstd asks for next
  std::string unpacked_;
  std::size_t filled_ = 0;  // bytes of unpacked_ that count
  std::size_t given_ = 0;   // of them, handed out
  bool usable_ = true;
  bool inside_ = false;
  bool pending_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder(OriginalBytes& original) {
  return std::make_unique<GzipDecoder>(original);
}
std::unique_ptr<Decoder> make_zstd_decoder(OriginalBytes& original) {
  return std::make_unique<ZstdDecoder>(original);
}

}  // namespace clewline::ingest
