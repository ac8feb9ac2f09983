#include <algorithm>

#include "identity/reach_internal.h"
#include "identity/why_internal.h"

namespace clewline::identity {
namespace {

/// Finds what can be reached from some names by shared keys: reads the whole input again as long as
/// there are new keys, with the memory of the neighbourhood. Where that takes many readings, since
/// a path is long, one reading joins all that shares a key, with the memory of all keys.
class Reach {
 public:
  Reach(const LinkInput& input, const LinkingConfig& config)
      : input_(input),
        reach_(input, config),
        event_seen_(input.events.size()),
        profile_seen_(input.profiles.size()) {
    for (const LinkAssertion& assertion : input.assertions) {
      const auto a = parse_asserted_name(assertion.a, config);
      const auto b = parse_asserted_name(assertion.b, config);
      if (a.ok() && b.ok())
        asserted_.emplace_back(reach_.asserted_key(a.value()), reach_.asserted_key(b.value()));
    }
  }

  void start(const WhyName& name) {
    const StringTable& strings = input_.strings;
    switch (name.what) {
      case WhyName::What::identifier:
        keys_.insert(ReachKeys::identifier({strings.find(name.value), name.kind}));
        return;
      case WhyName::What::session:
        keys_.insert(ReachKeys::session(strings.find(name.source), strings.find(name.key)));
        return;
      case WhyName::What::event: keys_.insert(ReachKeys::event(name.event)); return;
      case WhyName::What::record: break;
    }
    for (std::uint32_t i = 0; i < input_.records.size(); ++i) {
      const LinkRecord& record = input_.records[i];
      const bool named = strings.at(record.source) == name.source &&
                         strings.at(record.stream) == name.stream &&
                         strings.at(record.record_id) == name.key;
      if (named) keys_.insert(ReachKeys::record(i));
    }
  }

  void walk() {
    std::size_t before = 0;
    for (int reading = 0; reading < kReadingsMax && before != keys_.size(); ++reading) {
      before = keys_.size();
      read_again();
    }
    if (before != keys_.size()) join_all();
  }

  const std::vector<std::uint8_t>& events() const { return event_seen_; }
  const std::vector<std::uint8_t>& profiles() const { return profile_seen_; }

 private:
  static constexpr int kReadingsMax = 6;

  /// Adds all keys of an item if one of them is known; returns whether it was.
  template <typename ForEachKey>
  bool reach(const ForEachKey& for_each_key_of_item) {
    bool known = false;
    for_each_key_of_item([&](std::uint64_t key) { known = known || keys_.contains(key); });
    if (known) for_each_key_of_item([&](std::uint64_t key) { keys_.insert(key); });
    return known;
  }

  void read_again() {
    for (const auto& [a, b] : asserted_) {
      if (keys_.contains(a) || keys_.contains(b)) keys_.insert({a, b});
    }
    for (std::size_t i = 0; i < event_seen_.size(); ++i) {
      if (!event_seen_[i])
        event_seen_[i] =
            reach([&](const auto& each) { reach_.for_each_key(input_.events[i], each); });
    }
    for (std::size_t i = 0; i < profile_seen_.size(); ++i) {
      if (!profile_seen_[i])
        profile_seen_[i] =
            reach([&](const auto& each) { reach_.for_each_key(input_.profiles[i], each); });
    }
  }

  /// Joins events, profiles and assertions that share a key: those with what is known are reached.
  void join_all() {
    const std::size_t events = event_seen_.size();
    const std::size_t known = events + profile_seen_.size();  // the set of all that is known
    DisjointSets sets(known + 1 + asserted_.size());
    absl::flat_hash_map<std::uint64_t, std::uint32_t> holder;
    const auto hold = [&](std::size_t item) {
      return [&, item](std::uint64_t key) {
        const auto number = static_cast<std::uint32_t>(item);
        const auto [first, is_new] = holder.emplace(key, number);
        if (!is_new) sets.join(first->second, number);
      };
    };
    for (const std::uint64_t key : keys_) hold(known)(key);
    for (std::size_t i = 0; i < events; ++i) reach_.for_each_key(input_.events[i], hold(i));
    for (std::size_t i = 0; i < profile_seen_.size(); ++i)
      reach_.for_each_key(input_.profiles[i], hold(events + i));
    for (std::size_t i = 0; i < asserted_.size(); ++i) {
      hold(known + 1 + i)(asserted_[i].first);
      hold(known + 1 + i)(asserted_[i].second);
    }
    const std::uint32_t root = sets.find(static_cast<std::uint32_t>(known));
    for (std::size_t i = 0; i < known; ++i) {
      const bool reached = sets.find(static_cast<std::uint32_t>(i)) == root;
      (i < events ? event_seen_[i] : profile_seen_[i - events]) = reached ? 1 : 0;
    }
  }

  const LinkInput& input_;
  ReachKeys reach_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> asserted_;
  absl::flat_hash_set<std::uint64_t> keys_;
  std::vector<std::uint8_t> event_seen_, profile_seen_;
};

}  // namespace

Neighbourhood extract_neighbourhood(const LinkInput& input, const LinkingConfig& config,
                                    const std::vector<WhyName>& names) {
  Reach reach(input, config);
  for (const WhyName& name : names) reach.start(name);
  reach.walk();
  Neighbourhood here;
  InputCopier copier(input, here.input);
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
  absl::flat_hash_set<std::uint32_t> taken_back;
  for (const WhyFact& fact : facts) {
    if (fact.part == WhyFact::Part::assertion) taken_back.insert(fact.index);
  }
  for (std::size_t i = 0; i < assertions_.size(); ++i) {
    if (taken_back.contains(assertion_of_[i])) continue;
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
