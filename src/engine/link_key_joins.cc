#include <fmt/format.h>

#include <vector>

#include "engine/link_key_joins.h"
#include "engine/link_load_internal.h"

namespace clewline::engine {
namespace {

/// Legs and saved cases that may be one call by agent and time (LINKING.md §5): a superset of what
/// identity will find, bucket by bucket of an hour so that the join stays an equality.
constexpr std::string_view kMeetings =
    "WITH legs AS (SELECT session_key, CASE WHEN session_key IS NULL THEN stream END AS stream, "
    "CASE WHEN session_key IS NULL THEN record_id END AS record_id, agent_id, "
    "min(occurred_at) AS begins, max(greatest(occurred_at, coalesce(ended_at, occurred_at))) + "
    "to_microseconds($3) AS ends FROM {0} WHERE source = $1 AND agent_id IS NOT NULL "
    "GROUP BY ALL), "
    "hours AS (SELECT *, unnest(range(epoch_us(begins) // 3600000000, epoch_us(ends) // 3600000000 "
    "+ 1)) AS hour FROM legs), "
    "saves AS (SELECT DISTINCT case_key, agent_id, occurred_at + to_microseconds($4) AS saved_at, "
    "epoch_us(occurred_at + to_microseconds($4)) // 3600000000 AS hour FROM {0} WHERE "
    "source = $2 AND agent_id IS NOT NULL AND case_key IS NOT NULL) "
    "SELECT DISTINCT session_key, stream, record_id, case_key FROM hours JOIN saves USING "
    "(agent_id, hour) WHERE saved_at BETWEEN begins AND ends";

}  // namespace

Status join_meetings(store::Connection& connection, const LinkingConfig& linking,
                     std::string_view events, LinkKeys& keys, KeyGroups& groups) {
  for (const AgentTimeRule& rule : linking.agent_time_rules) {
    CLEW_TRY(auto result, connection.query(fmt::format(kMeetings, events),
                                           {std::string_view(rule.call_source),
                                            std::string_view(rule.case_source), rule.wrap_us,
                                            rule.clock_offset_us}));
    while (true) {
      CLEW_TRY(const bool more, result.next());
      if (!more) break;
      for (std::size_t row = 0; row < result.rows(); ++row) {
        const auto text = [&](std::size_t column) {
          return text_or_empty(result.column(column), row);
        };
        const std::uint64_t leg = text(0).empty() ? keys.record(rule.call_source, text(1), text(2))
                                                  : keys.session(rule.call_source, text(0));
        const std::uint64_t both[] = {leg, keys.case_key(rule.case_source, text(3))};
        groups.join(both, 0);
      }
    }
  }
  return {};
}

Status join_profiles(store::Connection& connection, const BlockedValues& blocked, LinkKeys& keys,
                     KeyGroups& groups) {
  std::vector<std::uint64_t> held;
  return load_profiles(connection, blocked, [&](const InputPart& part) -> Status {
    for (const LinkProfile& profile : part.profiles) {
      held.clear();
      for (const LinkIdentifier& identifier :
           std::span(part.identifiers)
               .subspan(profile.identifiers_begin, profile.identifiers_count)) {
        if (keys.links(identifier.kind, identifier.role))
          held.push_back(keys.identifier(identifier.kind, part.strings.at(identifier.value)));
      }
      groups.join(held, 0);
    }
    return {};
  });
}

absl::flat_hash_set<Id128> asserted_events(const std::vector<LinkAssertion>& assertions) {
  constexpr std::string_view kPrefix = "event:";
  absl::flat_hash_set<Id128> events;
  for (const LinkAssertion& assertion : assertions) {
    for (const std::string_view name :
         {std::string_view(assertion.a), std::string_view(assertion.b)}) {
      if (!name.starts_with(kPrefix)) continue;
      if (const auto id = Id128::from_hex(name.substr(kPrefix.size()))) events.insert(*id);
    }
  }
  return events;
}

}  // namespace clewline::engine
