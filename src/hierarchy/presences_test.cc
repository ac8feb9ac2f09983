#include "hierarchy/presences.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hierarchy/presence_gaps.h"
#include "hierarchy/testing/random_input.h"
#include "hierarchy/testing/scenario.h"

namespace clewline::hierarchy::testing {
namespace {

LinkedEvents events_of(Scenario& scenario, std::size_t customers) {
  return {scenario.input(), scenario.customers(), customers,
          scenario.config,  scenario.intents,     scenario.counting};
}

std::vector<ContactPresence> presences_of(Scenario& scenario, std::size_t customers = 1) {
  auto listed = list_presences(events_of(scenario, customers));
  CLEW_ASSERT(listed.ok());
  return std::move(listed).value();
}

TEST(Presences, LegsOfOneCallAreOnePresence) {
  Scenario scenario;
  scenario.add("menu", "ivr.entered", "5 10:00", {.session = "1", .until = "5 10:01"})
      .add("queue", "queue.entered", "5 10:01", {.session = "1", .until = "5 10:04"})
      .add("talk", "agent.connected", "5 10:20", {.session = "1", .until = "5 10:30"})
      .add("next", "ivr.entered", "5 10:42", {.session = "2", .until = "5 10:43"});
  const auto presences = presences_of(scenario);
  ASSERT_EQ(presences.size(), 2U);
  EXPECT_EQ(presences[0].to, Scenario::time("5 10:30"));
  const auto gaps =
      gaps_between(presences, Channel::voice, Channel::voice, GapDefinition::interval, kUsPerHour);
  ASSERT_EQ(gaps.gaps.size(), 1U);
  EXPECT_EQ(gaps.gaps[0].us, 12 * kUsPerMinute);
  EXPECT_EQ(gaps.sessions(10 * kUsPerMinute), 2U);
  EXPECT_EQ(gaps.sessions(12 * kUsPerMinute), 1U);
}

// The gap in force must not hide the shorter ones: pages 5 minutes apart are one transaction.
TEST(Presences, EventsWithoutKeyStandAlone) {
  Scenario scenario;
  for (const char* at : {"5 10:00", "5 10:05", "5 10:10"})
    scenario.add(at, "web.page_viewed", at, {.channel = Channel::web});
  EXPECT_EQ(presences_of(scenario).size(), 3U);
}

TEST(Presences, AChainHoldsTogetherUpToItsGap) {
  Scenario scenario;
  scenario.add("a", "ivr.entered", "5 10:00", {.session = "1", .chain = "x", .until = "5 10:01"})
      .add("b", "agent.connected", "5 11:30", {.session = "2", .chain = "x", .until = "5 11:31"})
      .add("c", "agent.connected", "5 15:00", {.session = "3", .chain = "x", .until = "5 15:01"});
  EXPECT_EQ(presences_of(scenario).size(), 2U);
}

TEST(Gaps, OverlapIsNone) {
  const std::vector<ContactPresence> presences = {{0, Channel::chat, 0, 100, 0},
                                                  {0, Channel::chat, 10, 20, 0},
                                                  {0, Channel::chat, 50, 60, 0},
                                                  {0, Channel::chat, 130, 140, 0}};
  const auto interval =
      gaps_between(presences, Channel::chat, Channel::chat, GapDefinition::interval, 0);
  ASSERT_EQ(interval.gaps.size(), 3U);
  EXPECT_EQ(interval.gaps[0].us, 0);
  EXPECT_EQ(interval.gaps[1].us, 0);
  EXPECT_EQ(interval.gaps[2].us, 30);
  const auto starts =
      gaps_between(presences, Channel::chat, Channel::chat, GapDefinition::start_to_start, 0);
  EXPECT_EQ(starts.gaps[2].us, 80);
}

TEST(Gaps, OfTwoChannelsLieWhereOneFollowsTheOther) {
  const std::vector<ContactPresence> presences = {
      {0, Channel::web, 0, 10, 0},     {0, Channel::email, 12, 12, 0},
      {0, Channel::web, 20, 30, 0},    {0, Channel::voice, 70, 80, 0},
      {0, Channel::voice, 90, 95, 0},  {0, Channel::web, 100, 101, 0},
      {1, Channel::voice, 200, 210, 0}};
  const auto pair =
      gaps_between(presences, Channel::web, Channel::voice, GapDefinition::interval, 0);
  EXPECT_EQ(pair.customers, 1U);
  EXPECT_EQ(pair.presences, 5U);
  ASSERT_EQ(pair.gaps.size(), 2U);
  EXPECT_EQ(pair.gaps[0].us, 40);
  EXPECT_EQ(pair.gaps[1].us, 5);
  const auto voice =
      gaps_between(presences, Channel::voice, Channel::voice, GapDefinition::interval, 0);
  EXPECT_EQ(voice.customers, 2U);
  EXPECT_EQ(voice.gaps.size(), 1U);
}

TEST(Gaps, AChainAcrossChannelsIsNoGap) {
  const std::vector<ContactPresence> presences = {{0, Channel::chat, 0, 10, 7},
                                                  {0, Channel::voice, 50, 60, 7},
                                                  {0, Channel::chat, 900, 901, 7}};
  const auto pair =
      gaps_between(presences, Channel::chat, Channel::voice, GapDefinition::interval, 100);
  ASSERT_EQ(pair.gaps.size(), 1U);
  EXPECT_EQ(pair.gaps[0].us, 840);
}

// What a trial counts is what linking under that configuration makes, on any input and threads.
TEST(Trials, CountWhatLinkingMakes) {
  std::uint64_t changed = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const RandomInput made = make_random_input(seed);
    const LinkingConfig config;
    const IntentDictionary intents;
    const CountingConfig counting;
    const LinkedEvents events{made.input, made.customer_of_event, made.customers, config, intents,
                              counting};
    std::vector<GapTrial> trials;
    for (const Channel other : {Channel::voice, Channel::web, Channel::chat, Channel::email}) {
      for (const std::int64_t gap : {std::int64_t{0}, kUsPerMinute, kUsPerHour, 3 * kUsPerDay})
        trials.push_back({Channel::voice, other, gap}), trials.push_back({other, other, gap});
    }
    HierarchyOptions options;
    options.threads = static_cast<int>(1 + seed % 3);
    const auto counted = count_trials(events, trials, options);
    ASSERT_TRUE(counted.ok());
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const auto linked = build_hierarchy(made.input, made.customer_of_event, made.customers,
                                          with_gap(config, trials[i]), intents, counting);
      ASSERT_TRUE(linked.ok());
      const auto contacts = static_cast<std::uint64_t>(std::ranges::count_if(
          linked->interactions, [](const auto& unit) { return unit.kind == Kind::contact; }));
      const TrialCounts expected{linked->transactions.size(), contacts};
      ASSERT_EQ((*counted)[i], expected) << "seed " << seed << ", trial " << i;
      changed += i > 0 && !((*counted)[i] == (*counted)[i - 1]) ? 1 : 0;
    }
  }
  EXPECT_GT(changed, 300U);
}

TEST(Presences, DoNotDependOnThreads) {
  const RandomInput made = make_random_input(11);
  const LinkingConfig config;
  const IntentDictionary intents;
  const CountingConfig counting;
  const LinkedEvents events{made.input, made.customer_of_event, made.customers, config, intents,
                            counting};
  const auto one = list_presences(events, {.threads = 1});
  const auto four = list_presences(events, {.threads = 4});
  ASSERT_TRUE(one.ok() && four.ok());
  ASSERT_EQ(one->size(), four->size());
  for (std::size_t i = 0; i < one->size(); ++i) {
    EXPECT_EQ((*one)[i].from, (*four)[i].from);
    EXPECT_EQ((*one)[i].customer, (*four)[i].customer);
  }
}

}  // namespace
}  // namespace clewline::hierarchy::testing
