#include <numeric>
#include <thread>
#include <utility>

#include "base/parallel.h"
#include "engine/link_read_internal.h"

namespace clewline::engine {
namespace {

/// Returns the number in `to` of each string in `from`; an empty `to` takes the whole table as it
/// is, and numbers stay.
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

void renumber_texts(LinkEvent& event, std::span<const std::uint32_t> numbers) {
  for (std::uint32_t* text :
       {&event.source, &event.session_key, &event.chain_key, &event.case_key, &event.agent_id,
        &event.queue_id, &event.intent, &event.disposition, &event.object}) {
    *text = numbers[*text];
  }
}

/// Where a part goes, and the new numbers of its strings.
struct PartPlace {
  std::vector<std::uint32_t> strings;
  bool strings_stay = false;  // every number is the old one
  std::uint32_t first_event = 0;
  std::uint32_t first_record = 0;
  std::uint32_t first_identifier = 0;
  std::uint32_t first_measures = 0;
};

void renumber_profiles(std::vector<LinkProfile>& profiles, const PartPlace& place,
                       std::span<const std::uint32_t> records) {
  for (LinkProfile& profile : profiles) {
    profile.record = records[profile.record + place.first_record];
    profile.identifiers_begin += place.first_identifier;
  }
}

void renumber_part(InputPart& part, const PartPlace& place,
                   std::span<const std::uint32_t> records) {
  const std::span<const std::uint32_t> numbers = place.strings;
  for (LinkEvent& event : part.events) {
    if (!place.strings_stay) renumber_texts(event, numbers);
    event.record = records[event.record + place.first_record];
    event.identifiers_begin += place.first_identifier;
    if (event.measures != 0) event.measures += place.first_measures;
  }
  for (LinkIdentifier& identifier : part.identifiers) identifier.value = numbers[identifier.value];
  for (LinkRecord& record : part.records) {
    record = {numbers[record.source], numbers[record.stream], numbers[record.record_id]};
  }
  for (LinkReference& reference : part.references) {
    reference = {reference.event + place.first_event, numbers[reference.relation],
                 numbers[reference.system], numbers[reference.id]};
  }
  for (std::uint32_t& event : part.blocked) event += place.first_event;
  renumber_profiles(part.profiles, place, records);
  renumber_profiles(part.withdrawn, place, records);
}

/// Puts one part's rows behind those of the parts before it.
void append_part(LinkInput& input, InputPart part, std::vector<LinkProfile>& withdrawn,
                 std::vector<std::uint32_t>& blocked) {
  const auto append = [](auto& to, auto&& from) {
    if (to.capacity() == 0)
      to = std::move(from);
    else
      to.insert(to.end(), from.begin(), from.end());
  };
  append(input.events, std::move(part.events));
  append(input.identifiers, std::move(part.identifiers));
  append(input.records, std::move(part.records));
  append(input.references, std::move(part.references));
  append(input.measures, std::move(part.measures));
  append(input.profiles, std::move(part.profiles));
  append(withdrawn, std::move(part.withdrawn));
  append(blocked, std::move(part.blocked));
}

/// Many parts are put behind one another without moving what stands; of few, the first one's
/// memory is used.
void reserve_rows(const std::vector<InputPart>& parts, LinkInput& input) {
  constexpr std::size_t kFewParts = 8;
  if (parts.size() <= kFewParts) return;
  std::size_t events = 0;
  std::size_t identifiers = 0;
  std::size_t records = 0;
  for (const InputPart& part : parts) {
    events += part.events.size();
    identifiers += part.identifiers.size();
    records += part.records.size();
  }
  input.events.reserve(events);
  input.identifiers.reserve(identifiers);
  input.records.reserve(records);
}

/// Returns for each record the first one of the same key, so that evidence counts distinct records.
/// Hashes are looked up shard by shard: a shard's table stays in the processor's cache.
std::vector<std::uint32_t> first_of_equals(const std::vector<InputPart>& parts) {
  constexpr unsigned kShardBits = 8;
  const auto shard_of = [](const RecordHash& hash) { return hash.high >> (64 - kShardBits); };
  std::vector<std::uint32_t> starts((1U << kShardBits) + 1);
  for (const InputPart& part : parts) {
    for (const RecordHash& hash : part.record_hashes) ++starts[shard_of(hash) + 1];
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  struct Entry {
    std::uint64_t hash;  // its shard is the other half's
    std::uint32_t record;
  };
  std::vector<Entry> entries(starts.back());
  std::vector<std::uint32_t> first(starts.back());
  std::vector<std::uint32_t> ends(starts.begin(), starts.end() - 1);
  std::uint32_t record = 0;
  for (const InputPart& part : parts) {
    for (const RecordHash& hash : part.record_hashes)
      entries[ends[shard_of(hash)]++] = {hash.low ^ (hash.high << kShardBits), record++};
  }
  absl::flat_hash_map<std::uint64_t, std::uint32_t> seen;
  for (std::size_t shard = 0; shard + 1 < starts.size(); ++shard) {
    seen.clear();
    for (std::uint32_t at = starts[shard]; at < starts[shard + 1]; ++at)
      first[entries[at].record] =
          seen.try_emplace(entries[at].hash, entries[at].record).first->second;
  }
  return first;
}

/// A record's name may have been kept with a later part only.
void complete_record_names(LinkInput& input, std::span<const std::uint32_t> first) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    LinkRecord& kept = input.records[first[i]];
    if (kept.record_id == 0) kept.record_id = input.records[i].record_id;
  }
}

std::vector<PartPlace> place_parts(std::vector<InputPart>& parts, LinkInput& input) {
  std::vector<PartPlace> places;
  PartPlace next;
  for (InputPart& part : parts) {
    places.push_back(next);
    places.back().strings_stay = input.strings.size() == 1;
    places.back().strings = renumber(part.strings, input.strings);
    next.first_event += static_cast<std::uint32_t>(part.events.size());
    next.first_record += static_cast<std::uint32_t>(part.records.size());
    next.first_identifier += static_cast<std::uint32_t>(part.identifiers.size());
    next.first_measures += static_cast<std::uint32_t>(part.measures.size());
  }
  return places;
}

}  // namespace

LinkInput merge_parts(std::vector<InputPart> parts, unsigned threads,
                      std::vector<LinkProfile>& withdrawn, std::vector<std::uint32_t>& blocked) {
  LinkInput input;
  std::vector<std::uint32_t> records;
  std::vector<PartPlace> places;
  {
    std::thread uniting([&] { records = first_of_equals(parts); });
    places = place_parts(parts, input);
    uniting.join();
  }
  for_each_block(static_cast<int>(threads), parts.size(), 1,
                 [&](std::size_t i, std::size_t) { renumber_part(parts[i], places[i], records); });
  reserve_rows(parts, input);
  for (InputPart& part : parts) append_part(input, std::move(part), withdrawn, blocked);
  complete_record_names(input, records);
  return input;
}

}  // namespace clewline::engine
