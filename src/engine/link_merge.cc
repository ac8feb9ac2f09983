#include <numeric>
#include <utility>

#include "engine/link_read_internal.h"

namespace clewline::engine {
namespace {

/// Returns the number in `to` of each string in `from`; an empty `to` takes the whole table as it
/// is.
std::vector<std::uint32_t> renumber(StringTable& from, StringTable& to) {
  std::vector<std::uint32_t> numbers(from.size());
  if (to.size() == 1) {
    std::iota(numbers.begin(), numbers.end(), 0U);
    to = std::move(from);
    return numbers;
  }
  for (std::uint32_t i = 0; i < from.size(); ++i) numbers[i] = to.intern(from.at(i));
  return numbers;
}

void renumber_event(LinkEvent& event, std::span<const std::uint32_t> numbers, std::uint32_t records,
                    std::uint32_t identifiers) {
  for (std::uint32_t* text :
       {&event.source, &event.session_key, &event.chain_key, &event.case_key, &event.agent_id,
        &event.queue_id, &event.intent, &event.disposition, &event.object}) {
    *text = numbers[*text];
  }
  event.record += records;
  event.identifiers_begin += identifiers;
}

void append_profiles(std::vector<LinkProfile>& to, std::vector<LinkProfile> from,
                     std::uint32_t records, std::uint32_t identifiers) {
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
    reference = {reference.event + events, numbers[reference.relation], numbers[reference.system],
                 numbers[reference.id]};
  }
  for (const std::uint32_t event : part.blocked) blocked.push_back(event + events);
  append_profiles(input.profiles, std::move(part.profiles), records, identifiers);
  append_profiles(withdrawn, std::move(part.withdrawn), records, identifiers);
  const auto append = [](auto& to, auto&& from) {
    if (to.empty())
      to = std::move(from);
    else
      to.insert(to.end(), from.begin(), from.end());
  };
  append(input.events, std::move(part.events));
  append(input.identifiers, std::move(part.identifiers));
  append(input.records, std::move(part.records));
  append(input.references, std::move(part.references));
}

/// Makes records that were met twice one record again, so that evidence counts distinct records.
void unite_records(LinkInput& input, const std::vector<RecordHash>& hashes) {
  absl::flat_hash_map<RecordHash, std::uint32_t> numbers;
  numbers.reserve(hashes.size());
  std::vector<std::uint32_t> united(hashes.size());
  std::vector<LinkRecord> records;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const auto [at, added] = numbers.emplace(hashes[i], static_cast<std::uint32_t>(records.size()));
    if (added)
      records.push_back(input.records[i]);
    else if (records[at->second].record_id == 0)
      records[at->second].record_id = input.records[i].record_id;
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
  std::vector<RecordHash> hashes;
  for (InputPart& part : parts) {
    hashes.insert(hashes.end(), part.record_hashes.begin(), part.record_hashes.end());
    append_part(input, std::move(part), withdrawn, blocked);
  }
  unite_records(input, hashes);
  return input;
}

}  // namespace clewline::engine
