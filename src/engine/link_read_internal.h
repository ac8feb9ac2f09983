#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstring>
#include <memory>
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

/// Numbers of short texts seen lately: a column's values repeat, and a 16-byte compare is cheaper
/// than a hash look-up. Texts over 12 bytes, which do not fit a cell, pass by except for an
/// immediate repetition.
class RecentTexts {
 public:
  explicit RecentTexts(StringTable& strings) : strings_(&strings), slots_(kSlots) {}

  std::uint32_t number(const store::TextCell& cell) {
    if (cell.length > store::TextCell::kInlineMax) return repeated(cell.view());
    Slot& slot = slots_[hash(cell) % kSlots];
    if (!slot.used || std::memcmp(&slot.cell, &cell, sizeof cell) != 0) {
      slot = {cell, strings_->intern(cell.view()), true};
    }
    return slot.number;
  }

  /// Forgets everything, as the string table did.
  void clear() {
    slots_.assign(kSlots, {});
    last_ = 0;
  }

 private:
  struct Slot {
    store::TextCell cell;
    std::uint32_t number = 0;
    bool used = false;
  };
  static constexpr std::size_t kSlots = 4096;

  static std::uint64_t hash(const store::TextCell& cell) {
    std::uint64_t words[2];
    std::memcpy(words, &cell, sizeof words);
    const std::uint64_t mixed =
        (words[0] ^ (words[1] * 0x9E3779B97F4A7C15ULL)) * 0xD1B54A32D192ED03ULL;
    return mixed >> 40;
  }
  std::uint32_t repeated(std::string_view text) {
    if (last_ == 0 || strings_->at(last_) != text) last_ = strings_->intern(text);
    return last_;
  }

  StringTable* strings_;
  std::vector<Slot> slots_;
  std::uint32_t last_ = 0;
};

/// The key of a record, as a hash: who owns an event is asked by equality only.
using RecordHash = Id128;

/// An identifier value that is no customer, and whether its whole session is none either.
struct BlockedValues {
  absl::flat_hash_map<std::string, bool> whole_session;  // key: kind name, colon, value

  /// Returns the entry of a value, null if it is not blocked; `text` is memory to write the key in.
  const bool* find(IdentifierKind kind, std::string_view value, std::string& text) const {
    if (whole_session.empty()) return nullptr;
    text.assign(identifier_kinds()[kind].name).append(1, ':').append(value);
    const auto found = whole_session.find(text);
    return found == whole_session.end() ? nullptr : &found->second;
  }
};

std::vector<std::string_view> event_type_names();
std::vector<std::string_view> identifier_kind_names();

/// The part of the input that one thread read; strings are numbers in its own table.
struct InputPart {
  StringTable strings;
  std::vector<LinkEvent> events;
  std::vector<LinkIdentifier> identifiers;
  std::vector<LinkRecord> records;
  std::vector<RecordHash> record_hashes;  // one a record
  std::vector<LinkReference> references;
  std::vector<StatedMeasures> measures;
  std::vector<LinkProfile> profiles;   // identity.linked statements
  std::vector<LinkProfile> withdrawn;  // identity.unlinked statements
  std::vector<std::uint32_t> blocked;  // events that carry a value blocked with its session
  std::uint64_t outside_tree = 0;
};

/// The columns that `EventRowReader` expects, in order, as SQL over store.events.
std::string_view link_event_columns();

/// Turns chunks of store.events into an InputPart. Used by one thread.
class EventRowReader {
 public:
  EventRowReader(const IntentDictionary& intents, const BlockedValues& blocked, bool record_names);

  /// Makes room for about so many events.
  void expect(std::uint64_t events);
  Status read(const store::QueryResult& chunk);
  std::size_t events() const { return part_->events.size(); }
  /// Returns what was read; reading may go on after `start_anew`.
  InputPart take() { return std::move(*part_); }
  void start_anew();

 private:
  struct Columns;
  void read_row(const Columns& columns, std::size_t row);
  void read_texts(const Columns& columns, std::size_t row, LinkEvent& event);
  void read_codes(const Columns& columns, std::size_t row, LinkEvent& event);
  std::uint32_t record_number(const Columns& columns, std::size_t row);
  std::uint32_t intent_number(const Columns& columns, std::size_t row);
  bool read_identifiers(const Columns& columns, std::size_t row, LinkEvent& event);
  void read_references(const Columns& columns, std::size_t row, LinkEvent& event);
  void read_measures(const Columns& columns, std::size_t row, LinkEvent& event);
  std::uint32_t dictionary_number(std::string_view source, std::string_view field,
                                  std::string_view value);

  const IntentDictionary& intents_;
  const BlockedValues& blocked_;
  bool record_names_;
  std::uint64_t record_seed_ = 0;  // of the source and stream of the last record
  std::unique_ptr<InputPart> part_ = std::make_unique<InputPart>();
  RecentTexts sources_, streams_, sessions_, chains_, cases_, agents_, queues_, intent_texts_,
      dispositions_, values_;
  NameCodes event_types_, channels_, systems_, actors_, directions_, outcomes_, kinds_, roles_,
      assurances_;
  absl::flat_hash_map<std::string, std::uint32_t> intent_numbers_;
  std::string key_;
};

/// Hashes the key of a record: what source and stream give, and then the id.
std::uint64_t record_seed(std::string_view source, std::string_view stream);
RecordHash hash_record(std::uint64_t seed, std::string_view id);

/// Returns a row's text, empty where it is null.
inline std::string_view text_or_empty(const store::ColumnView& column, std::size_t row) {
  return column.is_null(row) ? std::string_view() : column.text(row);
}

/// Puts the parts together under one string table with `threads` threads; parts are used up.
LinkInput merge_parts(std::vector<InputPart> parts, unsigned threads,
                      std::vector<LinkProfile>& withdrawn, std::vector<std::uint32_t>& blocked);

}  // namespace clewline::engine
