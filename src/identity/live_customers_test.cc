#include "identity/live_customers.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "identity/testing/random_sample.h"
#include "identity/testing/sample.h"

namespace clewline::identity::testing {
namespace {

constexpr const char* kKey = "key";

LiveCustomers live_of(const Sample& sample, const LinkingConfig& config) {
  auto live = LiveCustomers::build(to_link_input(sample), config, kKey);
  EXPECT_TRUE(live.ok());
  return std::move(live).value();
}

std::vector<Id128> customers_of(const Sample& sample, const LinkingConfig& config) {
  const IdentityResult result = resolve(to_link_input(sample), config, kKey).value();
  std::vector<Id128> customers;
  for (const std::uint32_t customer : result.customer_of_event)
    customers.push_back(result.customers[customer].customer_id);
  return customers;
}

std::vector<Id128> customers_of(const LiveCustomers& live) {
  std::vector<Id128> customers;
  for (std::uint32_t i = 0; i < live.input().events.size(); ++i)
    customers.push_back(live.customer_of(i));
  return customers;
}

/// A name that an assertion may use: often one of the sample's, at times one that nobody has.
std::string random_name(const Sample& sample, std::mt19937_64& random) {
  if (random() % 12 == 0) return "account:nobody" + std::to_string(random() % 2);
  if (random() % 6 == 0) return event_name(sample.events[random() % sample.events.size()].number);
  const auto& held = sample.events[random() % sample.events.size()].identifiers;
  if (held.empty()) return "user_id:U";
  const SampleIdentifier& item = held[random() % held.size()];
  return item.kind + ":" + (item.value.empty() ? "A" : item.value);
}

LinkAssertion random_word(const Sample& sample, std::mt19937_64& random, TimeUs when) {
  Sample words;
  constexpr AssertionKind kKinds[] = {AssertionKind::link, AssertionKind::link,
                                      AssertionKind::unlink, AssertionKind::forbid};
  words.assertion(kKinds[random() % std::size(kKinds)], random_name(sample, random),
                  random_name(sample, random), when);
  words.assertions.front().content_hash = "word " + std::to_string(when);
  return words.assertions.front();
}

TEST(LiveCustomers, AnySequenceOfWordsEndsAsAFreshBuild) {
  constexpr int kGraphsUsual = 2000;
  const char* wanted = std::getenv("CLEWLINE_GRAPHS");
  const int graphs = wanted != nullptr ? std::atoi(wanted) : kGraphsUsual;
  std::mt19937_64 random(11);
  std::size_t moved = 0, taken_back = 0, refused = 0;
  for (int graph = 0; graph < graphs; ++graph) {
    Sample sample = random_sample(random, {10, false});
    if (sample.events.empty()) continue;
    const LinkingConfig config = graph % 4 == 0 ? LinkingConfig() : small_limits();
    LiveCustomers live = live_of(sample, config);
    for (TimeUs when = 1; when <= static_cast<TimeUs>(1 + random() % 5); ++when) {
      if (!sample.assertions.empty() && random() % 3 == 0) {
        const auto word = sample.assertions.begin() +
                          static_cast<std::ptrdiff_t>(random() % sample.assertions.size());
        moved += live.take_back(word->content_hash).value().moved;
        sample.assertions.erase(word);
        ++taken_back;
        continue;
      }
      const LinkAssertion word = random_word(sample, random, when);
      const auto touched = live.say(word);
      refused += touched.ok() ? 0 : 1;
      if (!touched.ok()) continue;
      moved += touched->moved;
      sample.assertions.push_back(word);
    }
    ASSERT_EQ(customers_of(live), customers_of(sample, config)) << "graph " << graph << '\n'
                                                                << sample.describe();
  }
  EXPECT_GT(moved, static_cast<std::size_t>(graphs) / 10);
  EXPECT_GT(taken_back, static_cast<std::size_t>(graphs) / 10);
  EXPECT_GT(refused, 0U);
}

TEST(LiveCustomers, OnlyWhatAWordTouchesIsResolvedAgain) {
  Sample sample;
  for (std::uint64_t i = 0; i < 50; ++i)
    sample.event(i, static_cast<TimeUs>(i) * kUsPerMinute, {"crm_id:C" + std::to_string(i / 2)});
  LiveCustomers live = live_of(sample, LinkingConfig());
  sample.assertion(AssertionKind::link, "crm_id:C1", "user_id:u", 1);
  const auto touched = live.say(sample.assertions.front()).value();
  EXPECT_EQ(touched.event_of.size(), 2U);
  EXPECT_EQ(touched.moved, 0U);  // still named by the account of higher priority
  EXPECT_EQ(live.take_back("nothing").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace clewline::identity::testing
