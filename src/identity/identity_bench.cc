// Rate of identity on a made-up contact centre: `identity_bench --benchmark_format=json`. The
// estimate it is held against: 1 M sightings a second on two cores, of which reading the events
// once in order of time is the floor.
#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "identity/resolve.h"

namespace clewline::identity {
namespace {

constexpr TimeUs kStart = 1'704'067'200'000'000;  // 2024-01-01

/// Makes events of web sessions and calls: cookies that log in at times, phones that two people
/// share at times.
class InputMaker {
 public:
  LinkInput make(std::size_t events, std::size_t customers) {
    customers_ = customers;
    input_.events.reserve(events);
    for (std::size_t customer = 0; customer < customers; customer += 5) add_profile(customer);
    while (input_.events.size() < events) random_() % 3 == 0 ? add_call() : add_visit();
    return std::move(input_);
  }

 private:
  std::uint32_t text(const char* prefix, std::size_t number) {
    name_.assign(prefix).append(std::to_string(number));
    return input_.strings.intern(name_);
  }

  void hold(const char* kind, const char* prefix, std::size_t number, Assurance assurance) {
    input_.identifiers.push_back(
        {text(prefix, number), *find_identifier_kind(kind), IdentifierRole::customer, assurance});
  }

  std::uint32_t record() {
    input_.records.push_back({input_.strings.intern("web"), input_.strings.intern("default"),
                              text("rec-", input_.records.size())});
    return static_cast<std::uint32_t>(input_.records.size() - 1);
  }

  void add_profile(std::size_t customer) {
    LinkProfile profile;
    profile.record = record();
    profile.valid_from = kStart - kUsPerDay;
    profile.identifiers_begin = static_cast<std::uint32_t>(input_.identifiers.size());
    hold("crm_id", "crm-", customer, Assurance::system);
    hold("phone", "+4930", customer, Assurance::system);
    profile.identifiers_count = 2;
    input_.profiles.push_back(profile);
  }

  LinkEvent& add_event(const char* type, const char* source, TimeUs at, std::uint32_t session) {
    LinkEvent& event = input_.events.emplace_back();
    event.event_id = Id128{random_(), random_()};
    event.occurred_at = at;
    event.source = input_.strings.intern(source);
    event.session_key = session;
    event.type = *find_event_type(type);
    event.identifiers_begin = static_cast<std::uint32_t>(input_.identifiers.size());
    return event;
  }

  void end_event(LinkEvent& event) {
    event.identifiers_count =
        static_cast<std::uint16_t>(input_.identifiers.size() - event.identifiers_begin);
  }

  void add_visit() {
    const std::size_t customer = random_() % customers_;
    const TimeUs start = kStart + static_cast<TimeUs>(random_() % (365ULL * 86400)) * kUsPerSecond;
    const std::uint32_t session = text("web-", sessions_++);
    const std::size_t login = random_() % 12;
    for (std::size_t i = 0; i < 5; ++i) {
      LinkEvent& event = add_event(i == login ? "session.logged_in" : "web.page_viewed", "web",
                                   start + static_cast<TimeUs>(i) * kUsPerMinute, session);
      event.channel = Channel::web;
      event.record = record();
      hold("cookie", "ck-", customer * 2 + random_() % 2, Assurance::network);
      if (i == login) hold("user_id", "user-", customer, Assurance::verified);
      if (i == login && customer % 4 != 0) hold("crm_id", "crm-", customer, Assurance::system);
      end_event(event);
    }
  }

  void add_call() {
    const std::size_t customer = random_() % customers_;
    const TimeUs start = kStart + static_cast<TimeUs>(random_() % (365ULL * 86400)) * kUsPerSecond;
    const std::uint32_t session = text("call-", sessions_++);
    const std::uint32_t call_record = record();
    static constexpr const char* kTypes[] = {"ivr.entered", "queue.entered", "agent.connected",
                                             "agent.disconnected"};
    for (std::size_t i = 0; i < 4; ++i) {
      LinkEvent& event =
          add_event(kTypes[i], "voice", start + static_cast<TimeUs>(i) * kUsPerMinute, session);
      event.channel = Channel::voice;
      event.chain_key = session;
      event.record = call_record;
      hold("phone", "+4930", customer % 10 == 0 ? customer + 1 : customer, Assurance::network);
      if (i == 2 && customer % 3 == 0) hold("crm_id", "crm-", customer, Assurance::system);
      end_event(event);
    }
  }

  LinkInput input_;
  std::mt19937_64 random_{7};
  std::size_t customers_ = 0;
  std::size_t sessions_ = 0;
  std::string name_;
};

void resolve_events(benchmark::State& state) {
  const LinkInput input = InputMaker().make(static_cast<std::size_t>(state.range(0)),
                                            static_cast<std::size_t>(state.range(0)) / 10);
  ResolveOptions options;
  options.threads = static_cast<int>(state.range(1));
  std::size_t customers = 0;
  for (auto _ : state) {
    auto result = resolve(input, {}, "key of the workspace", options);
    if (!result.ok()) return state.SkipWithError(result.error().message.c_str());
    customers = result.value().customers.size();
  }
  state.counters["customers"] = static_cast<double>(customers);
  state.counters["sightings_per_second"] = benchmark::Counter(
      static_cast<double>(input.events.size()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate);
}

BENCHMARK(resolve_events)
    ->Args({2'000'000, 1})
    ->Args({2'000'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace clewline::identity
