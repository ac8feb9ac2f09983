// What must hold for every input, checked on seeded random ones; failures are shrunk and printed.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "identity/resolve.h"
#include "identity/testing/random_sample.h"
#include "identity/testing/sample.h"

namespace clewline::identity::testing {
namespace {

constexpr int kRuns = 1500;
constexpr const char* kKey = "key";

/// Everything of a result that may be compared between inputs: strings, ids and numbers, in a fixed
/// order.
struct Comparable {
  std::map<std::uint64_t, std::tuple<Id128, AttributionStep, std::uint64_t>>
      events;  // customer, step, evidence
  std::set<std::tuple<Id128, std::string, std::string, TimeUs, TimeUs, bool>> aliases;
  std::vector<std::tuple<std::string, std::string, std::uint64_t, TimeUs, TimeUs, std::string>>
      edges;
  std::set<std::tuple<std::string, std::int32_t, std::string>> hubs;
  bool operator==(const Comparable&) const = default;
};

Comparable comparable(const Sample& sample, const LinkingConfig& config, int threads = 1) {
  const LinkInput input = to_link_input(sample);
  ResolveOptions options;
  options.threads = threads;
  options.alias_names = true;
  const IdentityResult result = resolve(input, config, kKey, options).value();
  const auto name = [&](IdentifierKind kind, std::uint32_t value) {
    return std::string(config.kinds[kind].name) + ":" + std::string(input.strings.at(value));
  };
  Comparable found;
  for (std::size_t i = 0; i < input.events.size(); ++i) {
    const std::uint32_t evidence = result.evidence_of_event[i];
    found.events[input.events[i].event_id.low] = {
        result.customers[result.customer_of_event[i]].customer_id, result.step_of_event[i],
        evidence == kNoIndex ? 0 : input.events[evidence].event_id.low};
  }
  for (const CustomerAlias& alias : result.aliases) {
    found.aliases.insert({result.customers[alias.customer].customer_id, alias.name_kind, alias.name,
                          alias.first_at, alias.last_at, alias.current});
  }
  for (const IdentityEdge& edge : result.edges) {
    found.edges.emplace_back(name(edge.kind_a, edge.value_a), name(edge.kind_b, edge.value_b),
                             edge.records, edge.first_at, edge.last_at, edge.refused_because);
  }
  for (const HubDay& hub : result.hubs)
    found.hubs.insert({name(hub.kind, hub.value), hub.day, hub.reason});
  return found;
}

/// Runs a property on many samples; `holds` says whether one sample keeps it.
template <typename Holds>
void check(std::uint64_t seed, const SampleShape& shape, const Holds& holds) {
  std::mt19937_64 random(seed);
  for (int run = 0; run < kRuns; ++run) {
    const Sample sample = random_sample(random, shape);
    const LinkingConfig config = run % 4 == 0 ? LinkingConfig() : small_limits();
    if (holds(sample, config)) continue;
    const Sample small =
        shrink(sample, [&](const Sample& candidate) { return !holds(candidate, config); });
    FAIL() << "run " << run << '\n' << small.describe();
  }
}

TEST(IdentityProperty, OrderOfTheInputChangesNothing) {
  std::mt19937_64 order(5);
  check(1, {}, [&](const Sample& sample, const LinkingConfig& config) {
    return comparable(sample, config) == comparable(permuted(sample, order), config);
  });
}

TEST(IdentityProperty, TheNumberOfThreadsChangesNothing) {
  check(2, {40, true}, [&](const Sample& sample, const LinkingConfig& config) {
    return comparable(sample, config, 1) == comparable(sample, config, 3);
  });
}

TEST(IdentityProperty, WhatIsSaidTwiceCountsOnce) {
  check(3, {}, [&](const Sample& sample, const LinkingConfig& config) {
    Sample twice = sample;
    const auto repeat = [](auto& items) {
      const auto once = items;
      items.insert(items.end(), once.begin(), once.end());
    };
    for (SampleEvent& event : twice.events) repeat(event.identifiers);
    for (SampleProfile& profile : twice.profiles) repeat(profile.identifiers);
    repeat(twice.profiles);
    repeat(twice.assertions);
    return comparable(sample, config) == comparable(twice, config);
  });
}

TEST(IdentityProperty, MergeThenUnlinkIsAsIfNothingHappened) {
  std::size_t merged = 0;
  check(4, {18, false}, [&](const Sample& sample, const LinkingConfig& config) {
    // Two anchors that no record names together: only a person joins them.
    for (const SampleEvent& event : sample.events) {
      std::set<std::string> held;
      for (const SampleIdentifier& item : event.identifiers)
        held.insert(item.kind + ":" + item.value);
      if (held.contains("user_id:U") && held.contains("account:Y")) return true;
    }
    for (const SampleProfile& profile : sample.profiles) {
      for (const SampleIdentifier& item : profile.identifiers) {
        if (item.kind == "account" && item.value == "Y") return true;
      }
    }
    Sample linked = sample;
    linked.assertion(AssertionKind::link, "user_id:U", "account:Y", 1);
    merged += comparable(sample, config).events != comparable(linked, config).events;
    linked.assertion(AssertionKind::unlink, "account:Y", "user_id:U", 2);
    return comparable(sample, config) == comparable(linked, config);
  });
  EXPECT_GT(merged, 20U) << "the merge itself must have changed something";
}

TEST(IdentityProperty, ExclusiveKindsAndForbiddenPairsNeverMeet) {
  std::size_t forbids = 0;
  check(5, {}, [&](const Sample& sample, const LinkingConfig& config) {
    const LinkInput input = to_link_input(sample);
    const IdentityResult result = resolve(input, config, kKey).value();
    std::map<std::uint32_t, std::set<std::string>> crm_ids;
    std::map<std::string, std::uint32_t> customer_of;
    for (const CustomerAliasRow& row : result.alias_rows) {
      if (row.name != AliasName::identifier ||
          config.kinds[row.kind].kind_class != KindClass::anchor)
        continue;
      const std::string name =
          std::string(config.kinds[row.kind].name) + ":" + std::string(input.strings.at(row.value));
      customer_of[name] = row.customer;
      if (config.kinds[row.kind].exclusive && !crm_ids[row.customer].insert(name).second)
        return false;
      if (crm_ids[row.customer].size() > 1) return false;
    }
    for (const LinkAssertion& said : sample.assertions) {
      const bool superseded = std::any_of(
          sample.assertions.begin(), sample.assertions.end(), [&](const LinkAssertion& other) {
            return &other != &said && std::minmax(other.a, other.b) == std::minmax(said.a, said.b);
          });
      if (said.kind != AssertionKind::forbid || superseded || !customer_of.contains(said.a) ||
          !customer_of.contains(said.b))
        continue;
      ++forbids;
      if (customer_of[said.a] == customer_of[said.b]) return false;
    }
    return true;
  });
  EXPECT_GT(forbids, 20U);
}

TEST(IdentityProperty, EveryNameOfEveryEventHasExactlyOneCurrentCustomer) {
  check(6, {}, [&](const Sample& sample, const LinkingConfig& config) {
    std::map<std::pair<std::string, std::string>, int> current;
    std::map<std::pair<std::string, std::string>, int> rows;
    for (const auto& [customer, kind, name, first, last, is_current] :
         comparable(sample, config).aliases) {
      current[{kind, name}] += is_current;
      ++rows[{kind, name}];
      if (first > last) return false;
    }
    for (const SampleEvent& event : sample.events) {
      if (!rows.contains({"record", event.source + "/default/" + record_of(event)})) return false;
      if (!event.session.empty() && !rows.contains({"session", event.source + "/" + event.session}))
        return false;
    }
    return std::all_of(current.begin(), current.end(),
                       [](const auto& item) { return item.second == 1; });
  });
}

/// An identity must not depend on what does not belong to it: events that share nothing with it.
TEST(IdentityProperty, StrangersChangeNothing) {
  check(7, {}, [&](const Sample& sample, const LinkingConfig& config) {
    Sample crowded = sample;
    for (std::uint64_t i = 0; i < 5; ++i) {
      SampleEvent& stranger =
          crowded.event(1000 + i, at("2024-03-01 22:00") + static_cast<TimeUs>(i) * kUsPerHour,
                        {"crm_id:stranger", "phone:stranger"});
      stranger.session = "stranger";
    }
    const Comparable alone = comparable(sample, config);
    const Comparable together = comparable(crowded, config);
    return std::all_of(alone.events.begin(), alone.events.end(), [&](const auto& item) {
      return together.events.at(item.first) == item.second;
    });
  });
}

}  // namespace
}  // namespace clewline::identity::testing
