#include "engine/link_columns_internal.h"

#include <array>

#include "base/assert.h"
#include "engine/link_gather_internal.h"
#include "model/identifier_kinds.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kAttributions[] = {"own_anchor",   "session_anchor", "chain_anchor",
                                              "shared_value", "two_hops",       "component",
                                              "record"};
constexpr std::string_view kNotACustomer = "not_a_customer";

void event_place_columns(BlockColumns& block, const LinkTables& tables) {
  const std::size_t placed = tables.input.events.size();
  const auto& hierarchy = tables.hierarchy;
  const auto transaction = [&](std::size_t row) -> const TransactionUnit& {
    return hierarchy.transactions[hierarchy.transaction_of_event[row]];
  };
  const auto id = [placed](auto of) {
    return [placed, of](std::size_t row) { return row < placed ? of(row) : Id128{}; };
  };
  block.ids([&](std::size_t row) {
    return row < placed ? tables.input.events[row].event_id : tables.not_a_customer[row - placed];
  });
  block.ids(id([&](std::size_t row) {
    return tables.identity.customers[tables.identity.customer_of_event[row]].customer_id;
  }));
  block.ids(id([&](std::size_t row) { return transaction(row).id; }));
  block.ids(
      id([&](std::size_t row) { return hierarchy.interactions[transaction(row).interaction].id; }));
  block.ids(id([&](std::size_t row) {
    return hierarchy.engagements[hierarchy.interactions[transaction(row).interaction].engagement]
        .id;
  }));
  block.texts([&](std::size_t row) {
    return row < placed
               ? kAttributions[static_cast<std::size_t>(tables.identity.step_of_event[row])]
               : kNotACustomer;
  });
}

void transaction_columns(BlockColumns& block, const LinkTables& tables) {
  const auto& units = tables.hierarchy.transactions;
  const auto& interactions = tables.hierarchy.interactions;
  const StringTable& strings = tables.input.strings;
  block.ids([&](std::size_t row) { return units[row].id; });
  block.ids([&](std::size_t row) { return interactions[units[row].interaction].id; });
  block.ids([&](std::size_t row) {
    return tables.hierarchy.engagements[interactions[units[row].interaction].engagement].id;
  });
  block.ids(
      [&](std::size_t row) { return tables.identity.customers[units[row].customer].customer_id; });
  block.strings(strings, [&](std::size_t row) { return units[row].source; });
  block.names<System>([&](std::size_t row) { return units[row].system; });
  block.names<Channel>([&](std::size_t row) { return units[row].channel; });
  block.names<Role>([&](std::size_t row) { return units[row].role; });
  block.names<Direction>([&](std::size_t row) { return units[row].direction; });
  block.times([&](std::size_t row) { return units[row].first_at; });
  block.times([&](std::size_t row) { return units[row].last_at; });
  block.times([&](std::size_t row) { return units[row].presence_from; });
  block.times([&](std::size_t row) { return units[row].presence_to; });
  block.numbers([&](std::size_t row) { return units[row].events; });
  block.strings(strings, [&](std::size_t row) { return units[row].session_key; });
  block.strings(strings, [&](std::size_t row) { return units[row].chain_key; });
  block.strings(strings, [&](std::size_t row) { return units[row].case_key; });
  block.strings(strings, [&](std::size_t row) { return units[row].agent_id; });
  block.strings(strings, [&](std::size_t row) { return units[row].queue_id; });
  block.strings(strings, [&](std::size_t row) { return units[row].intent; });
  block.strings(strings, [&](std::size_t row) { return units[row].disposition; });
  block.names<Outcome>([&](std::size_t row) { return units[row].outcome; });
  const auto measure = [&](std::int64_t TransactionUnit::* us, Role role) {
    block.numbers([&units, us](std::size_t row) { return units[row].*us / kUsPerMs; },
                  [&units, role](std::size_t row) { return units[row].role == role; });
  };
  measure(&TransactionUnit::wait_us, Role::routing);
  measure(&TransactionUnit::talk_us, Role::assisted);
  measure(&TransactionUnit::hold_us, Role::assisted);
  measure(&TransactionUnit::wrap_us, Role::assisted);
  block.flags([&](std::size_t row) { return units[row].presence_clipped; });
}

void interaction_columns(BlockColumns& block, const LinkTables& tables) {
  const auto& units = tables.hierarchy.interactions;
  const StringTable& strings = tables.input.strings;
  block.ids([&](std::size_t row) { return units[row].id; });
  block.ids(
      [&](std::size_t row) { return tables.hierarchy.engagements[units[row].engagement].id; });
  block.ids(
      [&](std::size_t row) { return tables.identity.customers[units[row].customer].customer_id; });
  block.names<Kind>([&](std::size_t row) { return units[row].kind; });
  block.names<Actor>([&](std::size_t row) { return units[row].initiated_by; });
  block.times([&](std::size_t row) { return units[row].first_at; });
  block.times([&](std::size_t row) { return units[row].last_at; });
  block.times([&](std::size_t row) { return units[row].presence_from; });
  block.times([&](std::size_t row) { return units[row].presence_to; });
  block.names<Channel>([&](std::size_t row) { return units[row].first_channel; });
  block.names<Channel>([&](std::size_t row) { return units[row].last_channel; });
  block.numbers([&](std::size_t row) { return units[row].transactions; });
  block.numbers([&](std::size_t row) { return units[row].handling_transactions; });
  block.numbers([&](std::size_t row) { return units[row].events; });
  block.numbers([&](std::size_t row) { return units[row].systems; });
  block.numbers([&](std::size_t row) { return units[row].channels; });
  block.numbers([&](std::size_t row) { return units[row].agents; });
  block.numbers([&](std::size_t row) { return units[row].contact_attempts; });
  block.strings(strings, [&](std::size_t row) { return units[row].intent; });
  block.strings(strings, [&](std::size_t row) { return units[row].primary_case; });
  block.names<Outcome>([&](std::size_t row) { return units[row].outcome; });
  block.texts([&](std::size_t row) { return null_if_empty(units[row].pattern); });
}

void engagement_columns(BlockColumns& block, const LinkTables& tables) {
  const auto& units = tables.hierarchy.engagements;
  const StringTable& strings = tables.input.strings;
  block.ids([&](std::size_t row) { return units[row].id; });
  block.ids(
      [&](std::size_t row) { return tables.identity.customers[units[row].customer].customer_id; });
  block.names<Kind>([&](std::size_t row) { return units[row].kind; });
  block.times([&](std::size_t row) { return units[row].first_at; });
  block.times([&](std::size_t row) { return units[row].last_at; });
  block.numbers([&](std::size_t row) { return units[row].interactions; });
  block.numbers([&](std::size_t row) { return units[row].contacts; });
  block.numbers([&](std::size_t row) { return units[row].contact_attempts; });
  block.numbers([&](std::size_t row) { return units[row].transactions; });
  block.numbers([&](std::size_t row) { return units[row].events; });
  block.numbers([&](std::size_t row) { return units[row].channels; });
  block.numbers([&](std::size_t row) { return units[row].agents; });
  block.strings(strings, [&](std::size_t row) { return units[row].intent; });
  block.strings(strings, [&](std::size_t row) { return units[row].case_key; });
  block.texts([&](std::size_t row) { return null_if_empty(units[row].goal); });
  block.names<EngagementResult>([&](std::size_t row) { return units[row].result; });
  block.names<EngagementState>([&](std::size_t row) { return units[row].last_state; });
  block.times([&](std::size_t row) { return units[row].lapses_at; });
  block.reals([&](std::size_t row) { return units[row].link_probability; });
}

void journey_columns(BlockColumns& block, const LinkTables& tables) {
  const auto& units = tables.hierarchy.journeys;
  block.ids(
      [&](std::size_t row) { return tables.identity.customers[units[row].customer].customer_id; });
  block.times([&](std::size_t row) { return units[row].first_at; });
  block.times([&](std::size_t row) { return units[row].last_at; });
  block.numbers([&](std::size_t row) { return units[row].engagements; });
  block.numbers([&](std::size_t row) { return units[row].interactions; });
  block.numbers([&](std::size_t row) { return units[row].contacts; });
  block.numbers([&](std::size_t row) { return units[row].transactions; });
  block.numbers([&](std::size_t row) { return units[row].events; });
  block.numbers([&](std::size_t row) { return units[row].channels; });
}

void side_columns(BlockColumns& block, const LinkTables& tables, std::string_view table) {
  const auto& hierarchy = tables.hierarchy;
  const StringTable& strings = tables.input.strings;
  const auto interaction = [&](std::uint32_t index) { return hierarchy.interactions[index].id; };
  if (table == "case_links") {
    const auto& rows = hierarchy.case_links;
    block.strings(strings, [&](std::size_t row) { return rows[row].source; });
    block.strings(strings, [&](std::size_t row) { return rows[row].case_key; });
    block.ids([&](std::size_t row) { return interaction(rows[row].interaction); });
    block.flags([&](std::size_t row) { return rows[row].primary; });
    block.reals([&](std::size_t row) { return rows[row].time_share; });
  } else if (table == "interaction_issues") {
    const auto& rows = hierarchy.interaction_issues;
    block.ids([&](std::size_t row) { return interaction(rows[row].interaction); });
    block.strings(strings, [&](std::size_t row) { return rows[row].intent; });
    block.flags([&](std::size_t row) { return rows[row].primary; });
    block.reals([&](std::size_t row) { return rows[row].time_share; });
  } else if (table == "interaction_links") {
    const auto& rows = hierarchy.interaction_links;
    block.ids([&](std::size_t row) { return interaction(rows[row].from); });
    block.ids([&](std::size_t row) { return interaction(rows[row].to); });
    block.texts([&](std::size_t row) { return std::string_view(rows[row].relation); });
  } else if (table == "link_keys") {
    block.numbers([&](std::size_t row) { return static_cast<std::int64_t>(tables.keys[row].key); });
    block.ids([&](std::size_t row) {
      return tables.identity.customers[tables.keys[row].customer].customer_id;
    });
  } else {
    const auto& rows = hierarchy.evidence;
    block.ids([&](std::size_t row) { return interaction(rows[row].interaction); });
    block.ids([&](std::size_t row) { return interaction(rows[row].joined_to); });
    block.texts([&](std::size_t row) { return std::string_view(rows[row].rule); });
    block.reals([&](std::size_t row) { return rows[row].probability; });
    block.texts([&](std::size_t row) { return null_if_empty(rows[row].detail); });
  }
}

}  // namespace

std::span<const std::string_view> link_table_names() {
  static constexpr std::string_view kNames[] = {
      "event_places",       "transactions",     "interactions",     "engagements",
      "journeys",           "customers",        "customer_aliases", "identity_links",
      "identity_conflicts", "identity_hubs",    "case_links",       "interaction_issues",
      "interaction_links",  "engagement_links", "link_keys"};
  return kNames;
}

std::size_t link_table_rows(const LinkTables& tables, std::string_view table) {
  const auto& hierarchy = tables.hierarchy;
  if (table == "event_places") return tables.input.events.size() + tables.not_a_customer.size();
  if (table == "transactions") return hierarchy.transactions.size();
  if (table == "interactions") return hierarchy.interactions.size();
  if (table == "engagements") return hierarchy.engagements.size();
  if (table == "journeys") return hierarchy.journeys.size();
  if (table == "case_links") return hierarchy.case_links.size();
  if (table == "interaction_issues") return hierarchy.interaction_issues.size();
  if (table == "interaction_links") return hierarchy.interaction_links.size();
  if (table == "engagement_links") return hierarchy.evidence.size();
  if (table == "link_keys") return tables.keys.size();
  return identity_rows(tables, table);
}

void collect_link_rows(BlockColumns& block, const LinkTables& tables, std::string_view table) {
  if (table == "event_places") return event_place_columns(block, tables);
  if (table == "transactions") return transaction_columns(block, tables);
  if (table == "interactions") return interaction_columns(block, tables);
  if (table == "engagements") return engagement_columns(block, tables);
  if (table == "journeys") return journey_columns(block, tables);
  if (table == "customers" || table == "customer_aliases" || table.starts_with("identity_")) {
    return collect_identity_rows(block, tables, table);
  }
  side_columns(block, tables, table);
}

}  // namespace clewline::engine
