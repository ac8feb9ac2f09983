#pragma once

#include <absl/container/flat_hash_set.h>

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "engine/key_groups.h"
#include "engine/link_read_internal.h"
#include "model/link_input.h"
#include "model/link_result.h"
#include "model/linking_config.h"
#include "store/query_result.h"

namespace clewline::engine {

/// Writes the keys by which events can come to bear on one another in linking (LINKING.md §3, §5)
/// as 64-bit hashes: whatever two events share no key with, directly or from key to key, cannot
/// change where they stand. Not thread-safe.
class LinkKeys {
 public:
  explicit LinkKeys(const LinkingConfig& config);

  std::uint64_t session(std::string_view source, std::string_view key);
  std::uint64_t chain(std::string_view source, std::string_view key);
  std::uint64_t case_key(std::string_view source, std::string_view key);
  std::uint64_t identifier(IdentifierKind kind, std::string_view value);
  std::uint64_t record(std::string_view source, std::string_view stream, std::string_view id);
  std::uint64_t event(Id128 id);
  /// What one side of an assertion names ("crm_id:4711", "session:acd/77", "event:…").
  std::uint64_t asserted_name(std::string_view name);

  bool links(IdentifierKind kind, IdentifierRole role) const;

 private:
  std::uint64_t hash(char space, std::string_view source, std::string_view key);

  const LinkingConfig& config_;
  std::set<std::string, std::less<>> shared_chains_, shared_cases_;  // sources
  std::string text_;
};

/// Some events' keys, waiting to be joined.
struct KeyBatch {
  std::vector<std::uint64_t> keys;
  struct Entry {
    std::uint32_t end;     // its keys end here
    std::uint32_t events;  // that hold exactly these keys
  };
  std::vector<Entry> entries;

  void add(std::span<const std::uint64_t> held, std::uint32_t events);
  void join(KeyGroups& groups);
};

/// What the readers of keys have in common.
struct KeyReading {
  const LinkingConfig& linking;
  const BlockedValues& blocked;
  absl::flat_hash_set<Id128> asserted_events;  // events that an assertion names
  bool record_names = false;  // records of events with a session may name a customer too
};

/// The columns that `EventKeyReader` expects, in order, as SQL over store.events.
std::string_view link_key_columns();

/// Reads the keys of events. Used by one thread.
class EventKeyReader {
 public:
  explicit EventKeyReader(const KeyReading& reading);
  /// Adds the keys of a chunk's events.
  void read(const store::QueryResult& chunk, KeyBatch& batch);

 private:
  struct Columns;
  void read_row(const Columns& columns, std::size_t row);
  void read_identifiers(const Columns& columns, std::size_t row);

  const KeyReading& reading_;
  LinkKeys keys_;
  NameCodes event_types_, kinds_, roles_;
  std::vector<std::uint64_t> held_;
  std::uint32_t counted_ = 0;  // 1: the row is an event of the tree
  std::string text_;
};

/// A key and a customer (index into `IdentityResult::customers`) whose events hold it.
struct LinkKeyRow {
  std::uint64_t key = 0;
  std::uint32_t customer = 0;
  auto operator<=>(const LinkKeyRow&) const = default;
};

/// Lists the keys of all events with their customers, and of each customer the identifier that
/// names it (it may have no event), each pair once, in order.
std::vector<LinkKeyRow> list_link_keys(const LinkInput& input, const LinkingConfig& config,
                                       const IdentityResult& identity, unsigned threads);

/// Finds the portion of the events and profiles of one InputPart by one of their keys.
class PortionFinder {
 public:
  PortionFinder(const LinkingConfig& config, const KeyGroups& groups)
      : keys_(config), groups_(groups) {}
  std::uint32_t of(const InputPart& part, const LinkEvent& event);
  std::uint32_t of(const InputPart& part, const LinkProfile& profile);

 private:
  std::optional<std::uint64_t> identifier_key(const InputPart& part, std::uint32_t begin,
                                              std::uint16_t count);
  std::uint64_t record_key(const InputPart& part, std::uint32_t record);

  LinkKeys keys_;
  const KeyGroups& groups_;
};

}  // namespace clewline::engine
