#include <utility>

#include "engine/link_read_internal.h"

namespace clewline::engine {
namespace {

std::vector<std::uint32_t> renumber(const StringTable& from, StringTable& to) {
  std::vector<std::uint32_t> numbers(from.size());
  for (std::uint32_t i = 0; i < from.size(); ++i) numbers[i] = to.intern(from.at(i));
  return numbers;
}

void renumber_event(LinkEvent& event, std::span<const std::uint32_t> numbers, std::uint32_t records,
                    std::uint32_t identifiers) {
  for (std::uint32_t* text : {&event.source, &event.session_key, &event.chain_key, &event.case_key, &event.agent_id,
                              &event.queue_id, &event.intent, &event.disposition, &event.object}) {
    *text = numbers[*text];
  }
  event.record += records;
  event.identifiers_begin += identifiers;
}

void append_profiles(std::vector<LinkProfile>& to, std::vector<LinkProfile> from, std::uint32_t records,
                     std::uint32_t identifiers) {
  for (LinkProfile& profile : from) {
    profile.record += records;
    profile.identifiers_begin += identifiers;
    to.push_back(profile);
  }
}

void append_part(LinkInput& input, InputPart part, std::vector<LinkProfile>& withdrawn,
                 std::vector<std::uint32_t>& blocked) {
  const std::vector<std::uint32_t> numbers = renumber(part.strings, input.strings);
  const auto events = static_cast<std::uint32_t>(input.events.size());
  const auto records = static_cast<std::uint32_t>(input.records.size());
  const auto identifiers = static_cast<std::uint32_t>(input.identifiers.size());
  for (LinkEvent& event : part.events) renumber_event(event, numbers, records, identifiers);
  for (LinkIdentifier& identifier : part.identifiers) identifier.value = numbers[identifier.value];
  for (LinkRecord& record : part.records) {
    record = {numbers[record.source], numbers[record.stream], numbers[record.record_id]};
  }
  for (LinkReference& reference : part.references) {
    reference = {reference.event + events, numbers[reference.relation], numbers[reference.system], numbers[reference.id]};
  }
  for (const std::uint32_t event : part.blocked) blocked.push_back(event + events);
  append_profiles(input.profiles, std::move(part.profiles), records, identifiers);
  append_profiles(withdrawn, std::move(part.withdrawn), records, identifiers);
  const auto append = [](auto& to, auto&& from) {
    if (to.empty()) to = std::move(from);
    else to.insert(to.end(), from.begin(), from.end());
  };
  append(input.events, std::move(part.events));
  append(input.identifiers, std::move(part.identifiers));
  append(input.records, std::move(part.records));
  append(input.references, std::move(part.references));
}

/// Makes records that two threads met twice one record again, so that evidence counts distinct records.
void unite_records(LinkInput& input) {
  struct Key {
    std::uint32_t source, stream, record_id;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return absl::HashOf(key.source, key.stream, key.record_id);
    }
  };
  absl::flat_hash_map<Key, std::uint32_t, KeyHash> numbers;
  numbers.reserve(input.records.size());
  std::vector<std::uint32_t> united(input.records.size());
  std::vector<LinkRecord> records;
  for (std::size_t i = 0; i < input.records.size(); ++i) {
    const LinkRecord& record = input.records[i];
    const auto [at, added] = numbers.emplace(Key{record.source, record.stream, record.record_id},
                                             static_cast<std::uint32_t>(records.size()));
    if (added) records.push_back(record);
    united[i] = at->second;
  }
  if (records.size() == input.records.size()) return;
  for (LinkEvent& event : input.events) event.record = united[event.record];
  for (LinkProfile& profile : input.profiles) profile.record = united[profile.record];
  input.records = std::move(records);
}

}  // namespace

LinkInput merge_parts(std::vector<InputPart> parts, std::vector<LinkProfile>& withdrawn,
                      std::vector<std::uint32_t>& blocked) {
  LinkInput input;
  for (InputPart& part : parts) append_part(input, std::move(part), withdrawn, blocked);
  unite_records(input);
  return input;
}

}  // namespace clewline::engine
