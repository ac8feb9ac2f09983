#include "hierarchy/testing/random_input.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <tuple>

namespace clewline::hierarchy::testing {
namespace {

struct TypeShare {
  const char* name;
  int weight;
};

constexpr TypeShare kTypes[] = {
    {"contact.started", 4},    {"contact.ended", 4},      {"ivr.entered", 4},
    {"ivr.input", 6},          {"ivr.exited", 3},         {"queue.entered", 5},
    {"queue.left", 4},         {"queue.abandoned", 2},    {"agent.connected", 6},
    {"agent.disconnected", 5}, {"hold.interval", 2},      {"wrapup.interval", 3},
    {"transfer.blind", 2},     {"callback.requested", 1}, {"callback.connected", 1},
    {"callback.attempted", 1}, {"message.received", 6},   {"message.sent", 4},
    {"note.added", 3},         {"case.created", 2},       {"case.solved", 2},
    {"case.reopened", 1},      {"survey.answered", 3},    {"web.page_viewed", 8},
    {"order.placed", 2},       {"order.fulfilled", 2},    {"campaign.sent", 2},
    {"outbound.attempted", 1}, {"work.started", 1},       {"bot.entered", 2},
    {"bot.exited", 1},         {"consult.interval", 1},   {"social.posted", 1},
    {"promise.made", 1},       {"other.unmapped", 1},
};

constexpr Channel kChannels[] = {Channel::voice,     Channel::voice, Channel::voice,
                                 Channel::web,       Channel::chat,  Channel::email,
                                 Channel::messaging, Channel::case_, Channel::survey};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {
    made_.customers = 1 + below(4);
    for (const TypeShare& share : kTypes) total_weight_ += share.weight;
    for (const char* source : {"pbx", "crm", "site"})
      sources_.push_back(made_.input.strings.intern(source));
    day_span_ = std::array<int, 4>{1, 3, 20, 200}[below(4)];
    session_keys_ = 1 + below(12);
  }

  RandomInput make() {
    const std::size_t events = 1 + below(60);
    for (std::size_t i = 0; i < events; ++i) {
      if (i > 0 && below(12) == 0) {
        add_twin();
      } else {
        add_event();
      }
    }
    return std::move(made_);
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  std::uint32_t key(const char* prefix, std::uint64_t count, std::uint64_t nulls_in_ten) {
    if (below(10) < nulls_in_ten) return 0;
    return made_.input.strings.intern(prefix + std::to_string(below(count)));
  }

  EventType type() {
    auto left = static_cast<int>(below(static_cast<std::uint64_t>(total_weight_)));
    for (const TypeShare& share : kTypes) {
      left -= share.weight;
      if (left < 0) return *find_event_type(share.name);
    }
    return 0;
  }

  /// A few seconds to minutes after an earlier event, at the same instant, or anywhere; often near
  /// midnight.
  TimeUs time() {
    constexpr TimeUs kBegin = 1'767'225'600'000'000;
    if (!made_.input.events.empty() && below(10) < 7) {
      const TimeUs near = made_.input.events[below(made_.input.events.size())].occurred_at;
      constexpr std::array<std::int64_t, 8> kSteps = {0, 1, 10, 30, 590, 600, 601, 1800};
      return near + kSteps[below(kSteps.size())] * kUsPerSecond;
    }
    const auto day = static_cast<std::int64_t>(below(static_cast<std::uint64_t>(day_span_)));
    const std::int64_t minute = below(3) == 0 ? 1435 : static_cast<std::int64_t>(below(1440));
    return kBegin + day * kUsPerDay + minute * kUsPerMinute;
  }

  TimeUs end_of(TimeUs begin) {
    switch (below(8)) {
      case 0: return begin;
      case 1: return begin - 60 * kUsPerSecond;
      case 2: return begin + 5 * kUsPerMinute;
      case 3: return begin + 30 * kUsPerMinute;
      case 4: return begin + (below(3) == 0 ? 40 * kUsPerDay : 3 * kUsPerHour);
      default: return kNoTime;
    }
  }

  void add_event() {
    LinkEvent event;
    event.type = type();
    event.occurred_at = time();
    event.ended_at = end_of(event.occurred_at);
    event.sequence = static_cast<std::int64_t>(below(3));
    event.source = sources_[below(sources_.size())];
    event.session_key = key("s", session_keys_, 3);
    event.chain_key = key("c", 6, 6);
    event.case_key = key("T", 4, 7);
    event.agent_id = key("a", 3, 3);
    event.queue_id = key("q", 2, 5);
    event.intent = key("i", 3, 6);
    event.object = key("o", 3, 8);
    event.channel = kChannels[below(std::size(kChannels))];
    event.system = default_system(event.type, event.channel);
    event.actor = below(12) == 0 ? static_cast<Actor>(below(4)) : event_type_row(event.type).actor;
    event.direction = below(4) == 0 ? static_cast<Direction>(below(4)) : Direction::unknown;
    event.outcome = below(4) == 0 ? static_cast<Outcome>(below(17)) : Outcome::unknown;
    if (below(4) == 0) {
      const auto total = [this] { return static_cast<std::int64_t>(below(3) * 60'000); };
      made_.input.measures.push_back({total(), total(), total(), total()});
      event.measures = static_cast<std::uint32_t>(made_.input.measures.size());
    }
    put(event);
  }

  /// The same event once more, as sources deliver it without a key.
  void add_twin() {
    LinkEvent twin = made_.input.events[below(made_.input.events.size())];
    if (below(2) == 0) twin.session_key = 0;
    put(twin);
  }

  void put(LinkEvent event) {
    event.event_id = {random_(), random_()};
    event.record = static_cast<std::uint32_t>(made_.input.records.size());
    made_.input.records.push_back(
        {event.source, 0, made_.input.strings.intern("r" + std::to_string(event.record))});
    made_.input.events.push_back(event);
    made_.customer_of_event.push_back(static_cast<std::uint32_t>(below(made_.customers)));
  }

  std::mt19937_64 random_;
  RandomInput made_;
  std::vector<std::uint32_t> sources_;
  int total_weight_ = 0;
  int day_span_ = 1;
  std::uint64_t session_keys_ = 1;
};

void copy_event(const RandomInput& from, std::size_t i, RandomInput* to) {
  const auto text = [&](std::uint32_t number) {
    return to->input.strings.intern(from.input.strings.at(number));
  };
  LinkEvent event = from.input.events[i];
  const LinkRecord record = from.input.records[event.record];
  event.record = static_cast<std::uint32_t>(to->input.records.size());
  for (std::uint32_t LinkEvent::* field :
       {&LinkEvent::source, &LinkEvent::session_key, &LinkEvent::chain_key, &LinkEvent::case_key,
        &LinkEvent::agent_id, &LinkEvent::queue_id, &LinkEvent::intent, &LinkEvent::disposition,
        &LinkEvent::object}) {
    event.*field = text(event.*field);
  }
  if (event.measures != 0) {
    to->input.measures.push_back(from.input.measures[event.measures - 1]);
    event.measures = static_cast<std::uint32_t>(to->input.measures.size());
  }
  to->input.records.push_back({event.source, text(record.stream), text(record.record_id)});
  to->input.events.push_back(event);
  to->customer_of_event.push_back(from.customer_of_event[i]);
}

}  // namespace

RandomInput make_random_input(std::uint64_t seed) { return Maker(seed).make(); }

void count_cases(const RandomInput& made, CaseCounts* counts) {
  std::set<std::tuple<TimeUs, EventType, std::uint32_t>> seen;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>> session_customers;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>> chain_customers;
  std::map<TimeUs, std::uint32_t> instants;
  for (std::size_t i = 0; i < made.input.events.size(); ++i) {
    const LinkEvent& event = made.input.events[i];
    const std::uint32_t customer = made.customer_of_event[i];
    if (++instants[event.occurred_at] > 1) ++(*counts)["tie in time"];
    if (event.ended_at != kNoTime && event.ended_at < event.occurred_at)
      ++(*counts)["ends before it begins"];
    if (event.ended_at != kNoTime && event.ended_at - event.occurred_at > kUsPerDay)
      ++(*counts)["overlong interval"];
    if (event.ended_at != kNoTime && event.ended_at / kUsPerDay > event.occurred_at / kUsPerDay) {
      ++(*counts)["interval over midnight"];
    }
    if (event.session_key == 0) ++(*counts)["null session key"];
    if (event.chain_key == 0) ++(*counts)["null chain key"];
    if (event.session_key == 0 &&
        !seen.emplace(event.occurred_at, event.type, event.source).second) {
      ++(*counts)["keyless twin"];
    }
    if (event.session_key != 0)
      session_customers[{event.source, event.session_key}].insert(customer);
    if (event.chain_key != 0) chain_customers[{event.source, event.chain_key}].insert(customer);
  }
  for (const auto& [key, customers] : session_customers)
    (*counts)["session of two customers"] += customers.size() > 1;
  for (const auto& [key, customers] : chain_customers)
    (*counts)["chain of two customers"] += customers.size() > 1;
}

RandomInput keep_events(const RandomInput& made, const std::vector<bool>& keep) {
  RandomInput kept;
  kept.customers = made.customers;
  for (std::size_t i = 0; i < keep.size(); ++i) {
    if (keep[i]) copy_event(made, i, &kept);
  }
  return kept;
}

RandomInput shuffle_events(const RandomInput& made, std::uint64_t seed) {
  std::vector<std::size_t> order(made.input.events.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937_64 random(seed);
  std::ranges::shuffle(order, random);
  RandomInput shuffled;
  shuffled.customers = made.customers;
  for (const std::size_t i : order) copy_event(made, i, &shuffled);
  return shuffled;
}

std::string describe_events(const RandomInput& made) {
  std::string text;
  for (std::size_t i = 0; i < made.input.events.size(); ++i) {
    const LinkEvent& event = made.input.events[i];
    const auto add = [&](const char* name, std::uint32_t number) {
      if (number != 0)
        text += std::string(" ") + name + "=" + std::string(made.input.strings.at(number));
    };
    text += std::to_string(made.customer_of_event[i]) + " " + format_utc(event.occurred_at) + " ";
    text += event_type_row(event.type).name;
    text += " " + std::string(enum_name(event.channel)) + " " + std::string(enum_name(event.actor));
    if (event.ended_at != kNoTime) text += " until=" + format_utc(event.ended_at);
    if (event.direction != Direction::unknown)
      text += " " + std::string(enum_name(event.direction));
    if (event.outcome != Outcome::unknown) text += " " + std::string(enum_name(event.outcome));
    add("source", event.source), add("session", event.session_key), add("chain", event.chain_key);
    add("case", event.case_key), add("agent", event.agent_id), add("intent", event.intent);
    add("object", event.object);
    text += " sequence=" + std::to_string(event.sequence) + "\n";
  }
  return text;
}

}  // namespace clewline::hierarchy::testing
