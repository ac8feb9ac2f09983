#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "identity/assertions_internal.h"
#include "model/link_input.h"
#include "model/linking_config.h"

namespace clewline::identity {

/// Writes the keys by which parts of one input can bear on each other, as numbers: two parts that
/// share none, directly or from key to key, do not change each other's customers. Two keys may
/// collide: that only makes a neighbourhood larger.
class ReachKeys {
 public:
  ReachKeys(const LinkInput& input, const LinkingConfig& config)
      : input_(input), agents_matter_(!config.agent_time_rules.empty()) {}

  static std::uint64_t event(Id128 id) { return key(kEvent, id.high, id.low); }
  static std::uint64_t record(std::uint32_t number) { return key(kRecord, 0, number); }
  static std::uint64_t session(std::uint32_t source, std::uint32_t value) {
    return key(kSession, source, value);
  }
  static std::uint64_t identifier(const LinkIdentifier& item) {
    return key(kIdentifier + item.kind, 0, item.value);
  }
  std::uint64_t asserted_key(const AssertedName& name) const {
    const StringTable& strings = input_.strings;
    switch (name.what) {
      case AssertedName::What::event: return event(name.event);
      case AssertedName::What::session:
        return session(strings.find(name.source), strings.find(name.value));
      case AssertedName::What::anchor:
      case AssertedName::What::shareable: break;
    }
    return identifier({strings.find(name.value), name.kind});
  }

  template <typename Each>
  void for_each_key(const LinkEvent& item, const Each& each) const {
    each(event(item.event_id));
    each(record(item.record));
    if (item.session_key != 0) each(session(item.source, item.session_key));
    if (item.chain_key != 0) each(key(kChain, 0, item.chain_key));
    if (agents_matter_ && item.agent_id != 0) each(key(kAgent, 0, item.agent_id));
    if (agents_matter_ && item.case_key != 0) each(key(kCase, 0, item.case_key));
    for (const LinkIdentifier& held : input_.identifiers_of(item)) {
      if (held.value != 0) each(identifier(held));
    }
  }

  template <typename Each>
  void for_each_key(const LinkProfile& item, const Each& each) const {
    each(record(item.record));
    for (const LinkIdentifier& held : input_.identifiers_of(item)) {
      if (held.value != 0) each(identifier(held));
    }
  }

 private:
  static constexpr std::uint64_t kSession = 1, kChain = 2, kRecord = 3, kAgent = 4, kCase = 5,
                                 kEvent = 6, kIdentifier = 16;

  static std::uint64_t key(std::uint64_t space, std::uint64_t a, std::uint64_t b) {
    return (space * 0x9E3779B97F4A7C15ULL) ^ (a * 0xC2B2AE3D27D4EB4FULL) ^
           (b * 0x165667B19E3779F9ULL);
  }

  const LinkInput& input_;
  bool agents_matter_;
};

/// Copies parts of one input into another with a string table of its own.
class InputCopier {
 public:
  InputCopier(const LinkInput& from, LinkInput& to) : from_(from), to_(to) {}

  void event(LinkEvent event) {
    event.identifiers_begin = identifiers(from_.identifiers_of(event));
    event.record = record(event.record);
    if (event.measures != 0) {
      to_.measures.push_back(from_.measures[event.measures - 1]);
      event.measures = static_cast<std::uint32_t>(to_.measures.size());
    }
    for (std::uint32_t* field :
         {&event.source, &event.session_key, &event.chain_key, &event.case_key, &event.agent_id,
          &event.queue_id, &event.intent, &event.disposition, &event.object}) {
      *field = text(*field);
    }
    to_.events.push_back(event);
  }

  /// References of the event copied last.
  void references(std::span<const LinkReference> references) {
    for (const LinkReference& reference : references) {
      to_.references.push_back({static_cast<std::uint32_t>(to_.events.size() - 1),
                                text(reference.relation), text(reference.system),
                                text(reference.id)});
    }
  }

  void profile(LinkProfile profile) {
    profile.identifiers_begin = identifiers(from_.identifiers_of(profile));
    profile.record = record(profile.record);
    to_.profiles.push_back(profile);
  }

  void assertion(const LinkAssertion& assertion) {
    to_.assertions.push_back(assertion);
    for (const std::string* name : {&assertion.a, &assertion.b}) {
      const std::string_view value = std::string_view(*name).substr(name->find(':') + 1);
      if (from_.strings.find(value) != 0) to_.strings.intern(value);
    }
  }

 private:
  std::uint32_t text(std::uint32_t number) { return to_.strings.intern(from_.strings.at(number)); }

  std::uint32_t record(std::uint32_t number) {
    const auto [place, is_new] =
        records_.emplace(number, static_cast<std::uint32_t>(to_.records.size()));
    const LinkRecord& record = from_.records[number];
    if (is_new)
      to_.records.push_back({text(record.source), text(record.stream), text(record.record_id)});
    return place->second;
  }

  std::uint32_t identifiers(std::span<const LinkIdentifier> items) {
    const auto begin = static_cast<std::uint32_t>(to_.identifiers.size());
    for (LinkIdentifier item : items) {
      item.value = text(item.value);
      to_.identifiers.push_back(item);
    }
    return begin;
  }

  const LinkInput& from_;
  LinkInput& to_;
  absl::flat_hash_map<std::uint32_t, std::uint32_t> records_;
};

}  // namespace clewline::identity
