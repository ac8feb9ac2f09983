#pragma once

#include <initializer_list>
#include <string_view>

#include "base/id128.h"
#include "base/sha256.h"

namespace clewline::identity {

/// Turns names into customer ids: the first 128 bits of HMAC-SHA-256 under the workspace's key,
/// over the parts of the name, each with its length (LINKING.md §3.5). Nobody without the key can
/// test a guess of a phone number.
class CustomerNames {
 public:
  explicit CustomerNames(std::string_view workspace_key) : hash_(workspace_key) {}

  Id128 of_identifier(std::string_view kind, std::string_view value) const {
    return id({kind, value});
  }
  Id128 of_session(std::string_view source, std::string_view key) const {
    return id({"session", source, key});
  }
  /// An empty source: a chain of a key space that sources share.
  Id128 of_chain(std::string_view source, std::string_view key) const {
    return id({"chain", source, key});
  }
  Id128 of_record(std::string_view source, std::string_view stream,
                  std::string_view record_id) const {
    return id({"record", source, stream, record_id});
  }

 private:
  Id128 id(std::initializer_list<std::string_view> parts) const;

  HmacSha256 hash_;
};

}  // namespace clewline::identity
