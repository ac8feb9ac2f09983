#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/id128.h"

namespace clewline {

/// The 32 bytes of a SHA-256 digest.
struct Sha256Digest {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Sha256Digest&) const = default;
  /// Returns the first 128 bits, big-endian.
  Id128 prefix128() const;
  /// Writes 64 lower-case hexadecimal digits.
  std::string to_hex() const;
};

/// Hashes pieces in order. One object hashes one message; `finish` ends it and makes the object
/// ready for the next. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  /// Adds the length as eight little-endian bytes, then the bytes: ("ab","c") and ("a","bc")
  /// differ.
  void update_length_prefixed(std::string_view bytes);
  void update_uint64(std::uint64_t number);
  Sha256Digest finish();

 private:
  void* context_;
};

/// Hashes one message.
Sha256Digest sha256(std::string_view bytes);

/// Computes HMAC-SHA-256 (RFC 2104) of a message under a key.
Sha256Digest hmac_sha256(std::string_view key, std::string_view message);

/// Computes HMAC-SHA-256 of many short messages under one key: the key's part is computed once. Any
/// thread may use it.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  Sha256Digest digest(std::string_view message) const;

 private:
  struct State {
    alignas(8) std::array<std::uint8_t, 128> bytes{};  // a hash that has taken in the padded key
  };
  State inner_;
  State outer_;
};

}  // namespace clewline
