#include "engine/link_load.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "engine/link_memory.h"
#include "engine/link_read_internal.h"
#include "store/chunk_reader.h"

namespace clewline::engine {
namespace {

/// Reasons of the block list that mean: the whole session is not a customer's.
bool blocks_session(std::string_view reason) {
  return reason == "test" || reason == "staff" || reason == "misdial";
}

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

void read_profile(LinkInput& input, const store::QueryResult& chunk, std::size_t row,
                  const BlockedValues& blocked) {
  const auto text = [&](std::size_t column) {
    const store::ColumnView view = chunk.column(column);
    return input.strings.intern(view.is_null(row) ? std::string_view() : view.text(row));
  };
  LinkProfile profile;
  profile.record = static_cast<std::uint32_t>(input.records.size());
  input.records.push_back({text(0), text(1), text(2)});
  const store::ColumnView from = chunk.column(3);
  const store::ColumnView to = chunk.column(4);
  profile.valid_from = from.is_null(row) ? kNoTime : from.times()[row];
  profile.valid_to = to.is_null(row) ? kNoTime : to.times()[row];
  profile.identifiers_begin = static_cast<std::uint32_t>(input.identifiers.size());
  const store::ColumnView lists = chunk.column(5);
  if (!lists.is_null(row)) {
    const store::ListEntry list = lists.lists()[row];
    const store::ColumnView items = lists.child();
    const auto field = [&](std::size_t position, std::size_t at) {
      const store::ColumnView view = items.field(position);
      return view.is_null(at) ? std::string_view() : view.text(at);
    };
    for (std::uint64_t at = list.offset; at < list.offset + list.length; ++at) {
      const auto kind = find_identifier_kind(field(0, at));
      if (!kind || field(1, at).empty()) continue;
      if (blocked.whole_session.contains(std::string(field(0, at)) + ":" +
                                         std::string(field(1, at))))
        continue;
      LinkIdentifier identifier;
      identifier.kind = *kind;
      identifier.value = input.strings.intern(field(1, at));
      identifier.role = enum_value<IdentifierRole>(field(3, at)).value_or(IdentifierRole::customer);
      identifier.assurance = enum_value<Assurance>(field(4, at)).value_or(Assurance::system);
      input.identifiers.push_back(identifier);
    }
  }
  profile.identifiers_count =
      static_cast<std::uint16_t>(input.identifiers.size() - profile.identifiers_begin);
  input.profiles.push_back(profile);
}

Status load_profiles(store::Connection& connection, const BlockedValues& blocked,
                     LinkInput& input) {
  CLEW_TRY(auto result, connection.stream(kProfileQuery));
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return {};
    for (std::size_t row = 0; row < result.rows(); ++row) read_profile(input, result, row, blocked);
  }
}

Status load_assertions(store::Connection& connection, LinkInput& input) {
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
    for (const std::string* name :
         {&assertion.a, &assertion.b}) {  // what only people name has a number too
      input.strings.intern(std::string_view(*name).substr(name->find(':') + 1));
    }
    input.assertions.push_back(std::move(assertion));
  }
  return {};
}

/// A reader may get this share more than its part of the events before its memory moves.
constexpr std::uint64_t kUnevenShare = 16;

/// How many events there are at most; both kinds of source know it without reading.
Result<std::uint64_t> count_events(store::Connection& connection, const LoadOptions& options) {
  if (!options.filter.empty()) return std::uint64_t{0};
  std::string files;
  for (const std::string& file : options.parquet_files)
    files += (files.empty() ? "" : ", ") + store::quote_literal(file);
  CLEW_TRY(const std::int64_t rows,
           connection.query_int64(
               files.empty() ? std::string("SELECT count(*) FROM store.events")
                             : fmt::format("SELECT count(*) FROM read_parquet([{}])", files)));
  return static_cast<std::uint64_t>(rows);
}

Status read_stored_events(store::Database& database, const LoadOptions& options,
                          std::vector<EventRowReader>& readers) {
  const store::ParallelRead read{std::string(link_event_columns()), "store.events", options.filter,
                                 options.threads};
  return store::read_in_parallel(database, read,
                                 [&readers](unsigned reader, const store::QueryResult& chunk) {
                                   return readers[reader].read(chunk);
                                 });
}

Status read_parquet_file(store::Database& database, const std::string& file,
                         EventRowReader& reader) {
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(auto result,
           connection.stream(fmt::format("SELECT {} FROM read_parquet({})", link_event_columns(),
                                         store::quote_literal(file))));
  while (true) {
    CLEW_TRY(const bool more, result.next());
    if (!more) return {};
    CLEW_TRY_VOID(reader.read(result));
  }
}

Status read_parquet_events(store::Database& database, const LoadOptions& options,
                           std::vector<EventRowReader>& readers) {
  std::atomic<std::size_t> next{0};
  std::vector<Status> outcomes(readers.size());
  const auto work = [&](std::size_t worker) {
    for (std::size_t at = next++; at < options.parquet_files.size(); at = next++) {
      outcomes[worker] = read_parquet_file(database, options.parquet_files[at], readers[worker]);
      if (!outcomes[worker].ok()) return;
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < readers.size(); ++i) threads.emplace_back(work, i);
  work(0);
  for (std::thread& thread : threads) thread.join();
  for (Status& outcome : outcomes) CLEW_TRY_VOID(std::move(outcome));
  return {};
}

}  // namespace

Result<LoadedInput> load_link_input(store::Database& database, const IntentDictionary& intents,
                                    const LoadOptions& options) {
  CLEW_TRY(auto connection, database.connect());
  CLEW_TRY(const BlockedValues blocked_values, load_blocked(connection));
  CLEW_TRY(const std::uint64_t events, count_events(connection, options));
  CLEW_TRY_VOID(check_link_memory(events, memory_available()));
  std::vector<EventRowReader> readers;
  readers.reserve(options.threads);
  for (unsigned i = 0; i < options.threads; ++i) {
    readers.emplace_back(intents, blocked_values, options.record_names);
    readers.back().expect(events / options.threads + events / kUnevenShare);
  }
  if (options.parquet_files.empty())
    CLEW_TRY_VOID(read_stored_events(database, options, readers));
  else
    CLEW_TRY_VOID(read_parquet_events(database, options, readers));
  LoadedInput loaded;
  std::vector<InputPart> parts;
  for (EventRowReader& reader : readers) parts.push_back(reader.take());
  for (const InputPart& part : parts) loaded.outside_tree += part.outside_tree;
  std::vector<LinkProfile> withdrawn;
  std::vector<std::uint32_t> blocked;
  loaded.input = merge_parts(std::move(parts), withdrawn, blocked);
  end_withdrawn(loaded.input, withdrawn);
  loaded.not_a_customer = remove_blocked(loaded.input, blocked);
  CLEW_TRY_VOID(load_profiles(connection, blocked_values, loaded.input));
  CLEW_TRY_VOID(load_assertions(connection, loaded.input));
  return loaded;
}

}  // namespace clewline::engine
