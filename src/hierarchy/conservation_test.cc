#include "hierarchy/conservation.h"

#include <gtest/gtest.h>

#include <functional>

#include "hierarchy/testing/scenario.h"

namespace clewline::hierarchy::testing {
namespace {

/// Links two calls and a note, spoils the result, and returns what the check says.
std::string verdict(const std::function<void(HierarchyResult&)>& spoil) {
  Scenario s;
  s.add("a", "agent.connected", "1 10:00", {.session = "1", .until = "1 10:05", .agent = "kim"})
      .add("note", "note.added", "1 10:06", {.session = "1"})
      .add("b", "agent.connected", "20 10:00",
           {.session = "2", .until = "20 10:05", .agent = "kim"});
  HierarchyResult result = s.link();
  spoil(result);
  const Status status = check_conservation(s.input(), s.customers(), result);
  return status.ok() ? "" : status.error().message;
}

TEST(Conservation, HoldsForWhatLinkMakes) {
  EXPECT_EQ(verdict([](HierarchyResult&) {}), "");
}

TEST(Conservation, FindsEverySpoiledNumber) {
  const std::vector<std::function<void(HierarchyResult&)>> spoilers = {
      [](HierarchyResult& r) { r.transaction_of_event[0] = 99; },
      [](HierarchyResult& r) { r.transaction_of_event[0] = 2; },
      [](HierarchyResult& r) { r.transaction_of_event.pop_back(); },
      [](HierarchyResult& r) { ++r.transactions[0].events; },
      [](HierarchyResult& r) { r.transactions[0].id.low ^= 1; },
      [](HierarchyResult& r) { r.transactions[0].id = r.transactions[2].id; },
      [](HierarchyResult& r) { r.transactions[0].interaction = 1; },
      [](HierarchyResult& r) { r.transactions[0].interaction = 7; },
      [](HierarchyResult& r) { r.transactions[0].customer = 1; },
      [](HierarchyResult& r) { r.transactions[0].first_at += 1; },
      [](HierarchyResult& r) { r.transactions[1].presence_from = r.transactions[1].first_at; },
      [](HierarchyResult& r) { r.interactions[0].presence_to += 1; },
      [](HierarchyResult& r) { r.interactions[0].kind = Kind::company; },
      [](HierarchyResult& r) { ++r.interactions[0].transactions; },
      [](HierarchyResult& r) { r.interactions[0].contact_attempts = 0; },
      [](HierarchyResult& r) { r.interactions[0].engagement = 1; },
      [](HierarchyResult& r) { ++r.engagements[0].contacts; },
      [](HierarchyResult& r) { ++r.engagements[0].interactions; },
      [](HierarchyResult& r) { r.engagements[0].last_at -= 1; },
      [](HierarchyResult& r) { ++r.journeys[0].events; },
      [](HierarchyResult& r) { ++r.journeys[0].engagements; },
      [](HierarchyResult& r) { r.journeys.clear(); },
      [](HierarchyResult& r) { r.journeys.push_back(r.journeys[0]); },
  };
  for (std::size_t i = 0; i < spoilers.size(); ++i)
    EXPECT_NE(verdict(spoilers[i]), "") << "spoiler " << i;
}

}  // namespace
}  // namespace clewline::hierarchy::testing
