#pragma once

#include <absl/container/flat_hash_map.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/link_load.h"
#include "store/query_result.h"

namespace clewline::engine {

/// Finds the code of a name with one hash look-up; unknown and null names give `otherwise`.
class NameCodes {
 public:
  explicit NameCodes(std::span<const std::string_view> names);
  std::uint8_t code(std::string_view name, std::uint8_t otherwise) const;

 private:
  absl::flat_hash_map<std::string_view, std::uint8_t> codes_;
};

/// An identifier value that is no customer, and whether its whole session is none either.
struct BlockedValues {
  absl::flat_hash_map<std::string, bool> whole_session;  // key: kind name, colon, value
};

/// The part of the input that one thread read; strings are numbers in its own table.
struct InputPart {
  StringTable strings;
  std::vector<LinkEvent> events;
  std::vector<LinkIdentifier> identifiers;
  std::vector<LinkRecord> records;
  std::vector<LinkReference> references;
  std::vector<LinkProfile> profiles;        // identity.linked statements
  std::vector<LinkProfile> withdrawn;       // identity.unlinked statements
  std::vector<std::uint32_t> blocked;       // events that carry a value blocked with its session
  std::uint64_t outside_tree = 0;
};

/// The columns that `EventRowReader` expects, in order, as SQL over store.events.
std::string_view link_event_columns();

/// Turns chunks of store.events into an InputPart. Used by one thread.
class EventRowReader {
 public:
  EventRowReader(const IntentDictionary& intents, const BlockedValues& blocked);

  Status read(const store::QueryResult& chunk);
  InputPart take() { return std::move(part_); }

 private:
  struct Columns;
  void read_row(const Columns& columns, std::size_t row);
  std::uint32_t record_number(const Columns& columns, std::size_t row);
  std::uint32_t intent_number(const Columns& columns, std::size_t row);
  bool read_identifiers(const Columns& columns, std::size_t row, LinkEvent& event);
  void read_references(const Columns& columns, std::size_t row, LinkEvent& event);
  std::uint32_t dictionary_number(std::string_view source, std::string_view field, std::string_view value);

  const IntentDictionary& intents_;
  const BlockedValues& blocked_;
  InputPart part_;
  NameCodes event_types_, channels_, systems_, actors_, directions_, outcomes_, kinds_, roles_, assurances_;
  absl::flat_hash_map<std::string, std::uint32_t> intent_numbers_;
  std::string key_;
};

/// Puts the parts together under one string table; parts are used up.
LinkInput merge_parts(std::vector<InputPart> parts, std::vector<LinkProfile>& withdrawn,
                      std::vector<std::uint32_t>& blocked);

}  // namespace clewline::engine
