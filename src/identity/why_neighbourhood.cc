#include <algorithm>

#include "identity/why_internal.h"

namespace clewline::identity {
namespace {

/// Finds what can be reached from some names by shared keys: reads the whole input again as long as
/// there are new keys. Memory is that of the neighbourhood; the number of readings is the length of
/// its longest path.
class Reach {
 public:
  Reach(const LinkInput& input, const LinkingConfig& config)
      : input_(input),
        agents_matter_(!config.agent_time_rules.empty()),
        event_seen_(input.events.size()),
        profile_seen_(input.profiles.size()) {
    for (const LinkAssertion& assertion : input.assertions) {
      const auto a = parse_asserted_name(assertion.a, config);
      const auto b = parse_asserted_name(assertion.b, config);
      if (a.ok() && b.ok())
        asserted_.emplace_back(asserted_key(a.value()), asserted_key(b.value()));
    }
  }

  void start(const WhyName& name) {
    const StringTable& strings = input_.strings;
    switch (name.what) {
      case WhyName::What::identifier:
        keys_.insert(identifier_key({strings.find(name.value), name.kind}));
        return;
      case WhyName::What::session:
        keys_.insert(key(kSession, strings.find(name.source), strings.find(name.key)));
        return;
      case WhyName::What::event: keys_.insert(key(kEvent, name.event.high, name.event.low)); return;
      case WhyName::What::record: break;
    }
    for (std::uint32_t i = 0; i < input_.records.size(); ++i) {
      const LinkRecord& record = input_.records[i];
      const bool named = strings.at(record.source) == name.source &&
                         strings.at(record.stream) == name.stream &&
                         strings.at(record.record_id) == name.key;
      if (named) keys_.insert(key(kRecord, 0, i));
    }
  }

  void walk() {
    for (std::size_t before = 0; before != keys_.size();) {
      before = keys_.size();
      for (const auto& [a, b] : asserted_) {
        if (keys_.contains(a) || keys_.contains(b)) keys_.insert({a, b});
      }
      for (std::size_t i = 0; i < event_seen_.size(); ++i) {
        if (!event_seen_[i])
          event_seen_[i] = reach([&](const auto& each) { for_each_key(input_.events[i], each); });
      }
      for (std::size_t i = 0; i < profile_seen_.size(); ++i) {
        if (!profile_seen_[i])
          profile_seen_[i] =
              reach([&](const auto& each) { for_each_key(input_.profiles[i], each); });
      }
    }
  }

  const std::vector<std::uint8_t>& events() const { return event_seen_; }
  const std::vector<std::uint8_t>& profiles() const { return profile_seen_; }

 private:
  static constexpr std::uint64_t kSession = 1, kChain = 2, kRecord = 3, kAgent = 4, kCase = 5,
                                 kEvent = 6, kIdentifier = 16;

  /// Two keys may collide: that only makes the neighbourhood larger.
  static std::uint64_t key(std::uint64_t space, std::uint64_t a, std::uint64_t b) {
    return (space * 0x9E3779B97F4A7C15ULL) ^ (a * 0xC2B2AE3D27D4EB4FULL) ^
           (b * 0x165667B19E3779F9ULL);
  }
  static std::uint64_t identifier_key(const LinkIdentifier& item) {
    return key(kIdentifier + item.kind, 0, item.value);
  }

  std::uint64_t asserted_key(const AssertedName& name) const {
    const StringTable& strings = input_.strings;
    switch (name.what) {
      case AssertedName::What::event: return key(kEvent, name.event.high, name.event.low);
      case AssertedName::What::session:
        return key(kSession, strings.find(name.source), strings.find(name.value));
      case AssertedName::What::anchor:
      case AssertedName::What::shareable: break;
    }
    return identifier_key({strings.find(name.value), name.kind});
  }

  template <typename Each>
  void for_each_key(const LinkEvent& event, const Each& each) const {
    each(key(kEvent, event.event_id.high, event.event_id.low));
    each(key(kRecord, 0, event.record));
    if (event.session_key != 0) each(key(kSession, event.source, event.session_key));
    if (event.chain_key != 0) each(key(kChain, 0, event.chain_key));
    if (agents_matter_ && event.agent_id != 0) each(key(kAgent, 0, event.agent_id));
    if (agents_matter_ && event.case_key != 0) each(key(kCase, 0, event.case_key));
    for (const LinkIdentifier& item : input_.identifiers_of(event)) {
      if (item.value != 0) each(identifier_key(item));
    }
  }

  template <typename Each>
  void for_each_key(const LinkProfile& profile, const Each& each) const {
    each(key(kRecord, 0, profile.record));
    for (const LinkIdentifier& item : input_.identifiers_of(profile)) {
      if (item.value != 0) each(identifier_key(item));
    }
  }

  /// Adds all keys of an item if one of them is known; returns whether it was.
  template <typename ForEachKey>
  bool reach(const ForEachKey& for_each_key_of_item) {
    bool known = false;
    for_each_key_of_item([&](std::uint64_t key) { known = known || keys_.contains(key); });
    if (known) for_each_key_of_item([&](std::uint64_t key) { keys_.insert(key); });
    return known;
  }

  const LinkInput& input_;
  bool agents_matter_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> asserted_;
  absl::flat_hash_set<std::uint64_t> keys_;
  std::vector<std::uint8_t> event_seen_, profile_seen_;
};

/// Copies parts of one input into another with a string table of its own.
class Copier {
 public:
  Copier(const LinkInput& from, LinkInput& to) : from_(from), to_(to) {}

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

  void event(LinkEvent event) {
    event.identifiers_begin = identifiers(from_.identifiers_of(event));
    event.record = record(event.record);
    event.measures = 0;
    for (std::uint32_t* field :
         {&event.source, &event.session_key, &event.chain_key, &event.case_key, &event.agent_id,
          &event.queue_id, &event.intent, &event.disposition, &event.object}) {
      *field = text(*field);
    }
    to_.events.push_back(event);
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
  const LinkInput& from_;
  LinkInput& to_;
  absl::flat_hash_map<std::uint32_t, std::uint32_t> records_;
};

}  // namespace

Neighbourhood extract_neighbourhood(const LinkInput& input, const LinkingConfig& config,
                                    const std::vector<WhyName>& names) {
  Reach reach(input, config);
  for (const WhyName& name : names) reach.start(name);
  reach.walk();
  Neighbourhood here;
  Copier copier(input, here.input);
  for (std::uint32_t i = 0; i < input.events.size(); ++i) {
    if (!reach.events()[i]) continue;
    copier.event(input.events[i]);
    here.event_of.push_back(i);
  }
  for (std::uint32_t i = 0; i < input.profiles.size(); ++i) {
    if (!reach.profiles()[i]) continue;
    copier.profile(input.profiles[i]);
    here.profile_of.push_back(i);
  }
  for (std::uint32_t i = 0; i < input.assertions.size(); ++i) {
    copier.assertion(input.assertions[i]);
    here.assertion_of.push_back(i);
  }
  return here;
}

WhyWorld::WhyWorld(Neighbourhood neighbourhood, const LinkingConfig& config,
                   const ResolveOptions& options)
    : here_(std::move(neighbourhood)),
      config_(config),
      options_(options),
      events_(here_.input.events),
      identifiers_(here_.input.identifiers),
      assertions_(here_.input.assertions),
      assertion_of_(here_.assertion_of) {
  for (std::uint32_t i = 0; i < here_.event_of.size(); ++i)
    own_event_.emplace(here_.event_of[i], i);
  for (std::uint32_t i = 0; i < here_.profile_of.size(); ++i)
    own_profile_.emplace(here_.profile_of[i], i);
}

Status WhyWorld::resolve_without(const std::vector<WhyFact>& facts) {
  here_.input.events = events_;
  here_.input.identifiers = identifiers_;
  here_.input.assertions.clear();
  here_.assertion_of.clear();
  for (std::size_t i = 0; i < assertions_.size(); ++i) {
    const bool gone = std::any_of(facts.begin(), facts.end(), [&](const WhyFact& fact) {
      return fact.part == WhyFact::Part::assertion && fact.index == assertion_of_[i];
    });
    if (gone) continue;
    here_.input.assertions.push_back(assertions_[i]);
    here_.assertion_of.push_back(assertion_of_[i]);
  }
  for (const WhyFact& fact : facts) take_away(fact);
  CLEW_TRY(Resolution resolution, resolve_sightings(here_.input, config_, options_));
  resolution_.emplace(std::move(resolution));
  return {};
}

void WhyWorld::take_away(const WhyFact& fact) {
  if (fact.about == WhyFact::About::assertion) return;
  if (fact.about == WhyFact::About::profile) {
    const LinkProfile& profile = here_.input.profiles[own_profile_.at(fact.index)];
    return take_identifier(profile.identifiers_begin, profile.identifiers_count, fact.name);
  }
  LinkEvent& event = here_.input.events[own_event_.at(fact.index)];
  switch (fact.part) {
    case WhyFact::Part::holds:
      return take_identifier(event.identifiers_begin, event.identifiers_count, fact.name);
    case WhyFact::Part::session: event.session_key = 0; return;
    case WhyFact::Part::chain: event.chain_key = 0; return;
    case WhyFact::Part::saved_by: event.agent_id = 0; return;
    case WhyFact::Part::record: {
      const LinkRecord old = here_.input.records[event.record];
      event.record = static_cast<std::uint32_t>(here_.input.records.size());
      here_.input.records.push_back(
          {old.source, old.stream, here_.input.strings.intern("alone:" + event.event_id.to_hex())});
      return;
    }
    case WhyFact::Part::assertion: return;
  }
}

void WhyWorld::take_identifier(std::uint32_t begin, std::uint16_t count, const std::string& name) {
  for (std::uint32_t i = begin; i < begin + count; ++i) {
    LinkIdentifier& item = here_.input.identifiers[i];
    const std::string held = std::string(config_.kinds[item.kind].name) + ":" +
                             std::string(here_.input.strings.at(item.value));
    if (held == name) item.value = 0;
  }
}

}  // namespace clewline::identity
