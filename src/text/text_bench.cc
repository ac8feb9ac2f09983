#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "text/phone.h"
#include "text/timestamp.h"

namespace clewline::text {
namespace {

void iso_utc(benchmark::State& state) {
  const TimeFormat format = TimeFormat::compile("iso", "").value();
  for (auto _ : state) benchmark::DoNotOptimize(format.parse("2021-04-02T15:30:51.418Z"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(iso_utc);

void iso_in_zone(benchmark::State& state) {
  const TimeFormat format = TimeFormat::compile("iso", "Europe/Berlin").value();
  for (auto _ : state) benchmark::DoNotOptimize(format.parse("2021-07-02 15:30:51"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(iso_in_zone);

void pattern_in_zone(benchmark::State& state) {
  const TimeFormat format = TimeFormat::compile("%y%m%d %-H:%M:%S", "Asia/Jerusalem").value();
  for (auto _ : state) benchmark::DoNotOptimize(format.parse("990101 6:55:20"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(pattern_in_zone);

void unix_seconds(benchmark::State& state) {
  const TimeFormat format = TimeFormat::compile("unix_s", "").value();
  for (auto _ : state) benchmark::DoNotOptimize(format.parse("1700000000"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(unix_seconds);

std::vector<std::string> numbers(int count) {
  std::vector<std::string> values;
  for (int i = 0; i < count; ++i) values.push_back("+4420794" + std::to_string(10'000 + i));
  return values;
}

void phone_cached(benchmark::State& state) {
  const auto values = numbers(10'000);
  for (const std::string& value : values) normalise_phone(value, "GB");
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(normalise_phone(values[next], "GB"));
    next = next + 1 == values.size() ? 0 : next + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(phone_cached);

void phone_uncached(benchmark::State& state) {
  std::uint64_t next = 0;
  std::string raw;
  for (auto _ : state) {
    raw = "+44207" + std::to_string(1'000'000 + next++ % 8'000'000);
    benchmark::DoNotOptimize(normalise_phone(raw, "GB"));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(phone_uncached);

}  // namespace
}  // namespace clewline::text
