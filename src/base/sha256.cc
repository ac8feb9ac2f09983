#include "base/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

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
  CLEW_ASSERT(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), sha256_algorithm(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Sha256::update(std::string_view bytes) {
  CLEW_ASSERT(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
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
