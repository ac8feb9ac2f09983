// Invariants of linking on seeded random input, with shrinking. CLEWLINE_PROPERTY_RUNS sets the
// number of inputs.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "base/testing/cases.h"
#include "hierarchy/build_hierarchy.h"
#include "hierarchy/conservation.h"
#include "hierarchy/testing/random_input.h"

namespace clewline::hierarchy::testing {
namespace {

constexpr std::uint64_t kSeed = 20260131;

std::uint64_t runs() {
  const char* text = std::getenv("CLEWLINE_PROPERTY_RUNS");
  return text != nullptr ? std::strtoull(text, nullptr, 10)
                         : static_cast<std::uint64_t>(clewline::testing::cases(1500));
}

HierarchyResult link(const RandomInput& made, int threads = 1) {
  HierarchyOptions options;
  options.threads = threads;
  auto linked =
      build_hierarchy(made.input, made.customer_of_event, made.customers, {}, {}, {}, options);
  CLEW_ASSERT(linked.ok());
  return std::move(linked).value();
}

/// Runs a property (empty string: holds) over many inputs; shrinks the first that fails.
void expect_holds(const std::function<std::string(const RandomInput&)>& property) {
  CaseCounts counts;
  for (std::uint64_t run = 0; run < runs(); ++run) {
    const RandomInput made = make_random_input(kSeed + run);
    count_cases(made, &counts);
    if (property(made).empty()) continue;
    const RandomInput smallest =
        shrink(keep_events(made, std::vector<bool>(made.input.events.size(), true)),
               [&](const RandomInput& smaller) { return !property(smaller).empty(); });
    FAIL() << "seed " << kSeed + run << ": " << property(smallest) << "\n"
           << describe_events(smallest);
  }
  for (const char* hard_case :
       {"tie in time", "ends before it begins", "overlong interval", "interval over midnight",
        "null session key", "null chain key", "keyless twin", "session of two customers",
        "chain of two customers"}) {
    EXPECT_GT(counts[hard_case], 0U) << "never occurred: " << hard_case;
    ::testing::Test::RecordProperty(std::string(hard_case), std::to_string(counts[hard_case]));
  }
}

std::string id_of(const std::string& level, const Id128& id) { return level + id.to_hex(); }

/// Everything that a result says, in words that do not depend on row numbers or string numbers.
std::set<std::string> statements(const RandomInput& made, const HierarchyResult& result,
                                 std::uint32_t from_customer = 0) {
  std::set<std::string> said;
  const auto text = [&](std::uint32_t number) {
    return std::string(made.input.strings.at(number));
  };
  for (std::size_t e = 0; e < made.input.events.size(); ++e) {
    if (made.customer_of_event[e] < from_customer) continue;
    const TransactionUnit& t = result.transactions[result.transaction_of_event[e]];
    const InteractionUnit& i = result.interactions[t.interaction];
    const EngagementUnit& g = result.engagements[i.engagement];
    said.insert(id_of("e", made.input.events[e].event_id) + id_of(" t", t.id) + id_of(" i", i.id) +
                id_of(" g", g.id));
  }
  for (const TransactionUnit& t : result.transactions) {
    if (t.customer < from_customer) continue;
    said.insert(id_of("t", t.id) + " " + std::to_string(t.presence_from) + " " +
                std::to_string(t.presence_to) + " " + std::to_string(t.last_at) + " " +
                std::to_string(t.wait_us) + " " + std::to_string(t.talk_us) + " " +
                std::to_string(t.hold_us) + " " + std::to_string(t.wrap_us) + " " +
                text(t.agent_id) + " " + text(t.queue_id) + " " + text(t.intent) + " " +
                text(t.session_key) + " " + text(t.chain_key) + " " + text(t.case_key) + " " +
                std::string(enum_name(t.role)) + " " + std::string(enum_name(t.outcome)) + " " +
                std::to_string(static_cast<int>(t.placement)));
  }
  for (const InteractionUnit& i : result.interactions) {
    if (i.customer < from_customer) continue;
    said.insert(id_of("i", i.id) + " " + std::string(enum_name(i.kind)) + " " +
                std::to_string(i.contact_attempts) + " " + text(i.intent) + " " +
                text(i.primary_case) + " " + i.pattern + " " +
                std::string(enum_name(i.initiated_by)) + " " + std::string(enum_name(i.outcome)) +
                " " + std::to_string(i.agents) + " " + std::string(enum_name(i.first_channel)) +
                " " + std::string(enum_name(i.last_channel)));
  }
  for (const EngagementUnit& g : result.engagements) {
    if (g.customer < from_customer) continue;
    said.insert(id_of("g", g.id) + " " + std::string(enum_name(g.kind)) + " " + text(g.intent) +
                " " + text(g.case_key) + " " + std::string(enum_name(g.result)) + " " +
                std::string(enum_name(g.last_state)) + " " + std::to_string(g.lapses_at) + " " +
                std::to_string(g.link_probability));
  }
  for (const LinkEvidence& row : result.evidence) {
    const InteractionUnit& i = result.interactions[row.interaction];
    if (i.customer < from_customer) continue;
    said.insert(id_of("evidence ", i.id) + id_of(" ", result.interactions[row.joined_to].id) + " " +
                row.rule + " " + row.detail);
  }
  for (const InteractionLink& row : result.interaction_links) {
    const InteractionUnit& from = result.interactions[row.from];
    if (from.customer < from_customer) continue;
    said.insert(id_of("link ", from.id) + id_of(" ", result.interactions[row.to].id) + " " +
                row.relation);
  }
  for (const CaseLink& row : result.case_links) {
    const InteractionUnit& i = result.interactions[row.interaction];
    if (i.customer < from_customer) continue;
    said.insert(id_of("case ", i.id) + " " + text(row.case_key) + " " +
                std::to_string(row.time_share) + (row.primary ? " primary" : ""));
  }
  for (const InteractionIssue& row : result.interaction_issues) {
    const InteractionUnit& i = result.interactions[row.interaction];
    if (i.customer < from_customer) continue;
    said.insert(id_of("issue ", i.id) + " " + text(row.intent) + " " +
                std::to_string(row.time_share) + (row.primary ? " primary" : ""));
  }
  return said;
}

std::string difference(const std::set<std::string>& a, const std::set<std::string>& b) {
  for (const std::string& line : a) {
    if (!b.contains(line)) return "only in the first: " + line;
  }
  for (const std::string& line : b) {
    if (!a.contains(line)) return "only in the second: " + line;
  }
  return "";
}

TEST(HierarchyProperty, EveryLevelIsAPartitionAndIdsAreEventsItHolds) {
  expect_holds([](const RandomInput& made) {
    const Status conserved = check_conservation(made.input, made.customer_of_event, link(made), 2);
    return conserved.ok() ? std::string() : conserved.error().message;
  });
}

TEST(HierarchyProperty, OrderOfTheInputChangesNothing) {
  expect_holds([](const RandomInput& made) {
    const RandomInput shuffled = shuffle_events(made, made.input.events.size() * 77 + 5);
    return difference(statements(made, link(made)), statements(shuffled, link(shuffled)));
  });
}

TEST(HierarchyProperty, NumberOfThreadsChangesNothing) {
  expect_holds([](const RandomInput& made) {
    return difference(statements(made, link(made)), statements(made, link(made, 3)));
  });
}

/// Notes, cases, fulfilment, campaigns, surveys: taken away, every contact stays what it was. Leg
/// events aside, which also say whose leg the others belong to.
TEST(HierarchyProperty, WhatHasNoPresenceNeverOpensProlongsOrJoinsAContact) {
  expect_holds([](const RandomInput& made) -> std::string {
    const HierarchyResult result = link(made);
    std::vector<bool> keep(made.input.events.size());
    for (std::size_t e = 0; e < keep.size(); ++e) {
      const LinkEvent& event = made.input.events[e];
      const Role role = effective_role(event.type, event.actor, event.direction);
      const bool work = role == Role::record || role == Role::company || role == Role::feedback;
      keep[e] =
          !work || event_domain(event.type) == "contact" ||
          event_type_row(event.type).leg != Leg::inside ||
          result.transactions[result.transaction_of_event[e]].placement == Placement::presence;
    }
    const RandomInput present = keep_events(made, keep);
    if (present.input.events.empty()) return "";
    const HierarchyResult alone = link(present);
    const auto hulls = [](const HierarchyResult& of) {
      std::set<std::string> said;
      for (const InteractionUnit& i : of.interactions) {
        if (i.kind != Kind::contact) continue;
        said.insert(id_of("i", i.id) + " " + std::to_string(i.presence_from) + " " +
                    std::to_string(i.presence_to));
      }
      return said;
    };
    return difference(hulls(result), hulls(alone));
  });
}

TEST(HierarchyProperty, AnotherCustomerFarAwayChangesNothing) {
  expect_holds([](const RandomInput& made) {
    RandomInput more = keep_events(made, std::vector<bool>(made.input.events.size(), true));
    const auto stranger = static_cast<std::uint32_t>(more.customers++);
    for (std::size_t e = 0; e < made.input.events.size(); e += 3) {
      LinkEvent event = more.input.events[e];
      event.event_id.low += 1;
      event.occurred_at += 3650 * kUsPerDay;
      if (event.ended_at != kNoTime) event.ended_at += 3650 * kUsPerDay;
      event.chain_key = 0;
      more.input.events.push_back(event);
      more.customer_of_event.push_back(stranger);
    }
    const HierarchyResult with = link(more);
    HierarchyResult without = link(made);
    std::set<std::string> known = statements(more, with);
    const std::string lost = difference(statements(made, without), known);
    return lost.starts_with("only in the first") ? lost : std::string();
  });
}

/// LINKING.md section 5 word for word, by brute force: any two presences that overlap, lie within
/// the gap of their channels, or within chain_gap with one chain; then groups whose hulls overlap,
/// to a fixed point.
std::vector<std::uint32_t> contacts_by_definition(const RandomInput& made,
                                                  const HierarchyResult& result) {
  const LinkingConfig config;
  const auto& units = result.transactions;
  std::vector<std::set<std::pair<std::uint32_t, std::uint32_t>>> chains(units.size());
  for (std::size_t e = 0; e < made.input.events.size(); ++e) {
    const LinkEvent& event = made.input.events[e];
    if (event.chain_key != 0)
      chains[result.transaction_of_event[e]].emplace(event.source, event.chain_key);
  }
  std::vector<std::uint32_t> group(units.size());
  std::vector<std::pair<TimeUs, TimeUs>> hulls(units.size());
  for (std::uint32_t t = 0; t < units.size(); ++t) {
    group[t] = t;
    hulls[t] = {units[t].presence_from, units[t].presence_to};
  }
  const auto joined = [&](std::uint32_t a, std::uint32_t b) {
    if (hulls[group[a]].first <= hulls[group[b]].second &&
        hulls[group[b]].first <= hulls[group[a]].second)
      return true;
    const std::int64_t gap =
        std::max<std::int64_t>({0, units[b].presence_from - units[a].presence_to,
                                units[a].presence_from - units[b].presence_to});
    if (gap <= config.interaction_gap_us[static_cast<std::size_t>(units[a].channel)]
                                        [static_cast<std::size_t>(units[b].channel)]) {
      return true;
    }
    const bool one_chain =
        std::ranges::any_of(chains[a], [&](const auto& key) { return chains[b].contains(key); });
    return one_chain && gap <= config.chain_gap_us;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t a = 0; a < units.size(); ++a) {
      for (std::uint32_t b = a + 1; b < units.size(); ++b) {
        if (units[a].presence_from == kNoTime || units[b].presence_from == kNoTime) continue;
        if (units[a].customer != units[b].customer || group[a] == group[b] || !joined(a, b))
          continue;
        const std::uint32_t into = group[a];
        const std::uint32_t from = group[b];
        hulls[into] = {std::min(hulls[into].first, hulls[from].first),
                       std::max(hulls[into].second, hulls[from].second)};
        for (std::uint32_t& g : group) g = g == from ? into : g;
        changed = true;
      }
    }
  }
  return group;
}

TEST(HierarchyProperty, ContactsAreTheFixedPointOfTheirDefinition) {
  expect_holds([](const RandomInput& made) -> std::string {
    const HierarchyResult result = link(made);
    const std::vector<std::uint32_t> group = contacts_by_definition(made, result);
    for (std::uint32_t a = 0; a < group.size(); ++a) {
      for (std::uint32_t b = a + 1; b < group.size(); ++b) {
        const TransactionUnit& left = result.transactions[a];
        const TransactionUnit& right = result.transactions[b];
        if (left.presence_from == kNoTime || right.presence_from == kNoTime) continue;
        if ((group[a] == group[b]) != (left.interaction == right.interaction))
          return "another partition";
      }
    }
    return "";
  });
}

TEST(HierarchyProperty, OneCaseIsOneEngagement) {
  expect_holds([](const RandomInput& made) -> std::string {
    const HierarchyResult result = link(made);
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint32_t> engagements;
    for (const InteractionUnit& i : result.interactions) {
      if (i.primary_case == 0) continue;
      const auto key = std::tuple(i.customer, i.primary_case_source, i.primary_case);
      const auto [known, fresh] = engagements.emplace(key, i.engagement);
      if (!fresh && known->second != i.engagement) return "two engagements of one case";
    }
    return "";
  });
}

/// Two cases of an exclusive key space never share an engagement, and only one case may pass
/// max_span.
/// The case keys that order events of a customer carry: orders, not tickets.
std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> orders_of(
    const RandomInput& made) {
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> orders;
  for (std::size_t i = 0; i < made.input.events.size(); ++i) {
    const LinkEvent& event = made.input.events[i];
    const std::string_view name = event_type_row(event.type).name;
    for (const std::string_view domain :
         {"order.", "payment.", "refund.", "dispute.", "subscription."}) {
      if (name.starts_with(domain))
        orders.emplace(made.customer_of_event[i], event.source, event.case_key);
    }
  }
  return orders;
}

TEST(HierarchyProperty, EngagementsKeepTheirLimits) {
  expect_holds([](const RandomInput& made) -> std::string {
    const LinkingConfig config;
    const HierarchyResult result = link(made);
    const auto orders = orders_of(made);
    for (std::uint32_t g = 0; g < result.engagements.size(); ++g) {
      std::set<std::pair<std::uint32_t, std::uint32_t>> cases;
      std::set<std::pair<std::uint32_t, std::uint32_t>> tickets;
      std::set<std::uint32_t> sources;
      TimeUs from = std::numeric_limits<TimeUs>::max();
      TimeUs to = std::numeric_limits<TimeUs>::min();
      for (const InteractionUnit& i : result.interactions) {
        if (i.engagement != g) continue;
        if (i.primary_case != 0) cases.emplace(i.primary_case_source, i.primary_case);
        if (i.primary_case != 0 &&
            !orders.contains({i.customer, i.primary_case_source, i.primary_case})) {
          tickets.emplace(i.primary_case_source, i.primary_case);
          sources.insert(i.primary_case_source);
        }
        from = std::min(from, i.kind == Kind::contact ? i.presence_from : i.first_at);
        to = std::max(to, i.kind == Kind::contact ? i.presence_to : i.last_at);
      }
      if (tickets.size() != sources.size()) return "two tickets of one space in an engagement";
      if (cases.empty() && to - from > config.engagement_span_us_max) return "too long";
    }
    return "";
  });
}

/// Keyless page views of several systems: what the SQL of two window functions computes (bench/).
/// Transactions are cut by the gap in each system, interactions by the gap across systems.
TEST(HierarchyProperty, KeylessPageViewsFollowTheGapAlone) {
  constexpr System kSystems[] = {System::web, System::app, System::order};
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(kSeed + seed);
    RandomInput made;
    made.customers = 3;
    for (int i = 0; i < 80; ++i) {
      LinkEvent event;
      event.event_id = {random(), random()};
      event.occurred_at = static_cast<TimeUs>(random() % (60 * 20)) * kUsPerMinute;
      event.type = *find_event_type("web.page_viewed");
      event.channel = Channel::web;
      event.system = kSystems[random() % 3];
      event.source = made.input.strings.intern("site");
      event.record = 0;
      made.input.events.push_back(event);
      made.customer_of_event.push_back(static_cast<std::uint32_t>(random() % made.customers));
    }
    made.input.records.emplace_back();
    const HierarchyResult result = link(made);
    std::map<std::pair<std::uint32_t, int>, TimeUs> last;  // customer, system (-1: any)
    std::map<std::pair<std::uint32_t, int>, std::uint32_t> unit;
    std::vector<std::uint32_t> order(made.input.events.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::uint32_t e) { return made.input.events[e].occurred_at; });
    for (const std::uint32_t e : order) {
      const LinkEvent& event = made.input.events[e];
      const std::uint32_t t = result.transaction_of_event[e];
      for (const auto& [system, number] : {std::pair(static_cast<int>(event.system), t),
                                           std::pair(-1, result.transactions[t].interaction)}) {
        const auto key = std::pair(made.customer_of_event[e], system);
        const bool near = last.contains(key) && event.occurred_at - last[key] <= 30 * kUsPerMinute;
        if (last.contains(key)) {
          EXPECT_EQ(near, unit[key] == number) << "seed " << seed;
        }
        last[key] = event.occurred_at;
        unit[key] = number;
      }
    }
  }
}

}  // namespace
}  // namespace clewline::hierarchy::testing
