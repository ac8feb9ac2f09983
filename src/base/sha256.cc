#include "base/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace clewline {
namespace {

const EVP_MD* sha256_algorithm() {
  static const EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

Id128 Sha256Digest::prefix128() const {
  Id128 id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.high = (id.high << 8) | bytes[i];
    id.low = (id.low << 8) | bytes[i + 8];
  }
  return id;
}

std::string Sha256Digest::to_hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(64);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  CLEW_ASSERT(context_ != nullptr);
  CLEW_ASSERT(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), sha256_algorithm(), nullptr) ==
              1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256::update(std::string_view bytes) {
  CLEW_ASSERT(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) ==
              1);
}

void Sha256::update_uint64(std::uint64_t number) {
  char little_endian[8];
  for (char& byte : little_endian) {
    byte = static_cast<char>(number & 0xFF);
    number >>= 8;
  }
  update(std::string_view(little_endian, sizeof little_endian));
}

void Sha256::update_length_prefixed(std::string_view bytes) {
  update_uint64(bytes.size());
  update(bytes);
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  auto* context = static_cast<EVP_MD_CTX*>(context_);
  CLEW_ASSERT(EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr) == 1);
  CLEW_ASSERT(EVP_DigestInit_ex(context, sha256_algorithm(), nullptr) == 1);
  return digest;
}

Sha256Digest sha256(std::string_view bytes) {
  thread_local Sha256 hasher;
  hasher.update(bytes);
  return hasher.finish();
}

// The context functions of SHA-256 are deprecated in favour of EVP, whose objects cannot be copied
// without allocating; measured, a short HMAC takes 0.2 us this way and 1.3 us by HMAC().
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

HmacSha256::HmacSha256(std::string_view key) {
  static_assert(sizeof(SHA256_CTX) <= sizeof(State::bytes));
  std::array<std::uint8_t, 64> block{};
  if (key.size() > block.size()) {
    const Sha256Digest short_key = sha256(key);
    std::copy(short_key.bytes.begin(), short_key.bytes.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  const auto start = [&block](State& state, std::uint8_t pad) {
    std::array<std::uint8_t, 64> padded = block;
    for (std::uint8_t& byte : padded) byte ^= pad;
    SHA256_CTX context;
    CLEW_ASSERT(SHA256_Init(&context) == 1);
    CLEW_ASSERT(SHA256_Update(&context, padded.data(), padded.size()) == 1);
    std::memcpy(state.bytes.data(), &context, sizeof context);
  };
  start(inner_, 0x36);
  start(outer_, 0x5C);
}

Sha256Digest HmacSha256::digest(std::string_view message) const {
  SHA256_CTX context;
  Sha256Digest digest;
  std::memcpy(&context, inner_.bytes.data(), sizeof context);
  CLEW_ASSERT(SHA256_Update(&context, message.data(), message.size()) == 1);
  CLEW_ASSERT(SHA256_Final(digest.bytes.data(), &context) == 1);
  std::memcpy(&context, outer_.bytes.data(), sizeof context);
  CLEW_ASSERT(SHA256_Update(&context, digest.bytes.data(), digest.bytes.size()) == 1);
  CLEW_ASSERT(SHA256_Final(digest.bytes.data(), &context) == 1);
  return digest;
}

#pragma GCC diagnostic pop

Sha256Digest hmac_sha256(std::string_view key, std::string_view message) {
  Sha256Digest digest;
  unsigned int length = 0;
  const auto* result = HMAC(sha256_algorithm(), key.data(), static_cast<int>(key.size()),
                            reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                            digest.bytes.data(), &length);
  CLEW_ASSERT(result != nullptr && length == digest.bytes.size());
  return digest;
}

}  // namespace clewline
