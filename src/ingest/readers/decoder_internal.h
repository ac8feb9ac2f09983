#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/sha256.h"
#include "ingest/readers/byte_source.h"

namespace clewline::ingest {

/// The original bytes of an input, hashed as they are read.
class OriginalBytes {
 public:
  /// Takes over an open file descriptor.
  explicit OriginalBytes(int descriptor) : descriptor_(descriptor) {}
  explicit OriginalBytes(std::string bytes) : memory_(std::move(bytes)) {}
  ~OriginalBytes();
  OriginalBytes(const OriginalBytes&) = delete;
  OriginalBytes& operator=(const OriginalBytes&) = delete;

  /// Reads up to out.size() bytes; 0 at the end or after a failure.
  std::size_t read(std::span<char> out);
  /// Reads until `out` is full or the input ends; the bytes come again from the next `read`.
  std::string_view peek(std::size_t size);
  std::uint64_t count() const { return count_; }
  const std::string& failure() const { return failure_; }
  /// Reads what is left and returns the hash of everything.
  Sha256Digest finish();

 private:
  std::size_t read_new(std::span<char> out);

  int descriptor_ = -1;
  std::string memory_;
  std::size_t memory_place_ = 0;
  std::string peeked_;
  std::size_t peeked_place_ = 0;
  std::uint64_t count_ = 0;
  std::string failure_;
  Sha256 hash_;
};

/// Unpacks one kind of compression.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// As ByteSource::read.
  virtual std::size_t read(std::span<char> out) = 0;

  InputEnd end = InputEnd::complete;
  std::string trouble;
};

std::unique_ptr<Decoder> make_gzip_decoder(OriginalBytes& original);
std::unique_ptr<Decoder> make_zstd_decoder(OriginalBytes& original);

}  // namespace clewline::ingest
