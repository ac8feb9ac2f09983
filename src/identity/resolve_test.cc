#include "identity/resolve.h"

#include <gtest/gtest.h>

#include <set>

#include "base/sha256.h"
#include "identity/testing/sample.h"

namespace clewline::identity::testing {
namespace {

constexpr const char* kKey = "key of the workspace";

IdentityResult resolved(const LinkInput& input, const LinkingConfig& config = {},
                        const ResolveOptions& options = {}) {
  auto result = resolve(input, config, kKey, options);
  EXPECT_TRUE(result.ok()) << describe(result.error());
  return std::move(result).value();
}

std::string named(const LinkInput& input, const IdentityResult& result, std::uint64_t number) {
  for (std::size_t i = 0; i < input.events.size(); ++i) {
    if (input.events[i].event_id.low == number)
      return naming(input, LinkingConfig(), result.customers[result.customer_of_event[i]]);
  }
  return "";
}

std::string named(const Sample& sample, std::uint64_t number, const LinkingConfig& config = {}) {
  const LinkInput input = to_link_input(sample);
  return named(input, resolved(input, config), number);
}

TEST(Resolve, NothingGivesNothing) {
  const IdentityResult result = resolved(to_link_input({}));
  EXPECT_TRUE(result.customers.empty());
  EXPECT_TRUE(result.customer_of_event.empty());
}

TEST(Resolve, RefusesAWorkspaceWithoutKey) {
  const auto result = resolve(to_link_input({}), {}, "");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::usage);
}

TEST(CustomerId, IsTheKeyedHashOfTheLeastName) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"account:X", "crm_id:A", "phone:1"});
  sample.event(2, at("2024-03-01 13:00"), {"phone:2"});
  const LinkInput input = to_link_input(sample);
  const IdentityResult result = resolved(input);
  const auto hash = [](std::initializer_list<std::string> parts) {
    std::string message;
    for (const std::string& part : parts)
      message += std::string(1, static_cast<char>(part.size())) + std::string(7, '\0') + part;
    return hmac_sha256(kKey, message).prefix128();
  };
  EXPECT_EQ(result.customers[result.customer_of_event[0]].customer_id, hash({"crm_id", "A"}));
  EXPECT_EQ(result.customers[result.customer_of_event[1]].customer_id, hash({"phone", "2"}));
  const auto other = resolve(input, {}, "another key");
  EXPECT_NE(other.value().customers[other.value().customer_of_event[0]].customer_id,
            hash({"crm_id", "A"}));
}

TEST(CustomerId, OfEqualPrioritiesTheFirstSeenNamesTheCustomer) {
  Sample sample;
  sample.event(1, at("2024-03-02 12:00"), {"loyalty_card:1", "payment_customer:9"});
  sample.event(2, at("2024-03-01 12:00"), {"payment_customer:9"});
  EXPECT_EQ(named(sample, 1), "payment_customer:9");
}

TEST(CustomerId, AnonymousEventsAreNamedByValueThenSessionThenChainThenRecord) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"cookie:c"}).session = "s";
  sample.event(2, at("2024-03-01 12:01")).session = "s";
  sample.event(3, at("2024-03-02 12:00")).session = "t";
  sample.event(4, at("2024-03-03 12:00")).chain = "g";
  sample.event(5, at("2024-03-04 12:00")).record = "q";
  sample.event(6, at("2024-03-04 12:05")).record = "q";
  EXPECT_EQ(named(sample, 2), "cookie:c");
  EXPECT_EQ(named(sample, 3), "session:web/t");
  EXPECT_EQ(named(sample, 4), "chain:web/g");
  EXPECT_EQ(named(sample, 5), "record:web/default/q");
  EXPECT_EQ(named(sample, 6), "record:web/default/q");
}

TEST(Resolve, OnlyTheCustomersOwnIdentifiersLink) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A"}).identifiers[0].role = IdentifierRole::agent;
  sample.event(2, at("2024-03-01 12:00"), {"ip:10.0.0.1"});
  sample.event(3, at("2024-03-01 12:00"), {"ip:10.0.0.1", "phone:"});
  EXPECT_EQ(named(sample, 1), "record:web/default/r1");
  EXPECT_EQ(named(sample, 2), "record:web/default/r2");
  EXPECT_EQ(named(sample, 3), "record:web/default/r3");
}

TEST(Resolve, ChainsOfSharedKeySpacesCrossSources) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A"}).chain = "sip-1";
  SampleEvent& other = sample.event(2, at("2024-03-01 12:00"));
  other.chain = "sip-1";
  other.source = "pbx";
  EXPECT_EQ(named(sample, 2), "chain:pbx/sip-1");
  LinkingConfig config;
  config.shared_chain_sources = {"web", "pbx"};
  EXPECT_EQ(named(sample, 2, config), "crm_id:A");
}

TEST(Resolve, ALogoutIsABarrierInTheChainToo) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"user_id:A"}).session = "s";
  sample.event(2, at("2024-03-01 12:01")).session = "s";
  sample.event(3, at("2024-03-01 12:02")).session = "s";
  for (SampleEvent& event : sample.events) event.chain = "g";
  sample.events[1].type = "session.logged_out";
  EXPECT_EQ(named(sample, 2), "user_id:A");
  EXPECT_EQ(named(sample, 3), "session:web/s");
}

TEST(Resolve, ASessionKeyOfACrowdLinksNothing) {
  Sample sample;
  for (std::uint64_t i = 0; i < 60; ++i) {
    sample
        .event(i + 1, at("2024-03-01 12:00") + static_cast<TimeUs>(i) * kUsPerMinute,
               {"crm_id:" + std::to_string(i)})
        .session = "0";
  }
  sample.event(99, at("2024-03-01 12:30")).session = "0";
  const LinkInput input = to_link_input(sample);
  const IdentityResult result = resolved(input);
  EXPECT_EQ(named(input, result, 99), "record:web/default/r99");
  ASSERT_EQ(result.hub_keys.size(), 1U);
  EXPECT_EQ(result.hub_keys[0].key_space, "session");
  EXPECT_EQ(result.hub_keys[0].values, 60U);
}

TEST(Resolve, SaysWhenARecordThatNamesACustomerHasNoId) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"));
  LinkInput input = to_link_input(sample);
  EXPECT_FALSE(resolved(input).record_names_missing);
  input.records[0].record_id = 0;
  EXPECT_TRUE(resolved(input).record_names_missing);
}

TEST(Hubs, DaysFollowTheZoneOfTheWorkspace) {
  Sample sample;  // 11 sessions before midnight UTC, 11 after: one day in New York, two in UTC
  for (std::uint64_t i = 0; i < 22; ++i) {
    sample
        .event(i + 1, at("2024-03-01 18:30") + static_cast<TimeUs>(i) * 30 * kUsPerMinute,
               {"phone:1"})
        .session = "s" + std::to_string(i);
  }
  const LinkInput input = to_link_input(sample);
  EXPECT_TRUE(resolved(input).hubs.empty());
  ResolveOptions options;
  options.zone_offsets = {{at("2023-11-05 06:00"), -5 * kUsPerHour}};
  const IdentityResult result = resolved(input, {}, options);
  ASSERT_EQ(result.hubs.size(), 1U);
  EXPECT_EQ(result.hubs[0].day, days_from_civil(2024, 3, 1));
}

TEST(Hubs, AValueWithTooManyCustomersIsFreeAgainAfterNinetyDays) {
  Sample sample;
  for (int i = 0; i < 6; ++i)
    sample.event(static_cast<std::uint64_t>(i) + 1, at("2024-01-01 12:00") + i * kUsPerDay,
                 {"crm_id:" + std::to_string(i), "phone:1"});
  sample.event(50, at("2024-01-06 13:00"), {"phone:1"});
  sample.event(51, at("2024-04-01 13:00"), {"phone:1"});
  const LinkInput input = to_link_input(sample);
  const IdentityResult result = resolved(input);
  EXPECT_EQ(named(input, result, 50), "record:web/default/r50");
  EXPECT_EQ(named(input, result, 51), "crm_id:4")
      << "on 1 April only five of the six are inside 90 days; the sixth's day was a hub";
}

TEST(Aliases, EveryNameResolvesAndOneIsCurrent) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "phone:1"}).session = "s";
  sample.event(2, at("2024-03-09 12:00"), {"crm_id:B", "phone:1"}).session = "t";
  ResolveOptions options;
  options.alias_names = true;
  const LinkInput input = to_link_input(sample);
  const IdentityResult result = resolved(input, {}, options);
  std::set<std::string> rows;
  for (const CustomerAlias& alias : result.aliases) {
    rows.insert(alias.name_kind + ":" + alias.name + " " +
                naming(input, {}, result.customers[alias.customer]) +
                (alias.current ? "" : " once"));
  }
  EXPECT_EQ(rows, (std::set<std::string>{"crm_id:A crm_id:A", "crm_id:B crm_id:B",
                                         "phone:1 crm_id:A once", "phone:1 crm_id:B",
                                         "record:web/default/r1 crm_id:A",
                                         "record:web/default/r2 crm_id:B", "session:web/s crm_id:A",
                                         "session:web/t crm_id:B"}));
}

TEST(Aliases, AnIdOnceGivenOutStillResolves) {
  Sample before;
  before.event(1, at("2024-03-01 12:00"), {"phone:1"}).session = "s";
  const LinkInput input_before = to_link_input(before);
  const Id128 given_out = resolved(input_before).customers[0].customer_id;
  Sample after = before;
  after.event(2, at("2024-03-02 12:00"), {"phone:1", "crm_id:A"});
  const LinkInput input = to_link_input(after);
  const IdentityResult result = resolved(input);
  std::vector<std::string> found;
  for (const CustomerAliasRow& row : result.alias_rows) {
    if (customer_id_of_name(input, {}, kKey, row) == given_out)
      found.push_back(naming(input, {}, result.customers[row.customer]));
  }
  EXPECT_EQ(found, std::vector<std::string>{"crm_id:A"});
}

TEST(Assertions, LinkJoinsAndUnlinkUndoes) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A"});
  sample.event(2, at("2024-03-02 12:00"), {"user_id:U"});
  sample.assertion(AssertionKind::link, "user_id:U", "crm_id:A", 1);
  EXPECT_EQ(named(sample, 2), "crm_id:A");
  sample.assertion(AssertionKind::unlink, "crm_id:A", "user_id:U", 2);
  EXPECT_EQ(named(sample, 2), "user_id:U");
  sample.assertion(AssertionKind::link, "crm_id:A", "user_id:U", 3);
  EXPECT_EQ(named(sample, 2), "crm_id:A") << "the latest word counts";
}

TEST(Assertions, NoWordJoinsTwoValuesOfAnExclusiveKind) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A"});
  sample.event(2, at("2024-03-02 12:00"), {"crm_id:B"});
  sample.assertion(AssertionKind::link, "crm_id:A", "crm_id:B");
  EXPECT_EQ(named(sample, 2), "crm_id:B");
}

// Profiles that look alike join, after everything that records say and the more probable first;
// never two values of an exclusive kind, and a person overrules.
TEST(ProfileMatches, JoinLastAndTheMoreProbableFirst) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "user_id:U"});
  sample.event(2, at("2024-03-02 12:00"), {"crm_id:B"});
  sample.event(3, at("2024-03-03 12:00"), {"loyalty_card:L"});
  EXPECT_EQ(named(sample, 3), "loyalty_card:L");
  const auto match = [&](const char* a, const char* b, double probability) {
    sample.assertion(AssertionKind::match, a, b, at("2024-01-01 00:00"));
    sample.assertions.back().probability = probability;
  };
  match("crm_id:A", "loyalty_card:L", 0.96);
  EXPECT_EQ(named(sample, 3), "crm_id:A");
  match("crm_id:B", "loyalty_card:L", 0.99);
  EXPECT_EQ(named(sample, 3), "crm_id:B");
  const LinkInput input = to_link_input(sample);
  const IdentityResult result = resolved(input);
  EXPECT_EQ(std::count_if(result.edges.begin(), result.edges.end(),
                          [](const IdentityEdge& edge) {
                            return edge.rule == "profile_match" && edge.accepted &&
                                   edge.probability == 0.99;
                          }),
            1);
  EXPECT_EQ(std::count_if(result.edges.begin(), result.edges.end(),
                          [](const IdentityEdge& edge) { return !edge.accepted; }),
            1);
  // A person's word, also an earlier one, takes the place of the model's.
  sample.assertion(AssertionKind::unlink, "loyalty_card:L", "crm_id:B", at("2023-01-01 00:00"));
  EXPECT_EQ(named(sample, 3), "crm_id:A");
  // What a record says comes before any match.
  sample.event(4, at("2024-03-04 12:00"), {"crm_id:B", "loyalty_card:L"});
  sample.assertions.erase(sample.assertions.begin() + 1, sample.assertions.end());
  EXPECT_EQ(named(sample, 3), "crm_id:B");
}

TEST(Assertions, ForbidKeepsApartAlsoByWayOfOthers) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"account:X", "user_id:U"});
  sample.event(2, at("2024-03-02 12:00"), {"user_id:U", "loyalty_card:L"});
  EXPECT_EQ(named(sample, 2), "account:X");
  sample.assertion(AssertionKind::forbid, "loyalty_card:L", "account:X");
  const LinkInput input = to_link_input(sample);
  const IdentityResult result = resolved(input);
  EXPECT_EQ(std::count_if(result.edges.begin(), result.edges.end(),
                          [](const IdentityEdge& edge) { return !edge.accepted; }),
            1);
  EXPECT_EQ(result.customers.size(), 2U);
}

TEST(Assertions, AnEventOrSessionCanBeGivenAndTaken) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "phone:1"});
  sample.event(2, at("2024-03-02 12:00"), {"phone:1"}).session = "s";
  sample.event(3, at("2024-03-02 12:01")).session = "s";
  EXPECT_EQ(named(sample, 2), "crm_id:A");
  Sample taken = sample;
  taken.assertion(AssertionKind::unlink, "session:web/s", "crm_id:A");
  EXPECT_EQ(named(taken, 2), "phone:1");
  EXPECT_EQ(named(taken, 3), "phone:1");
  Sample given = sample;
  given.assertion(AssertionKind::link, event_name(2), "crm_id:B");
  EXPECT_EQ(named(given, 2), "crm_id:B");
  EXPECT_EQ(named(given, 3), "crm_id:B");
  EXPECT_EQ(named(given, 1), "crm_id:A");
}

TEST(Assertions, WhatMeansNothingIsRefusedWithWords) {
  const auto check = [](const std::string& a, const std::string& b,
                        AssertionKind kind = AssertionKind::link) {
    LinkAssertion assertion;
    assertion.kind = kind;
    assertion.a = a;
    assertion.b = b;
    return check_assertion(assertion, LinkingConfig());
  };
  EXPECT_TRUE(check("crm_id:A", "user_id:U").ok());
  EXPECT_TRUE(check("phone:1", "crm_id:A").ok());
  EXPECT_TRUE(check("session:web/s", "phone:1", AssertionKind::unlink).ok());
  for (const auto& [a, b] :
       std::vector<std::pair<std::string, std::string>>{{"phone:1", "email:m"},
                                                        {"crm_id:A", "crm_id:A"},
                                                        {"shoe:9", "crm_id:A"},
                                                        {"crm_id:", "crm_id:A"},
                                                        {"ip:9", "crm_id:A"},
                                                        {"event:77", "crm_id:A"},
                                                        {"session:web", "crm_id:A"},
                                                        {"session:web/s", "session:web/t"},
                                                        {"session:web/s", "phone:1"}}) {
    const Status status = check(a, b);
    ASSERT_FALSE(status.ok()) << a << ' ' << b;
    EXPECT_EQ(status.error().code, ErrorCode::usage);
    EXPECT_FALSE(status.error().hint.empty());
  }
}

TEST(AgentAndTime, GivesTheCaseCustomerToTheOnlyCall) {
  LinkingConfig config;
  AgentTimeRule rule;
  rule.case_source = "cases";
  rule.call_source = "voice";
  rule.clock_offset_us = -10 * kUsPerMinute;
  config.agent_time_rules = {rule};
  Sample sample;
  const auto call = [&sample](std::uint64_t number, TimeUs when, const std::string& session) {
    SampleEvent& event = sample.event(number, when);
    event.type = "agent.connected";
    event.source = "voice";
    event.channel = Channel::voice;
    event.actor = Actor::agent;
    event.agent = "eva";
    event.session = session;
    event.ended_at = when + 5 * kUsPerMinute;
  };
  call(1, at("2024-03-01 12:00"), "s");
  SampleEvent& step = sample.event(2, at("2024-03-01 11:59"));
  step.source = "voice";
  step.session = "s";
  SampleEvent& save =
      sample.event(3, at("2024-03-01 12:16"), {"crm_id:A"});  // 12:06 on the calls' clock
  save.type = "case.status_changed";
  save.source = "cases";
  save.actor = Actor::agent;
  save.agent = "eva";
  save.case_key = "77";
  EXPECT_EQ(named(sample, 1, config), "crm_id:A");
  EXPECT_EQ(named(sample, 2, config), "crm_id:A");
  call(4, at("2024-03-01 12:05"), "t");
  EXPECT_EQ(named(sample, 1, config), "session:voice/s")
      << "a second call of the agent makes it ambiguous";
  EXPECT_EQ(named(sample, 4, config), "session:voice/t");
}

}  // namespace
}  // namespace clewline::identity::testing
