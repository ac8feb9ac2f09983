// The counter-examples at the end of LINKING.md §3, one test each; docs/methods/identity.md tells
// them in words.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "identity/resolve.h"
#include "identity/testing/sample.h"

namespace clewline::identity::testing {
namespace {

/// Event number → what names its customer.
using Names = std::map<std::uint64_t, std::string>;

struct Outcome {
  LinkInput input;
  IdentityResult result;
  Names names;

  std::uint32_t customer(std::uint64_t number) const {
    for (std::size_t i = 0; i < input.events.size(); ++i) {
      if (input.events[i].event_id.low == number) return result.customer_of_event[i];
    }
    return kNoIndex;
  }
  AttributionStep step(std::uint64_t number) const {
    for (std::size_t i = 0; i < input.events.size(); ++i) {
      if (input.events[i].event_id.low == number) return result.step_of_event[i];
    }
    return AttributionStep::record;
  }
};

Outcome run(const Sample& sample, const LinkingConfig& config = {}) {
  Outcome outcome{to_link_input(sample), {}, {}};
  auto result = resolve(outcome.input, config, "key of the workspace");
  EXPECT_TRUE(result.ok()) << describe(result.error());
  outcome.result = std::move(result).value();
  for (std::size_t i = 0; i < outcome.input.events.size(); ++i) {
    outcome.names[outcome.input.events[i].event_id.low] = naming(
        outcome.input, config, outcome.result.customers[outcome.result.customer_of_event[i]]);
  }
  return outcome;
}

TEST(CounterExample, APhoneThatChangesHandsFollowsTheNearestSighting) {
  Sample sample;
  for (std::uint64_t i = 0; i < 10; ++i)
    sample.event(i + 1, at("2024-01-05 10:00") + static_cast<TimeUs>(i) * 2 * kUsPerDay,
                 {"crm_id:A", "phone:1"});
  sample.event(11, at("2024-02-01 10:00"), {"crm_id:B", "phone:1"});
  sample.event(12, at("2024-02-02 10:00"), {"phone:1"});
  const Outcome outcome = run(sample);
  EXPECT_EQ(outcome.names.at(12), "crm_id:B");
  EXPECT_EQ(outcome.step(12), AttributionStep::shared_value);
  EXPECT_EQ(outcome.names.at(10), "crm_id:A");
}

TEST(CounterExample, TheNearerSightingWinsAlsoWhenItIsLater) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "cookie:c"});
  sample.event(2, at("2024-03-21 12:00"), {"cookie:c"});
  sample.event(3, at("2024-03-21 12:01"), {"crm_id:B", "cookie:c"});
  EXPECT_EQ(run(sample).names.at(2), "crm_id:B");
}

TEST(CounterExample, ThreeRecordsInAllSixOrdersGiveOneResult) {
  std::vector<std::vector<std::string>> records = {
      {"crm_id:A", "email:m"}, {"email:m", "crm_id:B"}, {"email:m", "cookie:c"}};
  std::vector<std::size_t> order = {0, 1, 2};
  std::vector<Names> seen;
  do {
    Sample sample;
    for (const std::size_t i : order)
      sample.event(i + 1, at("2024-03-01 12:00") + static_cast<TimeUs>(i) * kUsPerHour, records[i]);
    const Outcome outcome = run(sample);
    seen.push_back(outcome.names);
    EXPECT_EQ(outcome.result.customers.size(), 2U);
  } while (std::next_permutation(order.begin(), order.end()));
  ASSERT_EQ(seen.size(), 6U);
  for (const Names& names : seen) EXPECT_EQ(names, seen.front());
  EXPECT_EQ(seen.front().at(3), "crm_id:B");  // an hour from B, two from A
}

TEST(CounterExample, AnOldCustomerRecordNamesACallOfToday) {
  Sample sample;
  sample.profile("snapshot", at("2019-05-01 00:00"), {"crm_id:A", "phone:1"});
  sample.event(1, at("2024-03-01 12:00"), {"phone:1"});
  const Outcome outcome = run(sample);
  EXPECT_EQ(outcome.names.at(1), "crm_id:A");
  EXPECT_EQ(outcome.step(1), AttributionStep::shared_value);
}

TEST(CounterExample, ACustomerRecordThatHasEndedNamesNobody) {
  Sample sample;
  sample.profile("snapshot", at("2019-05-01 00:00"), {"crm_id:A", "phone:1"}).valid_to =
      at("2023-01-01 00:00");
  sample.event(1, at("2024-03-01 12:00"), {"phone:1"});
  EXPECT_EQ(run(sample).names.at(1), "phone:1");
}

TEST(CounterExample, ASwitchboardIsNobody) {
  Sample sample;
  for (std::uint64_t i = 0; i < 500; ++i) {
    SampleEvent& call = sample.event(
        i + 1, at("2024-03-01 06:00") + static_cast<TimeUs>(i) * kUsPerMinute, {"phone:pbx"});
    call.session = "call" + std::to_string(i);
    call.source = "voice";
    call.channel = Channel::voice;
    call.type = "ivr.entered";
  }
  const Outcome outcome = run(sample);
  EXPECT_EQ(outcome.result.customers.size(), 500U);
  ASSERT_EQ(outcome.result.hubs.size(), 1U);
  EXPECT_EQ(outcome.result.hubs[0].reason, "busy");
  EXPECT_EQ(outcome.names.at(1), "session:voice/call0");
}

TEST(CounterExample, TwentySessionsADayAreStillOnePerson) {
  Sample sample;
  for (std::uint64_t i = 0; i < 20; ++i) {
    sample
        .event(i + 1, at("2024-03-01 06:00") + static_cast<TimeUs>(i) * 30 * kUsPerMinute,
               {"phone:1"})
        .session = "s" + std::to_string(i);
  }
  EXPECT_EQ(run(sample).result.customers.size(), 1U);
}

TEST(CounterExample, AJointAccountStaysTwoCustomersWithOneAccountLink) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "account:X"});
  sample.event(2, at("2024-03-02 12:00"), {"crm_id:B", "account:X"});
  sample.event(3, at("2024-03-03 12:00"), {"crm_id:B", "account:X"});
  const Outcome outcome = run(sample);
  EXPECT_EQ(outcome.result.customers.size(), 2U);
  EXPECT_EQ(outcome.names.at(1), "crm_id:A");
  EXPECT_EQ(outcome.names.at(2), "crm_id:B");
  ASSERT_EQ(outcome.result.edges.size(), 2U);
  EXPECT_TRUE(outcome.result.edges[0].accepted);  // B: two records
  EXPECT_EQ(outcome.input.strings.at(outcome.result.edges[0].value_a), "B");
  EXPECT_FALSE(outcome.result.edges[1].accepted);
  EXPECT_EQ(outcome.result.edges[1].refused_because, "exclusive kind: crm_id:A and crm_id:B");
}

TEST(CounterExample, LogoutPartsTwoPeopleInOneSession) {
  Sample sample;
  const std::vector<std::tuple<std::string, std::vector<std::string>>> steps = {
      {"web.page_viewed", {}}, {"session.logged_in", {"user_id:A"}},
      {"web.page_viewed", {}}, {"session.logged_out", {}},
      {"web.page_viewed", {}}, {"session.logged_in", {"user_id:B"}},
      {"web.page_viewed", {}}};
  std::uint64_t number = 0;
  for (const auto& [type, identifiers] : steps) {
    ++number;
    SampleEvent& event = sample.event(
        number, at("2024-03-01 12:00") + static_cast<TimeUs>(number) * kUsPerMinute, identifiers);
    event.type = type;
    event.session = "kiosk";
  }
  const Outcome outcome = run(sample);
  EXPECT_EQ(outcome.result.customers.size(), 2U);
  for (const std::uint64_t of_a : {1, 2, 3, 4})
    EXPECT_EQ(outcome.names.at(of_a), "user_id:A") << of_a;
  for (const std::uint64_t of_b : {5, 6, 7}) EXPECT_EQ(outcome.names.at(of_b), "user_id:B") << of_b;
}

TEST(CounterExample, TheKindOfHigherPrioritySpeaksFirst) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "phone:1"});
  sample.event(2, at("2024-02-01 12:00"), {"crm_id:B", "email:m"});
  sample.event(3, at("2024-03-01 12:01"), {"phone:1", "email:m"});
  EXPECT_EQ(run(sample).names.at(3), "crm_id:B");
}

TEST(CounterExample, TwoHopsNameACookieAndNotMore) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"cookie:c", "email:m"});
  sample.event(2, at("2024-03-05 12:00"), {"email:m", "crm_id:A"});
  sample.event(3, at("2024-03-08 12:00"), {"cookie:c"});
  sample.event(4, at("2024-03-08 12:05"), {"cookie:c", "device:d"});
  sample.event(5, at("2024-03-09 12:00"), {"device:d"});
  const Outcome outcome = run(sample);
  EXPECT_EQ(outcome.step(1), AttributionStep::shared_value);
  EXPECT_EQ(outcome.names.at(3), "crm_id:A");
  EXPECT_EQ(outcome.step(3), AttributionStep::two_hops);
  EXPECT_EQ(outcome.names.at(4), "crm_id:A");
  EXPECT_EQ(outcome.names.at(5), "device:d") << "three hops";
}

TEST(CounterExample, BeyondItsTimeToLiveAValueNamesNobodyButHoldsStrangersTogether) {
  Sample sample;
  sample.event(1, at("2021-03-01 12:00"), {"crm_id:A", "phone:1"});
  sample.event(2, at("2024-03-01 12:00"), {"phone:1"});
  sample.event(3, at("2026-03-01 12:00"), {"phone:1"});
  const Outcome outcome = run(sample);
  EXPECT_EQ(outcome.names.at(2), "phone:1");
  EXPECT_EQ(outcome.customer(2), outcome.customer(3));
}

TEST(CounterExample, TiesGoToTheEarlierThenToTheSmallerKey) {
  Sample sample;
  sample.event(1, at("2024-03-01 11:00"), {"crm_id:Z", "phone:1"});
  sample.event(2, at("2024-03-01 12:00"), {"phone:1"});
  sample.event(3, at("2024-03-01 13:00"), {"crm_id:A", "phone:1"});
  EXPECT_EQ(run(sample).names.at(2), "crm_id:Z");
  sample.event(4, at("2024-03-01 11:00"), {"crm_id:Y", "phone:1"});
  EXPECT_EQ(run(sample).names.at(2), "crm_id:Y");
}

}  // namespace
}  // namespace clewline::identity::testing
