#include "identity/why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "identity/testing/random_sample.h"
#include "identity/testing/sample.h"

namespace clewline::identity::testing {
namespace {

constexpr const char* kKey = "key";

WhyAnswer ask(const Sample& sample, const std::string& a, const std::string& b,
              const LinkingConfig& config = {}) {
  const LinkInput input = to_link_input(sample);
  const auto result = resolve(input, config, kKey);
  EXPECT_TRUE(result.ok());
  auto answer = why(input, config, result.value(), a, b);
  EXPECT_TRUE(answer.ok()) << describe(answer.error());
  return answer.ok() ? answer.value() : WhyAnswer();
}

std::vector<std::string> rules(const WhyAnswer& answer) {
  std::vector<std::string> found;
  for (const WhyStep& step : answer.chain) found.push_back(step.rule);
  return found;
}

/// The sample without some facts; assertions go last because that moves their numbers.
Sample without(Sample sample, std::vector<WhyFact> facts) {
  std::sort(facts.begin(), facts.end(),
            [](const WhyFact& a, const WhyFact& b) { return a.index > b.index; });
  for (const WhyFact& fact : facts) {
    const auto take = [&fact](std::vector<SampleIdentifier>& items) {
      for (SampleIdentifier& item : items) {
        if (item.kind + ":" + item.value == fact.name) item.value.clear();
      }
    };
    if (fact.about == WhyFact::About::assertion) {
      sample.assertions.erase(sample.assertions.begin() + fact.index);
    } else if (fact.about == WhyFact::About::profile) {
      take(sample.profiles[fact.index].identifiers);
    } else {
      SampleEvent& event = sample.events[fact.index];
      if (fact.part == WhyFact::Part::holds) take(event.identifiers);
      if (fact.part == WhyFact::Part::session) event.session.clear();
      if (fact.part == WhyFact::Part::chain) event.chain.clear();
      if (fact.part == WhyFact::Part::record) event.record.clear();
      if (fact.part == WhyFact::Part::saved_by) event.agent.clear();
    }
  }
  return sample;
}

std::uint32_t customer_of(const Sample& sample, std::size_t event, const LinkingConfig& config) {
  const LinkInput input = to_link_input(sample);
  return resolve(input, config, kKey).value().customer_of_event[event];
}

std::vector<WhyFact> evidence(const WhyStep& step) {
  std::vector<WhyFact> facts = step.used;
  for (const WhyAlternative& other : step.alternatives) {
    for (const WhyFact& fact : other.facts) {
      if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(fact);
    }
  }
  return facts;
}

TEST(Why, PrintsTheChainFromAPhoneCallToAnAccount) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"phone:1"}).session = "s";
  sample.event(2, at("2024-03-02 12:00"), {"phone:1", "crm_id:A"});
  sample.event(3, at("2024-03-03 12:00"), {"crm_id:A", "account:X"});
  const WhyAnswer answer = ask(sample, event_name(1), "account:X");
  EXPECT_TRUE(answer.together);
  EXPECT_EQ(answer.customer_a, answer.customer_b);
  EXPECT_FALSE(answer.customer_a.is_zero());
  EXPECT_EQ(rules(answer), (std::vector<std::string>{"holds", "shared_value", "edge"}));
  EXPECT_EQ(answer.chain[1].used[0].index, 1U);
}

TEST(Why, ListsWhatWouldTakeThePlaceOfAStep) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"phone:1", "email:m"});
  sample.event(2, at("2024-03-02 12:00"), {"email:m", "crm_id:A"});
  sample.event(3, at("2024-03-03 12:00"), {"email:m", "crm_id:A"});
  sample.event(4, at("2024-03-03 12:00"), {"phone:1", "crm_id:A"});
  const WhyAnswer answer = ask(sample, event_name(1), "crm_id:A");
  ASSERT_EQ(rules(answer), (std::vector<std::string>{"holds", "shared_value"}));
  ASSERT_EQ(answer.chain[1].alternatives.size(), 2U);
  EXPECT_EQ(answer.chain[1].alternatives[0].facts.size(), 1U) << "the second e-mail sighting";
  EXPECT_NE(answer.chain[1].alternatives[1].text.find("phone:1"), std::string::npos);
}

TEST(Why, SaysWhatKeepsApart) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "account:X"});
  sample.event(2, at("2024-03-02 12:00"), {"crm_id:B", "account:X"});
  sample.event(3, at("2020-03-02 12:00"), {"phone:1"});
  sample.event(4, at("2024-03-02 12:00"), {"phone:1", "crm_id:C"});
  sample.event(5, at("2024-03-02 12:00"), {"email:q"});
  const WhyAnswer joint = ask(sample, "crm_id:A", "crm_id:B");
  EXPECT_FALSE(joint.together);
  ASSERT_FALSE(joint.apart.empty());
  EXPECT_EQ(joint.apart[0].reason, "refused_edge");
  EXPECT_EQ(ask(sample, event_name(3), "crm_id:C").apart.at(0).reason, "ttl");
  EXPECT_EQ(ask(sample, "crm_id:A", "email:q").apart.at(0).reason, "no_evidence");
  sample.assertion(AssertionKind::forbid, "crm_id:A", "crm_id:C");
  EXPECT_EQ(ask(sample, "crm_id:A", "crm_id:C").apart.at(0).reason, "forbid");
}

// A path that each reading of the input, in its order, makes longer by one step only; asked from
// the end that is read last.
TEST(Why, FollowsALongPathInAnyOrder) {
  constexpr std::uint64_t kMerges = 40;
  Sample sample;
  for (std::uint64_t i = kMerges; i > 0; --i) {
    sample.event(i, at("2024-03-01 12:00"),
                 {"account:" + std::to_string((i + 1) / 2), "user_id:" + std::to_string(i / 2)});
  }
  const WhyAnswer answer = ask(sample, "user_id:0", "user_id:20");
  EXPECT_TRUE(answer.together);
  EXPECT_EQ(answer.chain.size(), kMerges);
  for (const WhyStep& step : answer.chain) EXPECT_TRUE(step.alternatives_complete);
}

TEST(Why, CountsReasonsOfOneKindBeyondTwenty) {
  Sample sample;
  for (std::uint64_t i = 0; i < 30; ++i) {
    const std::string value = "email:m" + std::to_string(i);
    sample.event(2 * i, at("2024-03-01 12:00"), {"crm_id:A", value});
    sample.event(2 * i + 1, at("2024-03-02 12:00"), {"crm_id:B", value});
  }
  const WhyAnswer answer = ask(sample, "crm_id:A", "crm_id:B");
  EXPECT_FALSE(answer.together);
  ASSERT_EQ(answer.apart.size(), 21U);
  EXPECT_NE(answer.apart.back().text.find("10 more"), std::string::npos);
  EXPECT_EQ(answer.apart[0].names.size(), 1U) << "its own names only";
}

TEST(Why, NamesTheUnlinkThatTookTheOnlyTie) {
  const TimeUs said_at = at("2024-04-01 09:00");
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "account:X"});
  sample.event(2, at("2024-03-02 12:00"), {"crm_id:B", "account:Y"});
  sample.event(3, at("2024-03-02 12:00"), {"phone:1"});
  sample.event(4, at("2024-03-02 12:00"), {"phone:1", "crm_id:C"});
  const auto unlinked = [&](const std::string& a, const std::string& b, const std::string& other) {
    Sample said = sample;
    said.assertion(AssertionKind::unlink, a, b, said_at);
    said.assertions.back().actor = "tester";
    const WhyAnswer answer = ask(said, a, other.empty() ? b : other);
    EXPECT_FALSE(answer.together) << a << ' ' << b;
    const auto found = std::ranges::find(answer.apart, "unlink", &WhyApart::reason);
    if (found == answer.apart.end()) return std::string("not named: ") + answer.apart.at(0).text;
    EXPECT_EQ(std::ranges::count(answer.apart, "unlink", &WhyApart::reason), 1);
    return found->text;
  };
  EXPECT_EQ(unlinked("account:X", "crm_id:A", ""),
            "account:X and crm_id:A were unlinked (said by tester on 2024-04-01T09:00:00Z, "
            "assertion 1account:Xcrm_id:A); what joined them does not count.");
  EXPECT_THAT(unlinked(event_name(3), "phone:1", "crm_id:C"),
              ::testing::HasSubstr("were unlinked"));
  EXPECT_THAT(unlinked("phone:1", "crm_id:C", ""), ::testing::HasSubstr("phone:1 and crm_id:C"));
  Sample nowhere = sample;
  nowhere.assertion(AssertionKind::unlink, event_name(1), "crm_id:A", said_at);
  const LinkInput input = to_link_input(nowhere);
  const auto gone = why(input, {}, kKey, event_name(1), "crm_id:A");
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  EXPECT_THAT(gone.error().message, ::testing::HasSubstr("crm_id:A were unlinked (said by"));
  // An unlink of others is no reason.
  sample.assertion(AssertionKind::unlink, "crm_id:A", "account:X", said_at);
  EXPECT_EQ(ask(sample, "crm_id:A", "crm_id:B").apart.at(0).reason, "no_evidence");
}

TEST(Why, UnderstandsEveryWayToNameAThing) {
  Sample sample;
  sample.event(1, at("2024-03-01 12:00"), {"crm_id:A", "phone:1"}).session = "s";
  sample.event(2, at("2024-03-01 12:05")).session = "s";
  sample.profile("p", at("2020-01-01 00:00"), {"crm_id:A", "email:m"});
  const LinkInput input = to_link_input(sample);
  const auto result = resolve(input, {}, kKey);
  const std::string customer = "c_" + result.value().customers[0].customer_id.to_hex();
  const std::string hex = Id128{0, 2}.to_hex();
  for (const std::string& name :
       {hex, "event:" + hex, "i_" + hex, std::string("session:web/s"),
        std::string("record:web/default/r2"), std::string("web/default/r2"), customer,
        std::string("phone:1"), std::string("email:m"), std::string("crm/default/p")}) {
    const auto answer = why(input, {}, result.value(), name, "crm_id:A");
    ASSERT_TRUE(answer.ok()) << name;
    EXPECT_TRUE(answer.value().together) << name;
    EXPECT_EQ(answer.value().customer_a, result.value().customers[0].customer_id) << name;
  }
  for (const std::string& name :
       {std::string("phone:2"), std::string("c_00"), std::string("nobody"), event_name(77)}) {
    const auto answer = why(input, {}, result.value(), name, "crm_id:A");
    ASSERT_FALSE(answer.ok()) << name;
    EXPECT_EQ(answer.error().code, ErrorCode::not_found);
  }
}

bool same_answer(const WhyAnswer& x, const WhyAnswer& y) {
  const auto same_step = [](const WhyStep& one, const WhyStep& other) {
    return one.text == other.text && one.used == other.used &&
           std::ranges::equal(one.alternatives, other.alternatives, {}, &WhyAlternative::facts,
                              &WhyAlternative::facts);
  };
  return x.together == y.together && x.customer_a == y.customer_a && x.customer_b == y.customer_b &&
         std::ranges::equal(x.chain, y.chain, same_step) &&
         std::ranges::equal(x.apart, y.apart, {}, &WhyApart::text, &WhyApart::text);
}

/// Empty, or how taking away one printed step leaves the two events together.
std::string separation_failure(const Sample& sample, std::size_t a, std::size_t b,
                               const LinkingConfig& config, Situations& rules_seen) {
  if (a >= sample.events.size() || b >= sample.events.size()) return "";
  const LinkInput input = to_link_input(sample);
  const auto result = resolve(input, config, kKey);
  const bool together = result.value().customer_of_event[a] == result.value().customer_of_event[b];
  const auto answer = why(input, config, result.value(), event_name(sample.events[a].number),
                          event_name(sample.events[b].number));
  if (!answer.ok()) return "error: " + answer.error().message;
  if (answer.value().together != together) return "why says otherwise than resolve";
  const auto alone = why(input, config, kKey, event_name(sample.events[a].number),
                         event_name(sample.events[b].number));
  if (!alone.ok()) return "error: " + alone.error().message;
  if (!same_answer(answer.value(), alone.value()))
    return "the neighbourhood alone gives another answer";
  if (!together) {
    for (const WhyApart& apart : answer.value().apart) ++rules_seen["apart: " + apart.reason];
    return answer.value().apart.empty() ? "no reason given" : "";
  }
  for (const WhyStep& step : answer.value().chain) {
    ++rules_seen[step.rule];
    if (step.used.empty()) return "step without evidence: " + step.text;
    const Sample less = without(sample, evidence(step));
    if (customer_of(less, a, config) == customer_of(less, b, config))
      return "still together without: " + step.rule + " " + step.text;
  }
  return "";
}

/// Another event, more often than not one of the same customer.
std::size_t partner(const Sample& sample, std::size_t a, const LinkingConfig& config,
                    std::mt19937_64& random) {
  const LinkInput input = to_link_input(sample);
  const auto result = resolve(input, config, kKey);
  const std::vector<std::uint32_t>& customer = result.value().customer_of_event;
  std::vector<std::size_t> same;
  for (std::size_t b = 0; b < customer.size(); ++b) {
    if (b != a && customer[b] == customer[a]) same.push_back(b);
  }
  return same.empty() || random() % 3 == 0 ? random() % sample.events.size()
                                           : same[random() % same.size()];
}

TEST(Why, TakingAwayAnyPrintedStepSeparates) {
  std::mt19937_64 random(77);
  Situations seen;
  for (int run = 0; run < 3000; ++run) {
    const Sample sample = random_sample(random);
    const LinkingConfig config = run % 4 == 0 ? LinkingConfig() : small_limits();
    const std::size_t a = random() % sample.events.size();
    const std::size_t b = partner(sample, a, config, random);
    if (a == b || separation_failure(sample, a, b, config, seen).empty()) continue;
    const auto fails = [&](const Sample& candidate) {
      return !separation_failure(candidate, a, b, config, seen).empty();
    };
    const Sample small = shrink(sample, fails);
    FAIL() << "run " << run << ", events " << a << " and " << b << ": "
           << separation_failure(small, a, b, config, seen) << '\n'
           << small.describe();
  }
  for (const char* wanted :
       {"holds", "own_anchor", "session_anchor", "chain_anchor", "shared_value", "standing",
        "two_hops", "same_session", "same_chain", "same_value", "edge", "assertion",
        "agent_and_time", "apart: hub_day", "apart: logout", "apart: refused_edge",
        "apart: no_evidence", "apart: nearer"}) {
    EXPECT_GT(seen[wanted], 0U) << "never met: " << wanted;
  }
  for (const auto& [situation, count] : seen)
    std::cout << "  " << count << "  " << situation << '\n';
}

}  // namespace
}  // namespace clewline::identity::testing
