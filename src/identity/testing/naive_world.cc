#include "identity/testing/naive_world_internal.h"

#include <limits>

namespace clewline::identity::testing {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

NaiveWorld::NaiveWorld(const Sample& sample, const LinkingConfig& config,
                       std::int64_t day_offset_us)
    : config_(config), day_offset_us_(day_offset_us) {
  order_events(sample);
  keep_standing_assertions(sample);
  for (const SampleProfile& profile : sample.profiles) {
    NaiveStanding standing;
    standing.from = standing.preferred = profile.valid_from;
    standing.to =
        profile.valid_to == kNoTime ? std::numeric_limits<TimeUs>::max() : profile.valid_to;
    standing.record = "crm/default/" + profile.record;
    for (const SampleIdentifier& identifier : profile.identifiers) {
      const auto held = key(identifier);
      if (!held) continue;
      if (is_anchor(*held))
        standing.anchors[*held] = std::max(standing.anchors[*held], identifier.assurance);
      if (!is_anchor(*held)) standing.values.insert(*held);
    }
    standing_.push_back(standing);
  }
  apply_assertions();
  take_out_hub_keys();
  apply_agent_and_time();
}

std::optional<Key> NaiveWorld::key(const SampleIdentifier& identifier) const {
  const int kind = *find_identifier_kind(identifier.kind);
  const auto& row = config_.kinds[static_cast<std::size_t>(kind)];
  if (identifier.value.empty() || identifier.role != IdentifierRole::customer ||
      row.kind_class == KindClass::never)
    return {};
  return Key{row.priority, identifier.value, kind};
}

bool NaiveWorld::is_anchor(const Key& key) const {
  return config_.kinds[static_cast<std::size_t>(key.kind)].kind_class == KindClass::anchor;
}

std::string NaiveWorld::text(const Key& key) const {
  return std::string(config_.kinds[static_cast<std::size_t>(key.kind)].name) + ":" + key.value;
}

NaiveName NaiveWorld::name(const std::string& text) const {
  NaiveName name;
  const std::string prefix = text.substr(0, text.find(':'));
  const std::string rest = text.substr(text.find(':') + 1);
  name.is_place = prefix == "event" || prefix == "session";
  if (prefix == "event") name.event = Id128::from_hex(rest)->low;
  if (prefix == "session") name.session = rest;
  if (!name.is_place) name.key = key({prefix, rest});
  return name;
}

std::int32_t NaiveWorld::day(TimeUs at) const {
  const TimeUs local = at + day_offset_us_;
  std::int64_t day = local / kUsPerDay;
  if (local % kUsPerDay < 0) --day;
  return static_cast<std::int32_t>(day);
}

std::string NaiveWorld::unit(const NaiveEvent& event) const {
  return event.session.empty() ? "record " + event.sample->source + "/" + record_of(*event.sample)
                               : "session " + event.session;
}

void NaiveWorld::order_events(const Sample& sample) {
  for (const SampleEvent& item : sample.events) {
    NaiveEvent event;
    event.sample = &item;
    if (!item.session.empty()) event.session = item.source + "/" + item.session;
    if (!item.chain.empty())
      event.chain = (contains(config_.shared_chain_sources, item.source) ? "" : item.source) + "/" +
                    item.chain;
    for (const SampleIdentifier& identifier : item.identifiers) {
      const auto held = key(identifier);
      if (!held) continue;
      if (is_anchor(*held))
        event.anchors[*held] = std::max(event.anchors[*held], identifier.assurance);
      if (!is_anchor(*held)) event.values.insert(*held);
    }
    events_.push_back(event);
  }
  const auto order = [](const NaiveEvent& event) {
    return std::tuple(event.sample->at, event_type_row(*find_event_type(event.sample->type)).rank,
                      event.sample->number);
  };
  std::sort(events_.begin(), events_.end(),
            [&](const NaiveEvent& a, const NaiveEvent& b) { return order(a) < order(b); });
}

void NaiveWorld::keep_standing_assertions(const Sample& sample) {
  const auto order = [](const LinkAssertion& item) {
    return std::tuple(item.asserted_at, item.content_hash, item.kind);
  };
  for (const LinkAssertion& item : sample.assertions) {
    const bool superseded = std::any_of(
        sample.assertions.begin(), sample.assertions.end(), [&](const LinkAssertion& other) {
          return std::minmax(other.a, other.b) == std::minmax(item.a, item.b) &&
                 order(other) > order(item);
        });
    if (!superseded) assertions_.push_back(&item);
  }
  std::sort(assertions_.begin(), assertions_.end(),
            [&](const LinkAssertion* a, const LinkAssertion* b) { return order(*a) < order(*b); });
}

void NaiveWorld::apply_assertions() {
  const auto is_at = [](const NaiveEvent& event, const NaiveName& place) {
    return place.event != 0 ? event.sample->number == place.event : event.session == place.session;
  };
  for (const bool events_last : {false, true}) {
    for (const LinkAssertion* item : assertions_) {
      NaiveName a = name(item->a);
      NaiveName b = name(item->b);
      if (b.is_place) std::swap(a, b);
      if (!a.is_place || item->kind != AssertionKind::link || (a.event != 0) != events_last)
        continue;
      for (NaiveEvent& event : events_) {
        if (is_at(event, a)) event.asserted = b.key;
      }
    }
  }
  for (const LinkAssertion* item : assertions_) {
    NaiveName a = name(item->a);
    NaiveName b = name(item->b);
    if (b.is_place) std::swap(a, b);
    if (!a.is_place || item->kind == AssertionKind::link) continue;
    for (NaiveEvent& event : events_) {
      if (!is_at(event, a)) continue;
      event.anchors.erase(*b.key);
      event.values.erase(*b.key);
      if (is_anchor(*b.key)) event.barred_anchors.push_back(*b.key);
      if (!is_anchor(*b.key)) event.barred_values.insert(*b.key);
    }
  }
  for (NaiveEvent& event : events_) {
    if (!event.asserted || event.anchors.contains(*event.asserted)) continue;
    event.anchors = {{*event.asserted, Assurance::verified}};
    event.added.insert(*event.asserted);
  }
  for (const LinkAssertion* item : assertions_) {
    NaiveName a = name(item->a);
    NaiveName b = name(item->b);
    if (item->kind != AssertionKind::link || a.is_place || b.is_place ||
        is_anchor(*a.key) == is_anchor(*b.key))
      continue;
    if (is_anchor(*a.key)) std::swap(a, b);
    NaiveStanding standing;
    standing.from = kNoTime;
    standing.to = std::numeric_limits<TimeUs>::max();
    standing.preferred = item->asserted_at;
    standing.assertion = true;
    standing.values = {*a.key};
    standing.anchors = {{*b.key, Assurance::verified}};
    standing_.push_back(standing);
  }
}

void NaiveWorld::take_out_hub_keys() {
  std::map<std::string, std::map<int, std::set<Key>>> held;
  for (const NaiveEvent& event : events_) {
    const std::string case_space =
        contains(config_.shared_case_sources, event.sample->source) ? "" : event.sample->source;
    for (const auto& [anchor, assurance] : event.anchors) {
      if (!event.session.empty()) held["session:" + event.session][anchor.kind].insert(anchor);
      if (!event.chain.empty()) held["chain:" + event.chain][anchor.kind].insert(anchor);
      if (!event.sample->case_key.empty())
        held["case:" + case_space + "/" + event.sample->case_key][anchor.kind].insert(anchor);
    }
  }
  for (const auto& [name, kinds] : held) {
    for (const auto& [kind, anchors] : kinds) {
      if (anchors.size() > config_.session_values_max) hub_keys_.insert(name);
    }
  }
  for (NaiveEvent& event : events_) {
    if (hub_keys_.contains("session:" + event.session)) event.session.clear();
    if (hub_keys_.contains("chain:" + event.chain)) event.chain.clear();
  }
}

namespace {

struct NaiveLeg {
  std::size_t opening = 0;
  TimeUs from = 0, to = 0;
  std::string agent, session;
};

struct NaiveSave {
  std::string case_key, agent;
  TimeUs at = 0;
};

bool opens_leg(const SampleEvent& event) {
  const EventType type = *find_event_type(event.type);
  return !event.agent.empty() && event_type_row(type).leg == clewline::Leg::opens &&
         effective_role(type, event.actor, Direction::unknown) == Role::assisted;
}

bool saves_case(const SampleEvent& event) {
  return event.actor == Actor::agent && !event.agent.empty() &&
         effective_role(*find_event_type(event.type), event.actor, Direction::unknown) ==
             Role::record;
}

bool meets(const NaiveLeg& leg, const NaiveSave& save) {
  return leg.agent == save.agent && leg.from <= save.at && save.at <= leg.to;
}

NaiveLeg leg_of(const std::vector<NaiveEvent>& events, std::size_t opening,
                const AgentTimeRule& rule) {
  const SampleEvent& first = *events[opening].sample;
  TimeUs end = std::max(first.at, first.ended_at);
  for (std::size_t j = opening + 1; j < events.size() && !events[opening].session.empty(); ++j) {
    const SampleEvent& other = *events[j].sample;
    if (events[j].session != events[opening].session || other.agent != first.agent) continue;
    if (opens_leg(other)) break;
    if (other.type != "wrapup.interval") end = std::max({end, other.at, other.ended_at});
  }
  return {opening, first.at, end + rule.wrap_us, first.agent, events[opening].session};
}

/// The one anchor that a leg gets by a rule, or null.
std::optional<Key> gift_of(const std::vector<NaiveEvent>& events, const NaiveLeg& leg,
                           const std::vector<NaiveLeg>& legs, const std::vector<NaiveSave>& saves,
                           const std::map<std::string, std::set<Key>>& case_anchors) {
  std::set<std::string> cases;
  bool alone = false;
  for (const NaiveSave& save : saves) {
    if (!meets(leg, save)) continue;
    cases.insert(save.case_key);
    alone = alone || std::count_if(legs.begin(), legs.end(),
                                   [&](const NaiveLeg& other) { return meets(other, save); }) == 1;
  }
  const bool named = std::any_of(events.begin(), events.end(), [&](const NaiveEvent& event) {
    return event.session == leg.session && !event.anchors.empty();
  });
  if (leg.session.empty() || cases.size() != 1 || !alone || named ||
      !case_anchors.contains(*cases.begin()))
    return {};
  const std::set<Key>& anchors = case_anchors.at(*cases.begin());
  if (anchors.size() > 1 && std::next(anchors.begin())->priority == anchors.begin()->priority)
    return {};
  const auto& barred = events[leg.opening].barred_anchors;
  if (std::find(barred.begin(), barred.end(), *anchors.begin()) != barred.end()) return {};
  return *anchors.begin();
}

}  // namespace

void NaiveWorld::apply_agent_and_time() {
  std::map<std::size_t, std::set<Key>> gifts;
  for (const AgentTimeRule& rule : config_.agent_time_rules) {
    std::vector<NaiveLeg> legs;
    std::vector<NaiveSave> saves;
    std::map<std::string, std::set<Key>> case_anchors;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const SampleEvent& item = *events_[i].sample;
      if (item.source == rule.call_source && opens_leg(item))
        legs.push_back(leg_of(events_, i, rule));
      if (item.source != rule.case_source || item.case_key.empty()) continue;
      for (const auto& [anchor, assurance] : events_[i].anchors)
        case_anchors[item.case_key].insert(anchor);
      if (saves_case(item))
        saves.push_back({item.case_key, item.agent, item.at + rule.clock_offset_us});
    }
    for (const NaiveLeg& leg : legs) {
      if (const auto gift = gift_of(events_, leg, legs, saves, case_anchors))
        gifts[leg.opening].insert(*gift);
    }
  }
  for (const auto& [place, anchors] : gifts) {
    if (anchors.size() != 1) continue;
    events_[place].anchors[*anchors.begin()] = Assurance::system;
    events_[place].added.insert(*anchors.begin());
    ++given_;
  }
}

}  // namespace clewline::identity::testing
