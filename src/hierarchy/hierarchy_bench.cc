// Events per second of the kernel, in memory: build_hierarchy over made-up contact centres.
//   build/release/bench/hierarchy_bench --benchmark_filter=calls/20000000

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/random.h"
#include "hierarchy/build_hierarchy.h"
#include "hierarchy/conservation.h"

namespace clewline::hierarchy {
namespace {

struct MadeInput {
  LinkInput input;
  std::vector<std::uint32_t> customer_of_event;
  std::size_t customers = 0;
};

class Maker {
 public:
  explicit Maker(std::size_t events) : events_(events), customers_(events / 20 + 1) {
    made_.customers = customers_;
    pbx_ = made_.input.strings.intern("pbx");
    site_ = made_.input.strings.intern("site");
    for (int i = 0; i < 40; ++i) {
      agents_.push_back(made_.input.strings.intern("agent" + std::to_string(i)));
      intents_.push_back(made_.input.strings.intern("intent" + std::to_string(i)));
    }
    made_.input.records.push_back({});
    made_.input.events.reserve(events + 16);
    made_.customer_of_event.reserve(events + 16);
  }

  /// Calls of ten events (menu, queue, agent, wrap-up) and visits of five pages, in order of time,
  /// as a log holds them.
  MadeInput calls() {
    const std::int64_t step_us = 365 * kUsPerDay / static_cast<std::int64_t>(events_ / 8 + 1);
    TimeUs time = 1'767'225'600'000'000;
    while (made_.input.events.size() < events_) {
      time += step_us;
      customer_ = static_cast<std::uint32_t>(random_() % customers_);
      session_ = made_.input.strings.intern("s" + std::to_string(++sessions_));
      intent_ = random_() % 3 == 0 ? 0 : intents_[random_() % intents_.size()];
      random_() % 2 == 0 ? add_call(time) : add_visit(time);
    }
    return std::move(made_);
  }

  /// What bench/hierarchy.sql takes: keyless page views, one source, system and channel.
  MadeInput clicks() {
    const std::int64_t step_us = 365 * kUsPerDay / static_cast<std::int64_t>(events_);
    TimeUs time = 1'767'225'600'000'000;
    for (std::size_t i = 0; i < events_; ++i) {
      time += step_us;
      customer_ = static_cast<std::uint32_t>(random_() % customers_);
      add(site_, "web.page_viewed", Channel::web, time, 0);
    }
    return std::move(made_);
  }

 private:
  void add(std::uint32_t source, std::string_view type, Channel channel, TimeUs at,
           std::int64_t length_us) {
    LinkEvent& event = made_.input.events.emplace_back();
    const std::uint64_t ordinal = made_.input.events.size();
    event.event_id = {scatter(ordinal), scatter(~ordinal)};
    event.occurred_at = at;
    event.ended_at = length_us == 0 ? kNoTime : at + length_us;
    event.source = source;
    event.type = *find_event_type(type);
    event.channel = channel;
    event.system = default_system(event.type, channel);
    event.actor = event_type_row(event.type).actor;
    event.session_key = event.chain_key = session_;
    made_.customer_of_event.push_back(customer_);
  }

  void add_call(TimeUs at) {
    const std::int64_t second = kUsPerSecond;
    const auto agent = agents_[random_() % agents_.size()];
    add(pbx_, "contact.started", Channel::voice, at, 0);
    add(pbx_, "ivr.entered", Channel::voice, at + second, 0);
    add(pbx_, "ivr.input", Channel::voice, at + 20 * second, 0);
    made_.input.events.back().intent = intent_;
    add(pbx_, "ivr.exited", Channel::voice, at + 40 * second, 0);
    add(pbx_, "queue.entered", Channel::voice, at + 40 * second, 0);
    if (random_() % 10 == 0) {
      add(pbx_, "queue.abandoned", Channel::voice, at + 200 * second, 0);
      return;
    }
    add(pbx_, "queue.left", Channel::voice, at + 100 * second, 0);
    add(pbx_, "agent.connected", Channel::voice, at + 100 * second, 240 * second);
    made_.input.events.back().agent_id = agent;
    made_.input.events.back().intent = intent_;
    add(pbx_, "agent.disconnected", Channel::voice, at + 340 * second, 0);
    made_.input.events.back().agent_id = agent;
    add(pbx_, "wrapup.interval", Channel::voice, at + 340 * second, 60 * second);
    made_.input.events.back().agent_id = agent;
    add(pbx_, "contact.ended", Channel::voice, at + 340 * second, 0);
  }

  void add_visit(TimeUs at) {
    for (int page = 0; page < 5; ++page) {
      add(site_, "web.page_viewed", Channel::web, at + page * 50 * kUsPerSecond, 0);
    }
  }

  std::size_t events_;
  std::size_t customers_;
  MadeInput made_;
  std::mt19937_64 random_{7};
  std::uint32_t pbx_ = 0;
  std::uint32_t site_ = 0;
  std::vector<std::uint32_t> agents_;
  std::vector<std::uint32_t> intents_;
  std::uint64_t sessions_ = 0;
  std::uint32_t session_ = 0;
  std::uint32_t customer_ = 0;
  std::uint32_t intent_ = 0;
};

void measure(benchmark::State& state, const MadeInput& made) {
  HierarchyOptions options;
  options.threads = static_cast<int>(state.range(1));
  HierarchyResult result;
  for ([[maybe_unused]] const auto& step : state) {
    state.PauseTiming();
    result = {};
    state.ResumeTiming();
    auto linked =
        build_hierarchy(made.input, made.customer_of_event, made.customers, {}, {}, {}, options);
    result = std::move(linked).value();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(made.input.events.size()));
  state.counters["transactions"] = static_cast<double>(result.transactions.size());
  state.counters["interactions"] = static_cast<double>(result.interactions.size());
  state.counters["engagements"] = static_cast<double>(result.engagements.size());
}

/// All events belong to one customer: what a hub that no guard caught would cost.
void one_customer(benchmark::State& state) {
  MadeInput made = Maker(static_cast<std::size_t>(state.range(0))).calls();
  made.customer_of_event.assign(made.customer_of_event.size(), 0);
  made.customers = 1;
  measure(state, made);
}

void recount(benchmark::State& state) {
  const MadeInput made = Maker(static_cast<std::size_t>(state.range(0))).calls();
  HierarchyOptions options;
  options.threads = static_cast<int>(state.range(1));
  const auto linked =
      build_hierarchy(made.input, made.customer_of_event, made.customers, {}, {}, {}, options);
  bool conserved = true;
  for ([[maybe_unused]] const auto& step : state) {
    conserved =
        conserved &&
        check_conservation(made.input, made.customer_of_event, *linked, options.threads).ok();
  }
  if (!conserved) state.SkipWithError("the levels are no partition");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(made.input.events.size()));
}

void calls(benchmark::State& state) {
  measure(state, Maker(static_cast<std::size_t>(state.range(0))).calls());
}
void clicks(benchmark::State& state) {
  measure(state, Maker(static_cast<std::size_t>(state.range(0))).clicks());
}

BENCHMARK(calls)
    ->Args({5'000'000, 1})
    ->Args({5'000'000, 2})
    ->Args({20'000'000, 2})
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(clicks)
    ->Args({2'000'000, 1})
    ->Args({5'000'000, 2})
    ->Args({20'000'000, 2})
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

BENCHMARK(one_customer)
    ->Args({200'000, 1})
    ->Args({1'000'000, 1})
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(recount)
    ->Args({5'000'000, 2})
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clewline::hierarchy
