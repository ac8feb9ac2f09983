#include "identity/testing/random_sample.h"

#include <algorithm>
#include <array>
#include <set>

namespace clewline::identity::testing {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}
bool chance(Random& random, int percent) {
  return below(random, 100) < static_cast<std::size_t>(percent);
}

template <typename Container>
const auto& pick(Random& random, const Container& items) {
  return items[below(random, std::size(items))];
}

constexpr std::array kIdentifiers = {
    "crm_id:A",  "crm_id:B",  "crm_id:C",       "crm_id:D",           "account:X", "account:Y",
    "user_id:U", "user_id:V", "loyalty_card:L", "payment_customer:L", "email:m",   "email:n",
    "phone:1",   "phone:2",   "device:d",       "cookie:c",           "cookie:k",  "social:s",
    "address:s", "ip:9",      "phone:"};
constexpr std::array kAnchors = {"crm_id:A",  "crm_id:B",  "crm_id:C",
                                 "account:X", "account:Y", "user_id:U"};
constexpr std::array kValues = {"email:m", "phone:1", "phone:2", "cookie:c"};
constexpr std::array kTypes = {"web.page_viewed",     "session.logged_in",  "session.logged_out",
                               "agent.connected",     "agent.disconnected", "wrapup.interval",
                               "case.status_changed", "queue.entered",      "ivr.entered",
                               "callback.connected",  "review.posted"};

TimeUs random_time(Random& random) {
  static const TimeUs start = at("2024-03-01 22:00");
  // Few different moments: ties are common, midnight is crossed, some are beyond a ttl or a hub's
  // 90 days.
  TimeUs time = start + static_cast<TimeUs>(below(random, 12)) * 20 * kUsPerMinute;
  if (chance(random, 25)) time += static_cast<TimeUs>(1 + below(random, 3)) * kUsPerDay;
  if (chance(random, 12)) time += (chance(random, 50) ? 90 : 91) * kUsPerDay;
  return time;
}

SampleIdentifier random_identifier(Random& random) {
  SampleIdentifier item = identifier(pick(random, kIdentifiers));
  item.assurance = static_cast<Assurance>(below(random, 4));
  if (chance(random, 5)) item.role = IdentifierRole::agent;
  return item;
}

SampleEvent random_event(Random& random, std::uint64_t number) {
  SampleEvent event;
  event.number = number;
  event.at = random_time(random);
  event.type = pick(random, kTypes);
  const bool voice =
      event.type != "session.logged_in" && event.type != "session.logged_out" && chance(random, 55);
  event.channel = voice ? Channel::voice : Channel::web;
  event.source = voice ? "voice" : chance(random, 80) ? "web" : "web2";
  event.actor = event_type_row(*find_event_type(event.type)).actor;
  if (event.type == "case.status_changed") event.source = "cases";
  if (chance(random, 70)) event.session = pick(random, std::array{"s", "t", "u", "v", "w"});
  if (chance(random, 30)) event.chain = pick(random, std::array{"g", "h"});
  if (chance(random, 25)) event.record = pick(random, std::array{"q", "p"});
  if (chance(random, 40)) event.case_key = pick(random, std::array{"1", "2"});
  if (event.actor == Actor::agent && chance(random, 90))
    event.agent = pick(random, std::array{"eva", "max"});
  if (chance(random, 40))
    event.ended_at =
        event.at + static_cast<TimeUs>(below(random, 50)) * kUsPerMinute - 5 * kUsPerMinute;
  const std::size_t count = below(random, 10) < 3 ? 0 : 1 + below(random, 3);
  for (std::size_t i = 0; i < count; ++i) event.identifiers.push_back(random_identifier(random));
  return event;
}

/// Many calls of one number, in different sessions and chains, side by side.
void make_calls(Random& random, Sample& sample) {
  for (SampleEvent& event : sample.events) {
    if (chance(random, 20)) continue;
    event.at = at("2024-03-01 21:00") + static_cast<TimeUs>(below(random, 16)) * 15 * kUsPerMinute;
    event.source = "voice";
    event.channel = Channel::voice;
    event.session = "call" + std::to_string(below(random, 12));
    event.type = chance(random, 70) ? "ivr.entered" : "queue.entered";
    event.actor = Actor::customer;
    event.agent.clear();
    event.ended_at = event.at + static_cast<TimeUs>(below(random, 90)) * kUsPerMinute;
    event.identifiers.push_back(identifier("phone:1"));
  }
}

/// Agents on the phone who save cases of named customers; the calls name nobody.
void make_cases(Random& random, Sample& sample) {
  for (SampleEvent& event : sample.events) {
    if (chance(random, 20)) continue;
    const bool call = chance(random, 50);
    event.at = at("2024-03-01 21:00") + static_cast<TimeUs>(below(random, 24)) * 10 * kUsPerMinute;
    event.type =
        call ? pick(random, std::array{"agent.connected", "agent.disconnected", "wrapup.interval"})
             : "case.status_changed";
    event.actor = Actor::agent;
    event.agent = pick(random, std::array{"eva", "max"});
    event.source = call ? "voice" : "cases";
    event.channel = call ? Channel::voice : Channel::case_;
    event.identifiers.clear();
    if (!call)
      event.identifiers.push_back(identifier(pick(random, std::array{"crm_id:A", "crm_id:B"})));
    event.case_key = call ? "" : event.identifiers[0].value;
    if (call) event.session = pick(random, std::array{"s", "t", "u", "v", "w", "x", "y"});
  }
}

/// One key, many people: a queue id where a session id should be.
void make_crowded_key(Random& random, Sample& sample) {
  const bool by_chain = chance(random, 50);
  for (SampleEvent& event : sample.events) {
    if (chance(random, 40)) continue;
    event.source = "voice";
    event.channel = Channel::voice;
    (by_chain ? event.chain : event.session) = "crowd";
    event.case_key = "crowd";
    event.identifiers.push_back(
        identifier(pick(random, std::array{"crm_id:A", "crm_id:B", "crm_id:C", "crm_id:D"})));
  }
}

void add_random_assertion(Random& random, Sample& sample) {
  const auto kind = static_cast<AssertionKind>(below(random, 3));
  std::string a = pick(random, kAnchors);
  std::string b = pick(random, kAnchors);
  if (chance(random, 25)) {
    a = pick(random, kValues);
  } else if (chance(random, 40) && !sample.events.empty()) {
    const SampleEvent& event = pick(random, sample.events);
    a = chance(random, 50) || event.session.empty()
            ? event_name(event.number)
            : "session:" + event.source + "/" + event.session;
    if (kind != AssertionKind::link && chance(random, 40)) b = pick(random, kValues);
  }
  if (a == b) return;
  if (chance(random, 30)) std::swap(a, b);
  sample.assertion(kind, a, b, static_cast<TimeUs>(below(random, 3)));
}

/// Takes away one part of the sample; false when there is no part of this number.
bool remove_part(Sample& sample, std::size_t part) {
  const auto take = [&part](auto& items) {
    if (part >= items.size()) {
      part -= items.size();
      return false;
    }
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(part));
    return true;
  };
  if (take(sample.events) || take(sample.profiles) || take(sample.assertions)) return true;
  for (SampleEvent& event : sample.events) {
    if (take(event.identifiers)) return true;
  }
  for (SampleProfile& profile : sample.profiles) {
    if (take(profile.identifiers)) return true;
  }
  for (SampleEvent& event : sample.events) {
    for (std::string* field :
         {&event.session, &event.chain, &event.record, &event.case_key, &event.agent}) {
      if (part-- != 0) continue;
      field->clear();
      return true;
    }
  }
  return false;
}

std::size_t size_of(const Sample& sample) {
  std::size_t size = sample.events.size() + sample.profiles.size() + sample.assertions.size();
  for (const SampleEvent& event : sample.events) {
    size += event.identifiers.size();
    for (const std::string* field :
         {&event.session, &event.chain, &event.record, &event.case_key, &event.agent})
      size += !field->empty();
  }
  for (const SampleProfile& profile : sample.profiles) size += profile.identifiers.size();
  return size;
}

void count_events(const Sample& sample, Situations& situations) {
  std::map<std::string, std::map<std::string, std::set<std::string>>> held;
  std::map<TimeUs, int> times;
  for (const SampleEvent& event : sample.events) {
    situations["event without session"] += event.session.empty();
    situations["event without session and chain"] += event.session.empty() && event.chain.empty();
    situations["public post with identifiers"] +=
        event.type == "review.posted" && event.identifiers.size() > 1;
    situations["logout"] += event.type == "session.logged_out";
    situations["interval that ends before it starts"] +=
        event.ended_at != kNoTime && event.ended_at < event.at;
    situations["tie in time"] += times[event.at]++ > 0;
    for (const SampleIdentifier& item : event.identifiers) {
      situations["null identifier"] += item.value.empty();
      if (!event.session.empty() && !item.value.empty())
        held[event.source + "/" + event.session][item.kind].insert(item.value);
    }
  }
  for (const auto& [session, kinds] : held) {
    const auto user = kinds.find("crm_id");
    situations["kiosk: two customers in one session"] +=
        user != kinds.end() && user->second.size() > 1;
  }
}

}  // namespace

LinkingConfig small_limits() {
  LinkingConfig config;
  for (IdentifierKindRow& row : config.kinds) {
    if (row.kind_class != KindClass::shareable) continue;
    row.hub_guard = 2;
    row.ttl_us = row.name == "phone"    ? 3 * kUsPerDay
                 : row.name == "cookie" ? 40 * kUsPerMinute
                                        : row.ttl_us;
  }
  config.sessions_per_day_max = 4;
  config.overlapping_calls_max = 1;
  config.session_values_max = 3;
  config.shared_chain_sources = {"voice", "web2"};
  AgentTimeRule rule;
  rule.name = "cases to calls";
  rule.case_source = "cases";
  rule.call_source = "voice";
  rule.clock_offset_us = 5 * kUsPerMinute;
  config.agent_time_rules = {rule};
  return config;
}

Sample random_sample(Random& random, const SampleShape& shape) {
  Sample sample;
  const std::size_t events = 1 + below(random, static_cast<std::size_t>(shape.events_max));
  for (std::size_t i = 0; i < events; ++i) sample.events.push_back(random_event(random, i + 1));
  switch (below(random, 12)) {
    case 0: make_calls(random, sample); break;
    case 1: make_cases(random, sample); break;
    case 2: make_crowded_key(random, sample); break;
    default: break;
  }
  for (std::size_t i = below(random, 4); i > 0; --i) {
    SampleProfile profile;
    profile.record = pick(random, std::array{"x", "y", "z"});
    profile.valid_from = random_time(random) - (chance(random, 50) ? kUsPerDay : 0);
    if (chance(random, 50))
      profile.valid_to = profile.valid_from + static_cast<TimeUs>(below(random, 3)) * kUsPerDay;
    for (std::size_t j = below(random, 4); j > 0; --j)
      profile.identifiers.push_back(random_identifier(random));
    sample.profiles.push_back(profile);
  }
  if (!shape.assertions || chance(random, 50)) return sample;
  for (std::size_t i = 1 + below(random, 3); i > 0; --i) add_random_assertion(random, sample);
  return sample;
}

Sample permuted(Sample sample, Random& random) {
  std::shuffle(sample.events.begin(), sample.events.end(), random);
  std::shuffle(sample.profiles.begin(), sample.profiles.end(), random);
  std::shuffle(sample.assertions.begin(), sample.assertions.end(), random);
  for (SampleEvent& event : sample.events)
    std::shuffle(event.identifiers.begin(), event.identifiers.end(), random);
  for (SampleProfile& profile : sample.profiles)
    std::shuffle(profile.identifiers.begin(), profile.identifiers.end(), random);
  return sample;
}

Sample shrink(Sample sample, const std::function<bool(const Sample&)>& fails) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (std::size_t part = 0;; ++part) {
      Sample candidate = sample;
      if (!remove_part(candidate, part)) break;
      if (size_of(candidate) >= size_of(sample) || !fails(candidate)) continue;
      sample = candidate;
      smaller = true;
      --part;  // what followed has moved up
    }
  }
  return sample;
}

void count_situations(const Sample& sample, const LinkInput&, const IdentityResult& result,
                      Situations& situations) {
  static constexpr const char* kSteps[] = {
      "step a own anchor", "step b session",   "step c chain", "step d shared value",
      "step e two hops",   "step f component", "step g record"};
  count_events(sample, situations);
  for (const AttributionStep step : result.step_of_event)
    ++situations[kSteps[static_cast<std::size_t>(step)]];
  for (std::size_t i = 0; i < result.step_of_event.size(); ++i) {
    situations["standing sighting used"] +=
        result.step_of_event[i] == AttributionStep::shared_value &&
        result.evidence_of_event[i] == kNoIndex;
  }
  for (const HubDay& hub : result.hubs) ++situations["hub: " + hub.reason];
  for (const HubKey& hub : result.hub_keys) ++situations["hub key: " + hub.key_space];
  for (const IdentityEdge& edge : result.edges) {
    situations["conflict: exclusive kind"] += edge.refused_because.starts_with("exclusive");
    situations["conflict: forbid"] += edge.refused_because.starts_with("forbid");
    situations["edge cut by unlink"] += edge.refused_because == "unlink";
    situations["edge by assertion"] += edge.rule == "assertion" && edge.accepted;
  }
}

}  // namespace clewline::identity::testing
