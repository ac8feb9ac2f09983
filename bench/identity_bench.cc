// `./dev bench identity`: sightings a second from events to customers, on a made-up contact centre.
// Reading the events once in order of time is the floor.

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "bench/cost_meter.h"
#include "identity/resolve.h"

namespace {

using namespace clewline;

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

struct BenchOptions {
  std::size_t events = 2'000'000;
  unsigned threads = 2;
  bool smoke = false;
  double rate_min = 1'000'000;  // sightings a second
};

struct Measured {
  bench::Cost cost;
  std::uint64_t hash = 0;  // of the customer of every event
  std::size_t customers = 0;
};

Result<Measured> measure(const LinkInput& input, unsigned threads) {
  identity::ResolveOptions options;
  options.threads = static_cast<int>(threads);
  const LinkingConfig config;
  Measured measured;
  const bench::CostMeter meter;
  CLEW_TRY(const IdentityResult result,
           identity::resolve(input, config, "key of the workspace", options));
  measured.cost = meter.cost();
  measured.customers = result.customers.size();
  for (std::size_t i = 0; i < input.events.size(); ++i) {
    const Id128& customer = result.customers[result.customer_of_event[i]].customer_id;
    measured.hash = (measured.hash ^ customer.high ^ customer.low) * 0x9E3779B97F4A7C15ULL;
  }
  return measured;
}

Result<int> run(const BenchOptions& options) {
  const LinkInput input = InputMaker().make(options.events, options.events / 10);
  CLEW_TRY(const Measured alone, measure(input, 1));
  CLEW_TRY(const Measured measured, measure(input, options.threads));
  if (alone.hash != measured.hash) {
    return Error{ErrorCode::internal, "one thread and several find other customers", ""};
  }
  const double rate = static_cast<double>(input.identifiers.size()) / measured.cost.seconds;
  std::cout << fmt::format(
      "{{\"events\": {}, \"sightings\": {}, \"customers\": {}, \"seconds\": {:.3f}, "
      "\"one_thread_seconds\": {:.3f}, \"processor_seconds\": {:.3f}, "
      "\"sightings_per_second\": {:.0f}, \"peak_rss_bytes\": {}, \"row_hash\": \"{:016x}\"}}\n",
      input.events.size(), input.identifiers.size(), measured.customers, measured.cost.seconds,
      alone.cost.seconds, measured.cost.processor_seconds, rate, bench::peak_rss_bytes(),
      measured.hash);
  if (options.smoke || rate >= options.rate_min) return 0;
  std::cerr << fmt::format("{:.0f} sightings a second; the budget is {:.0f}.\n", rate,
                           options.rate_min);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  BenchOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--smoke") options.events = 100'000, options.smoke = true;
    if (word == "--events" && i + 1 < argc) options.events = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--threads" && i + 1 < argc)
      options.threads = static_cast<unsigned>(std::atoi(argv[++i]));
  }
  const auto outcome = run(options);
  if (outcome.ok()) return *outcome;
  std::cerr << describe(outcome.error()) << "\n";
  return 4;
}
