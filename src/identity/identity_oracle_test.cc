#include <gtest/gtest.h>

#include <iostream>
#include <sstream>

#include "identity/resolve.h"
#include "identity/testing/naive_identity.h"
#include "identity/testing/random_sample.h"
#include "identity/testing/sample.h"

namespace clewline::identity::testing {
namespace {

constexpr int kRuns = 3000;
constexpr std::uint64_t kSeed = 20240301;

struct Setting {
  LinkingConfig config;
  std::int64_t day_offset_us = 0;
};

ResolveOptions options_of(const Setting& setting, int threads = 1) {
  ResolveOptions options;
  options.threads = threads;
  options.zone_offsets = {{0, setting.day_offset_us}};
  return options;
}

std::string text_of(const LinkInput& input, const LinkingConfig& config, IdentifierKind kind,
                    std::uint32_t value) {
  return std::string(config.kinds[kind].name) + ":" + std::string(input.strings.at(value));
}

/// Writes where kernel and text disagree; empty when they agree.
std::string difference(const Sample& sample, const Setting& setting) {
  const LinkInput input = to_link_input(sample);
  const auto resolved = resolve(input, setting.config, "key", options_of(setting));
  if (!resolved.ok()) return "error: " + resolved.error().message;
  const IdentityResult& result = resolved.value();
  const NaiveResult naive = resolve_naively(sample, setting.config, setting.day_offset_us);
  std::ostringstream text;
  for (std::size_t i = 0; i < input.events.size(); ++i) {
    const NaiveResult::Place place{
        naming(input, setting.config, result.customers[result.customer_of_event[i]]),
        result.step_of_event[i]};
    const NaiveResult::Place& expected = naive.places.at(input.events[i].event_id.low);
    if (place == expected) continue;
    text << "event " << input.events[i].event_id.low << ": kernel " << place.customer << " step "
         << static_cast<int>(place.step) << ", text " << expected.customer << " step "
         << static_cast<int>(expected.step) << '\n';
  }
  std::map<std::string, bool> edges;
  for (const IdentityEdge& edge : result.edges) {
    edges[text_of(input, setting.config, edge.kind_a, edge.value_a) + "|" +
          text_of(input, setting.config, edge.kind_b, edge.value_b)] = edge.accepted;
  }
  if (edges != naive.edges) text << "edges differ\n";
  std::set<std::tuple<std::string, std::int32_t, std::string>> hubs;
  for (const HubDay& hub : result.hubs)
    hubs.insert({text_of(input, setting.config, hub.kind, hub.value), hub.day, hub.reason});
  if (hubs != naive.hubs)
    text << "hubs differ: kernel " << hubs.size() << ", text " << naive.hubs.size() << '\n';
  std::set<std::string> hub_keys;
  for (const HubKey& hub : result.hub_keys) {
    hub_keys.insert(hub.key_space + ":" + std::string(input.strings.at(hub.source)) + "/" +
                    std::string(input.strings.at(hub.key)));
  }
  if (hub_keys != naive.hub_keys) text << "hub keys differ\n";
  std::set<std::string> customers;
  for (const LinkedCustomer& customer : result.customers)
    customers.insert(naming(input, setting.config, customer));
  if (customers != naive.customers) text << "customers differ\n";
  return text.str();
}

void expect_agreement(const Sample& sample, const Setting& setting) {
  if (difference(sample, setting).empty()) return;
  const Sample small = shrink(
      sample, [&](const Sample& candidate) { return !difference(candidate, setting).empty(); });
  FAIL() << difference(small, setting) << small.describe();
}

TEST(IdentityOracle, KernelAgreesWithTheTextOnRandomInputs) {
  std::mt19937_64 random(kSeed);
  Situations situations;
  const Setting small{small_limits(), 2 * kUsPerHour};
  const Setting standard{LinkingConfig(), 0};
  for (int run = 0; run < kRuns; ++run) {
    const Sample sample = random_sample(random);
    const Setting& setting = run % 5 == 0 ? standard : small;
    ASSERT_NO_FATAL_FAILURE(expect_agreement(sample, setting)) << "run " << run;
    const LinkInput input = to_link_input(sample);
    const auto result = resolve(input, setting.config, "key", options_of(setting));
    count_situations(sample, input, result.value(), situations);
    const NaiveResult naive = resolve_naively(sample, setting.config, setting.day_offset_us);
    situations["candidates at one distance"] += naive.ties;
    situations["anchor by agent and time"] += naive.given_by_agent_and_time;
  }
  for (const char* wanted : {"event without session",
                             "event without session and chain",
                             "logout",
                             "tie in time",
                             "null identifier",
                             "interval that ends before it starts",
                             "kiosk: two customers in one session",
                             "hub: guard",
                             "hub: busy",
                             "hub: overlap",
                             "hub key: session",
                             "hub key: chain",
                             "hub key: case",
                             "conflict: exclusive kind",
                             "conflict: forbid",
                             "edge cut by unlink",
                             "edge by assertion",
                             "standing sighting used",
                             "step a own anchor",
                             "step b session",
                             "step c chain",
                             "step d shared value",
                             "step e two hops",
                             "step f component",
                             "step g record",
                             "candidates at one distance",
                             "anchor by agent and time"}) {
    EXPECT_GT(situations[wanted], 0U) << "the generator never made: " << wanted;
  }
  for (const auto& [situation, count] : situations)
    std::cout << "  " << count << "  " << situation << '\n';
}

}  // namespace
}  // namespace clewline::identity::testing
