#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id128.h"
#include "base/result.h"
#include "ingest/mapped_batch.h"
#include "store/database.h"

namespace clewline::ingest {

/// What became of a received record, in the words of the ledger.
enum class Verdict : std::uint8_t { accepted, updated, duplicate, skipped, rejected };

std::string_view verdict_name(Verdict verdict);

/// What the import core must do with a record's content.
struct Decision {
  Verdict verdict = Verdict::accepted;
  bool in_force = false;  // this content is now the one in force
  bool replaces = false;  // an earlier content of the key was in force
};

/// Decides record by record which content of a key is in force: the greatest version, then the
/// greatest content hash, whatever the order of arrival (LINKING.md §2). Holds about 64 bytes a key
/// of the streams imported.
class KeyLedger {
 public:
  /// Reads the contents in force from the workspace; of one source and stream, or of all when
  /// `source` is empty.
  Status load(store::Connection& connection, std::string_view source, std::string_view stream);

  Decision decide(const RecordFacts& facts);

  /// Gives the next ordinal of a keyless content within the file at hand.
  std::uint64_t next_twin(const Id128& content_hash) { return twins_[content_hash]++; }
  void begin_file() { twins_.clear(); }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::int64_t version = 0;
    Id128 content_hash;
    bool has_version = false;
  };
  static Id128 key_of(std::string_view source, std::string_view stream, std::string_view record_id);

  absl::flat_hash_map<Id128, Entry> entries_;
  absl::flat_hash_map<Id128, std::uint64_t> twins_;
};

/// Identifies a key within one import.
Id128 ledger_key(std::string_view source, std::string_view stream, std::string_view record_id);

}  // namespace clewline::ingest
