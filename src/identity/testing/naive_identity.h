#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "identity/testing/sample.h"
#include "model/link_result.h"

namespace clewline::identity::testing {

/// What the rules of LINKING.md §3 say about a sample, in words.
struct NaiveResult {
  struct Place {
    std::string customer;  // as `naming` writes it
    AttributionStep step = AttributionStep::own_anchor;
    bool operator==(const Place&) const = default;
  };
  std::map<std::uint64_t, Place> places;  // event number → customer
  /// "crm_id:A|account:X" → accepted, smaller key first.
  std::map<std::string, bool> edges;
  /// (value as kind:value, day, reason) for every day on which an event holds the value.
  std::set<std::tuple<std::string, std::int32_t, std::string>> hubs;
  std::set<std::string> hub_keys;  // "session:web/s1"
  std::set<std::string> customers;
  std::size_t given_by_agent_and_time = 0;
  std::size_t ties = 0;  // candidates of different anchors at one distance
};

/// Follows the rules word by word, by comparing everything with everything. Slow, and shares no
/// code with the kernels: what they are checked against. `day_offset_us` is the workspace's fixed
/// offset from UTC.
NaiveResult resolve_naively(const Sample& sample, const LinkingConfig& config,
                            std::int64_t day_offset_us);

}  // namespace clewline::identity::testing
