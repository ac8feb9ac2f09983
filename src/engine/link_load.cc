#include "engine/link_load.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/link_load_internal.h"
#include "engine/link_memory.h"
#include "engine/link_scan.h"

namespace clewline::engine {
namespace {

/// Reasons of the block list that mean: the whole session is not a customer's.
bool blocks_session(std::string_view reason) {
  return reason == "test" || reason == "staff" || reason == "misdial";
}

using IdentifierSet = std::set<std::pair<IdentifierKind, std::uint32_t>>;

IdentifierSet identifier_set(const LinkInput& input, const LinkProfile& profile) {
  IdentifierSet set;
  for (const LinkIdentifier& identifier : input.identifiers_of(profile))
    set.emplace(identifier.kind, identifier.value);
  return set;
}

/// Ends each identity.linked statement at the first later identity.unlinked of the same
/// identifiers.
void end_withdrawn(LinkInput& input, const std::vector<LinkProfile>& withdrawn) {
  std::map<IdentifierSet, std::vector<TimeUs>> ends;
  for (const LinkProfile& profile : withdrawn)
    ends[identifier_set(input, profile)].push_back(profile.valid_from);
  if (ends.empty()) return;
  for (auto& [set, times] : ends) std::sort(times.begin(), times.end());
  for (LinkProfile& profile : input.profiles) {
    const auto found = ends.find(identifier_set(input, profile));
    if (found == ends.end()) continue;
    const auto end =
        std::upper_bound(found->second.begin(), found->second.end(), profile.valid_from);
    if (end != found->second.end()) profile.valid_to = *end;
  }
}

/// Takes the events of blocked sessions (else blocked records) out of the input.
std::vector<Id128> remove_blocked(LinkInput& input, const std::vector<std::uint32_t>& blocked) {
  std::vector<Id128> removed;
  if (blocked.empty()) return removed;
  absl::flat_hash_set<std::uint64_t> sessions;
  absl::flat_hash_set<std::uint32_t> records;
  const auto session = [](const LinkEvent& event) {
    return (static_cast<std::uint64_t>(event.source) << 32) | event.session_key;
  };
  for (const std::uint32_t at : blocked) {
    const LinkEvent& event = input.events[at];
    if (event.session_key != 0)
      sessions.insert(session(event));
    else
      records.insert(event.record);
  }
  std::vector<std::uint32_t> moved(input.events.size(), kNoIndex);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < input.events.size(); ++i) {
    const LinkEvent& event = input.events[i];
    const bool out =
        event.session_key != 0 ? sessions.contains(session(event)) : records.contains(event.record);
    if (out) {
      removed.push_back(event.event_id);
      continue;
    }
    moved[i] = static_cast<std::uint32_t>(kept);
    input.events[kept++] = event;
  }
  input.events.resize(kept);
  std::erase_if(input.references, [&moved](LinkReference& reference) {
    reference.event = moved[reference.event];
    return reference.event == kNoIndex;
  });
  return removed;
}

constexpr std::string_view kProfileQuery =
    "SELECT source, stream, record_id, valid_from, "
    "lead(valid_from) OVER (PARTITION BY source, stream, profile_id ORDER BY valid_from, "
    "record_id) AS valid_to, "
    "identifiers FROM store.profiles";

void read_profile(InputPart& part, const store::QueryResult& chunk, std::size_t row,
                  const BlockedValues& blocked, std::string& key) {
  const auto text = [&](std::size_t column) { return text_or_empty(chunk.column(column), row); };
  LinkProfile profile;
  profile.record = static_cast<std::uint32_t>(part.records.size());
  part.records.push_back(
      {part.strings.intern(text(0)), part.strings.intern(text(1)), part.strings.intern(text(2))});
  part.record_hashes.push_back(hash_record(record_seed(text(0), text(1)), text(2)));
  const store::ColumnView from = chunk.column(3);
  const store::ColumnView to = chunk.column(4);
  profile.valid_from = from.is_null(row) ? kNoTime : from.times()[row];
  profile.valid_to = to.is_null(row) ? kNoTime : to.times()[row];
  profile.identifiers_begin = static_cast<std::uint32_t>(part.identifiers.size());
  const store::ColumnView lists = chunk.column(5);
  if (!lists.is_null(row)) {
    const store::ListEntry list = lists.lists()[row];
    const store::ColumnView items = lists.child();
    const auto field = [&](std::size_t position, std::size_t at) {
      return text_or_empty(items.field(position), at);
    };
    for (std::uint64_t at = list.offset; at < list.offset + list.length; ++at) {
      const auto kind = find_identifier_kind(field(0, at));
      if (!kind || field(1, at).empty()) continue;
      if (blocked.find(*kind, field(1, at), key) != nullptr) continue;
      LinkIdentifier identifier;
      identifier.kind = *kind;
      identifier.value = part.strings.intern(field(1, at));
      identifier.role = enum_value<IdentifierRole>(field(3, at)).value_or(IdentifierRole::customer);
      identifier.assurance = enum_value<Assurance>(field(4, at)).value_or(Assurance::system);
      part.identifiers.push_back(identifier);
    }
  }
  profile.identifiers_count =
      static_cast<std::uint16_t>(part.identifiers.size() - profile.identifiers_begin);
  part.profiles.push_back(profile);
}

}  // namespace

Result<BlockedValues> load_blocked(store::Connection& connection) {
  BlockedValues blocked;
  CLEW_TRY(const auto rows,
           connection.query_rows("SELECT kind, value, reason FROM store.block_list"));
  for (const auto& row : rows) {
    const auto& reason = std::get<std::string>(row[2]);
    blocked.whole_session[std::get<std::string>(row[0]) + ":" + std::get<std::string>(row[1])] =
        blocks_session(reason);
  }
  return blocked;
}

Status load_profiles(store::Connection& connection, const BlockedValues& blocked,
                     const ProfileBlockVisitor& visit) {
  constexpr std::size_t kBlockProfiles = 1 << 18;
  CLEW_TRY(auto result, connection.stream(kProfileQuery));
  InputPart part;
  std::string key;
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) break;
    for (std::size_t row = 0; row < result.rows(); ++row)
      read_profile(part, result, row, blocked, key);
    if (part.profiles.size() < kBlockProfiles) continue;
    CLEW_TRY_VOID(visit(std::move(part)));
    part = {};
  }
  return part.profiles.empty() ? Status() : visit(std::move(part));
}

Result<std::vector<LinkAssertion>> load_assertions(store::Connection& connection) {
  std::vector<LinkAssertion> assertions;
  CLEW_TRY(const auto rows,
           connection.query_rows(
               "SELECT kind, a, b, asserted_at, actor, assertion_id FROM store.assertions"));
  for (const auto& row : rows) {
    const auto text = [&row](std::size_t at) {
      const auto* value = std::get_if<std::string>(&row[at]);
      return value == nullptr ? std::string() : *value;
    };
    LinkAssertion assertion;
    assertion.kind = text(0) == "forbid"   ? AssertionKind::forbid
                     : text(0) == "unlink" ? AssertionKind::unlink
                                           : AssertionKind::link;
    assertion.a = text(1);
    assertion.b = text(2);
    if (const auto* at = std::get_if<store::TimeValue>(&row[3])) assertion.asserted_at = at->us;
    assertion.actor = text(4);
    assertion.content_hash = text(5);
    assertions.push_back(std::move(assertion));
  }
  return assertions;
}

LoadedInput assemble_input(std::vector<InputPart> parts, std::vector<LinkAssertion> assertions,
                           unsigned threads) {
  LoadedInput loaded;
  for (const InputPart& part : parts) loaded.outside_tree += part.outside_tree;
  std::vector<LinkProfile> withdrawn;
  std::vector<std::uint32_t> blocked;
  loaded.input = merge_parts(std::move(parts), threads, withdrawn, blocked);
  end_withdrawn(loaded.input, withdrawn);
  loaded.not_a_customer = remove_blocked(loaded.input, blocked);
  for (const LinkAssertion& assertion : assertions) {
    for (const std::string* name : {&assertion.a, &assertion.b})  // what only people name has a
      loaded.input.strings.intern(                                // number too
          std::string_view(*name).substr(name->find(':') + 1));
  }
  loaded.input.assertions = std::move(assertions);
  return loaded;
}

Result<LoadedInput> load_link_input(store::Database& database, const IntentDictionary& intents,
                                    const LoadOptions& options) {
  /// A reader may get this share more than its part of the events before its memory moves.
  constexpr std::uint64_t kUnevenShare = 16;
  const EventScan scan{std::string(link_event_columns()), options.filter, options.parquet_files,
                       options.threads};
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(const BlockedValues blocked, load_blocked(connection));
  CLEW_TRY(const std::uint64_t events, options.filter.empty()
                                           ? count_events(connection, scan)
                                           : Result<std::uint64_t>(std::uint64_t{0}));
  CLEW_TRY_VOID(check_link_memory(events, memory_available()));
  std::vector<EventRowReader> readers;
  readers.reserve(options.threads);
  for (unsigned i = 0; i < options.threads; ++i) {
    readers.emplace_back(intents, blocked, options.record_names);
    readers.back().expect(events / options.threads + events / kUnevenShare);
  }
  CLEW_TRY_VOID(
      scan_events(database, scan, [&readers](unsigned reader, const store::QueryResult& chunk) {
        return readers[reader].read(chunk);
      }));
  std::vector<InputPart> parts;
  for (EventRowReader& reader : readers) parts.push_back(reader.take());
  CLEW_TRY_VOID(load_profiles(connection, blocked, [&parts](InputPart part) -> Status {
    parts.push_back(std::move(part));
    return {};
  }));
  CLEW_TRY(auto assertions, load_assertions(connection));
  assertions.insert(assertions.end(), options.matches.begin(), options.matches.end());
  return assemble_input(std::move(parts), std::move(assertions), options.threads);
}

}  // namespace clewline::engine
