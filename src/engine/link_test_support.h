#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "engine/link_workspace.h"
#include "store/database.h"

namespace clewline::engine::testing_support {

/// 2,000 events of 300 people, each of whom stays with the values of a small crowd: shared phones
/// and kiosk sessions, cases of several customers, records of several events, events without any
/// key, statements, saved cases known by agent and time only. $1 is the seed.
inline constexpr std::string_view kEvents =
    "INSERT INTO store.events BY NAME WITH draw AS (SELECT i, "
    "(hash(i // 2, $1) % 300)::BIGINT AS person, (hash(i, $1 + 1) % 12)::BIGINT AS what, "
    "TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_seconds((hash(i, $1 + 2) % 2000000)::BIGINT) AS "
    "happened "
    "FROM range(2000) t(i)) "
    "SELECT (lpad(to_hex(hash(i, $1 + 5)), 16, '0') || lpad(to_hex(hash(i, $1 + 6)), 16, "
    "'0'))::UUID AS event_id, ['acd', 'crm', 'web'][(what % 3) + 1] AS source, 'default' AS "
    "stream, "
    "'r' || (i // 2) AS record_id, (i % 2)::INTEGER AS ordinal, "
    "['voice', 'other', 'web'][(what % 3) + 1] AS channel, "
    "CASE WHEN what = 11 THEN 'identity.linked' WHEN what % 3 = 0 THEN "
    "['ivr.entered', 'agent.connected', 'agent.disconnected', 'queue.entered'][(i % 4) + 1] "
    "WHEN what % 3 = 1 THEN 'case.updated' ELSE 'web.page_viewed' END AS event_type, happened AS "
    "occurred_at, CASE WHEN i % 5 = 0 THEN happened + INTERVAL 3 MINUTE END AS ended_at, "
    "CASE WHEN what % 3 = 1 THEN 'agent' ELSE 'customer' END AS actor, "
    "CASE WHEN what % 3 = 1 THEN 'crm' END AS system, "
    "CASE WHEN hash(i, $1 + 7) % 4 > 0 THEN 's' || person || '-' || (epoch_us(happened) // "
    "7200000000) "
    "END AS session_key, "
    "CASE WHEN hash(i, $1 + 8) % 5 = 0 THEN 'c' || (person // 2) || '-' || (epoch_us(happened) // "
    "86400000000) END AS chain_key, "
    "CASE WHEN what % 3 = 1 THEN 'k' || (person // 6) || '-' || (i % 3) END AS case_key, "
    "CASE WHEN what % 3 <> 2 THEN 'kim' || (person % 40) END AS agent_id, "
    "CASE WHEN i % 50 = 0 THEN [{rel: 'order', system: 'order', id: 'o' || person}] END AS links, "
    "CASE WHEN what % 3 = 2 THEN ((hash(i, $1 + 13) % 300)::BIGINT - 20)::DECIMAL(18, 4) END AS "
    "amount, "
    "['order_total', 'refund'][(i % 5 // 4) + 1] AS amount_kind, 'EUR' AS currency, "
    "['bill', 'move', NULL][(person % 3) + 1] AS intent, (i % 9)::BIGINT * 1000 AS talk_ms, "
    "now() AS ingested_at, "
    "list_filter([ "
    " CASE WHEN hash(i, $1 + 9) % 3 = 0 THEN {kind: 'crm_id', value: 'C' || person, raw: "
    "NULL::VARCHAR, role: 'customer', assurance: 'system', issue: NULL::VARCHAR} END, "
    " CASE WHEN hash(i, $1 + 10) % 3 = 0 THEN {kind: 'phone', value: '+49' || (person // 3), raw: "
    "NULL::VARCHAR, role: 'customer', assurance: 'network', issue: NULL::VARCHAR} END, "
    " CASE WHEN hash(i, $1 + 11) % 4 = 0 THEN {kind: 'cookie', value: 'k' || (person // 2), raw: "
    "NULL::VARCHAR, role: 'customer', assurance: 'asserted', issue: NULL::VARCHAR} END, "
    " CASE WHEN hash(i, $1 + 12) % 9 = 0 THEN {kind: 'ip', value: '10.0.0.1', raw: "
    "NULL::VARCHAR, role: 'customer', assurance: 'network', issue: NULL::VARCHAR} END, "
    " CASE WHEN person = 17 AND i % 3 = 0 THEN {kind: 'phone', value: '+49tests', raw: "
    "NULL::VARCHAR, role: 'customer', assurance: 'network', issue: NULL::VARCHAR} END "
    "], lambda x: x IS NOT NULL) AS identifiers FROM draw";

inline constexpr std::string_view kBeside =
    "INSERT INTO store.block_list BY NAME SELECT 'phone' AS kind, '+49tests' AS value, 'test' AS "
    "reason; "
    "INSERT INTO store.profiles BY NAME SELECT 'crm' AS source, 'people' AS stream, 'p' || i AS "
    "record_id, 'p' || (i // 2) AS profile_id, TIMESTAMPTZ '2025-01-01 00:00:00+00' + "
    "to_days(i::INTEGER) AS valid_from, '{\"street\":\"' || (i % 11) || '\",\"tier\":\"' || (i % "
    "3) "
    "|| '\"}' AS attributes, [{kind: 'crm_id', value: 'C' || (i * 7 % 300), raw: "
    "NULL::VARCHAR, role: 'customer', assurance: 'system', issue: NULL::VARCHAR}, {kind: 'phone', "
    "value: '+49' || (i * 7 % 300 // 3), raw: NULL::VARCHAR, role: 'customer', assurance: "
    "'system', issue: NULL::VARCHAR}] AS identifiers FROM range(60) t(i); "
    "INSERT INTO store.assertions BY NAME SELECT 'a' || i AS assertion_id, ['link', 'forbid', "
    "'unlink'][(i % 3) + 1] AS kind, 'crm_id:C' || i AS a, CASE WHEN i % 2 = 0 THEN 'crm_id:C' || "
    "(i + 20) ELSE 'phone:+49' || i END AS b, TIMESTAMPTZ '2026-02-01 00:00:00+00' AS "
    "asserted_at, 'kim' AS actor FROM range(4) t(i); "
    "INSERT INTO store.assertions BY NAME SELECT 'e' || i AS assertion_id, 'link' AS kind, "
    "'event:' || replace(event_id::VARCHAR, '-', '') AS a, 'crm_id:C' || (250 + i) AS b, "
    "TIMESTAMPTZ '2026-02-02 00:00:00+00' AS asserted_at, 'kim' AS actor FROM (SELECT event_id, "
    "row_number() OVER (ORDER BY event_id) AS i FROM store.events) WHERE i < 6";

inline constexpr std::string_view kTables[] = {
    "event_places",       "transactions",     "interactions",      "engagements",
    "journeys",           "customers",        "customer_aliases",  "identity_links",
    "identity_conflicts", "identity_hubs",    "case_links",        "interaction_issues",
    "interaction_links",  "engagement_links", "customer_profiles", "customer_tiers",
    "group_members",      "group_tiers"};

inline LinkSettings settings_of(bool agents) {
  LinkSettings settings;
  settings.workspace_key = "test key";
  settings.threads = 2;
  settings.linking.shared_chain_sources = {"acd", "web"};
  settings.as_of = parse_rfc3339("2026-02-01T00:00:00Z");
  settings.tiers.value = {.from = ValueSetting::From::amounts,
                          .kinds = {"order_total"},
                          .minus = {"refund"},
                          .currency = "EUR",
                          .period_us = 10 * kUsPerDay,
                          .every = TierEvery::week};
  settings.tiers.tier.from = TierSetting::From::value;
  settings.tiers.groups = {
      {.name = "household", .from = GroupSetting::From::profile, .fields = {"street"}},
      {.name = "account", .from = GroupSetting::From::identifier, .kind = "phone"}};
  if (agents) settings.linking.agent_time_rules.push_back({"calls", "crm", "acd"});
  return settings;
}

struct Linked {
  LinkSummary summary;
  std::map<std::string, std::string> tables;  // rows and their hash, whatever their order
};

inline Linked link_all(store::Database& database, const LinkSettings& settings) {
  Linked linked;
  auto summary = link_workspace(database, settings);
  if (!summary.ok()) {
    ADD_FAILURE() << describe(summary.error());
    return linked;
  }
  linked.summary = *summary;
  auto connection = database.connect();
  for (const std::string_view table : kTables) {
    auto rows = connection->query_text(fmt::format(
        "SELECT count(*) || ' ' || coalesce(sum(hash(t)::HUGEINT), 0) FROM store.{} t", table));
    linked.tables[std::string(table)] = rows.ok() ? *rows : describe(rows.error());
  }
  return linked;
}

}  // namespace clewline::engine::testing_support
