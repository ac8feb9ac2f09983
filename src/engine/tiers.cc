#include "engine/tiers.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/closest_name.h"
#include "engine/query_table.h"
#include "engine/time_option.h"
#include "render/cell_text.h"
#include "store/settings.h"
#include "text/zone.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kHolds =
    "(valid_from IS NULL OR valid_from <= $1) AND (valid_to IS NULL OR valid_to > $1)";

constexpr std::string_view kCustomersSql = R"sql(
WITH placed AS (
  SELECT c.customer_id, CASE WHEN c.identified THEN coalesce(t.tier, 'none') ELSE 'none' END AS tier,
         CASE WHEN c.identified THEN t.reason ELSE 'anonymous' END AS reason, t.value
  FROM store.customers c LEFT JOIN (FROM store.customer_tiers WHERE {0}) t USING (customer_id)
), contacts AS (
  SELECT customer_id, count(*) AS n FROM store.interactions WHERE kind = 'contact' AND first_at <= $1 GROUP BY ALL
), issues AS (
  SELECT customer_id, count(*) AS n FROM store.engagements WHERE first_at <= $1 GROUP BY ALL
), tiers AS (
  SELECT tier, reason, count(*) AS customers, sum(value) AS value, coalesce(sum(contacts.n), 0)::BIGINT AS contacts,
         coalesce(sum(issues.n), 0)::BIGINT AS engagements
  FROM placed LEFT JOIN contacts USING (customer_id) LEFT JOIN issues USING (customer_id) GROUP BY ALL
)
SELECT tier, reason, customers, CASE WHEN reason IS DISTINCT FROM 'anonymous' THEN round(100.0 * customers / sum(customers) FILTER (WHERE reason IS DISTINCT FROM 'anonymous') OVER (), 1) END AS customers_percent, value::DECIMAL(18, 4) AS value,
       round(CASE WHEN value > 0 THEN 100.0 * value / sum(value) FILTER (WHERE value > 0) OVER () END, 1)::DOUBLE AS value_percent, contacts, engagements
FROM tiers
ORDER BY tier = 'none', coalesce(list_position($2::VARCHAR[], tier), 9), reason = 'anonymous', customers DESC, tier, reason)sql";

constexpr std::string_view kGroupsSql = R"sql(
WITH members AS (
  SELECT group_key, customer_id, valid_from, valid_to, {0} AS is_member FROM store.group_members WHERE grouping = $2
  UNION ALL
  SELECT NULL, customer_id, NULL, NULL, true FROM store.customers c
  WHERE identified AND customer_id NOT IN (SELECT customer_id FROM store.group_members WHERE grouping = $2 AND {0})
), sizes AS (
  SELECT m.group_key, count(DISTINCT m.customer_id) FILTER (WHERE is_member) AS members FROM members m GROUP BY ALL
), of_persons AS (
  SELECT group_key, string_agg(n || ' ' || tier, ', ' ORDER BY n DESC, tier) AS tiers, sum(value) AS value
  FROM (SELECT m.group_key, t.tier, count(*) AS n, sum(t.value) AS value FROM members m
        JOIN (FROM store.customer_tiers WHERE {0}) t USING (customer_id) WHERE is_member GROUP BY ALL) GROUP BY ALL
), sittings AS (
  SELECT m.group_key, count(*) FILTER (WHERE kind = 'contact') AS contacts, count(*) AS interactions
  FROM members m JOIN store.interactions i ON i.customer_id = m.customer_id AND (m.valid_from IS NULL OR m.valid_from <= i.first_at)
   AND (m.valid_to IS NULL OR m.valid_to > i.first_at) WHERE i.first_at <= $1 GROUP BY ALL
), issues AS (
  SELECT m.group_key, count(*) AS engagements
  FROM members m JOIN store.engagements g ON g.customer_id = m.customer_id AND (m.valid_from IS NULL OR m.valid_from <= g.first_at)
   AND (m.valid_to IS NULL OR m.valid_to > g.first_at) WHERE g.first_at <= $1 GROUP BY ALL
), tiers AS (
  SELECT group_key, tier, reason, value FROM store.group_tiers WHERE grouping = $2 AND {0}
)
SELECT s.group_key AS "group", s.members, coalesce(contacts, 0)::BIGINT AS contacts, coalesce(interactions, 0)::BIGINT AS interactions,
       coalesce(engagements, 0)::BIGINT AS engagements, p.value::DECIMAL(18, 4) AS value, t.tier, t.reason AS tier_reason, p.tiers AS members_by_tier
FROM sizes s LEFT JOIN sittings i ON i.group_key IS NOT DISTINCT FROM s.group_key LEFT JOIN issues g ON g.group_key IS NOT DISTINCT FROM s.group_key
LEFT JOIN of_persons p ON p.group_key IS NOT DISTINCT FROM s.group_key LEFT JOIN tiers t ON t.group_key = s.group_key
ORDER BY s.group_key IS NULL, p.value DESC NULLS LAST, contacts DESC NULLS LAST, s.group_key)sql";

// What the records offer, for whoever has not said where value and tiers are from.
constexpr std::string_view kOffersSql = R"sql(
SELECT coalesce('Your records offer amounts of events: ' || (SELECT string_agg(kind || ' (' || coalesce(currency, 'no currency') || ', ' || n || ')', ', ' ORDER BY n DESC, kind)
                FROM (SELECT amount_kind AS kind, currency, count(*) AS n FROM store.events WHERE amount IS NOT NULL AND amount_kind IS NOT NULL GROUP BY ALL)), 'No event of yours has an amount'),
       coalesce('the fields of your customer records: ' || (SELECT string_agg(DISTINCT source || ' ' || field, ', ' ORDER BY source || ' ' || field)
                FROM (SELECT source, unnest(json_keys(attributes)) AS field FROM (SELECT * FROM store.profiles LIMIT 1000))), 'no customer record has a field'))sql";

Status nothing_set(store::Connection& connection, const Workspace& workspace) {
  CLEW_TRY(const auto rows, connection.query_rows(kOffersSql));
  return Error{
      ErrorCode::conflict,
      "no tier is set: config/counting.yaml says neither what a customer is worth nor where tiers "
      "are from",
      fmt::format("Write there e.g.\n"
                  "    value: {{from: amounts, kinds: [order_total], minus: [refund], currency: "
                  "EUR, period: 365 d, every: month}}\n"
                  "    tiers: {{from: value}}\n"
                  "  or\n"
                  "    tiers: {{from: profile, source: crm, field: tier}}\n"
                  "  then run clewline link -w {}. {}; {}.",
                  workspace.folder(), std::get<std::string>(rows[0][0]),
                  std::get<std::string>(rows[0][1]))};
}

Error grouping_error(const Workspace& workspace, const std::string& wanted) {
  std::vector<std::string> names;
  for (const GroupSetting& group : workspace.config().tiers.groups) names.push_back(group.name);
  if (names.empty())
    return {ErrorCode::conflict, "no grouping is set in config/counting.yaml",
            "Write there e.g.\n    groups:\n      - {name: household, from: profile, fields: "
            "[last_name, street]}\n  then run clewline link -w " +
                workspace.folder()};
  return {ErrorCode::not_found, "config/counting.yaml has no grouping " + wanted,
          did_you_mean(wanted, names, "its groupings are listed under `groups`")};
}

Result<TimeUs> moment_of(store::Connection& connection, const Workspace& workspace,
                         const TiersRequest& request) {
  if (request.as_of) return read_time_option(*request.as_of, "--as-of");
  CLEW_TRY(const auto stored, store::setting(connection, "as_of"));
  const auto at = stored ? parse_rfc3339(*stored) : std::optional<TimeUs>();
  if (at) return *at;
  return Error{ErrorCode::conflict, "nothing is linked yet",
               "Import records and run `clewline link -w " + workspace.folder() + "` first."};
}

std::string day_of(const Workspace& workspace, TimeUs at) {
  const auto zone = text::Zone::find(workspace.config().zone);
  return format_utc(zone.ok() ? at + (*zone)->offset_us_at(at) : at).substr(0, 10);
}

std::int64_t whole(const render::Cell& cell) {
  const auto* found = std::get_if<std::int64_t>(&cell);
  return found == nullptr ? 0 : *found;
}

std::string words(const render::Cell& cell) { return render::plain_text(cell); }

// Money as people write it: "25,000.00".
std::string money(const std::string& decimal) {
  const std::size_t point = decimal.find('.');
  std::int64_t units = 0;
  const bool negative = decimal.starts_with('-');
  for (const char digit : decimal.substr(negative ? 1 : 0, point - (negative ? 1 : 0)))
    units = units * 10 + (digit - '0');
  return (negative ? "-" : "") + render::grouped(units) +
         (point == std::string::npos ? ".00" : decimal.substr(point, 3));
}

std::string customers_sentence(const Workspace& workspace, const render::ResultTable& table,
                               TimeUs at) {
  const TiersConfig& config = workspace.config().tiers;
  std::int64_t identified = 0;
  std::int64_t without = 0;
  for (const auto& row : table.rows) {
    if (words(row[1]) == "anonymous") continue;
    identified += whole(row[2]);
    if (words(row[0]) == "none") without += whole(row[2]);
  }
  const std::string on = "On " + day_of(workspace, at) + ", ";
  if (config.tier.from != TierSetting::From::value)
    return on + fmt::format("{} of {} ({}) have a tier, {}.", render::grouped(identified - without),
                            render::counted(identified, "identified customer"),
                            render::share_words(identified - without, identified),
                            config.tier.from == TierSetting::From::profile
                                ? "from the field " + config.tier.field + " of customer records"
                                : "from the reference table " + config.tier.table);
  for (const auto& row : table.rows) {
    if (words(row[0]) != config.tier.names[0]) continue;
    const std::string currency = config.value.currency.empty() ? "" : config.value.currency + " ";
    return on + fmt::format("{} of {} ({}) make {} % of the value ({}{}): tier {}.",
                            render::grouped(whole(row[2])),
                            render::counted(identified, "identified customer"),
                            render::share_words(whole(row[2]), identified), words(row[5]), currency,
                            money(words(row[4])), words(row[0]));
  }
  return on + fmt::format("none of {} has a value above zero, so none has a tier.",
                          render::counted(identified, "identified customer"));
}

Result<TiersAnswer> of_customers(store::Connection& connection, const Workspace& workspace,
                                 TimeUs at) {
  const auto& names = workspace.config().tiers.tier.names;
  const std::vector<std::string> order(names.begin(), names.end());
  TiersAnswer answer;
  CLEW_TRY(answer.table, query_table(connection, fmt::format(kCustomersSql, kHolds),
                                     {store::TimeValue{at}, std::span<const std::string>(order)}));
  answer.sentence = customers_sentence(workspace, answer.table, at);
  return answer;
}

// The last row of the query has those who are in no group.
Result<TiersAnswer> of_groups(store::Connection& connection, const Workspace& workspace,
                              const TiersRequest& request, TimeUs at) {
  TiersAnswer answer;
  CLEW_TRY(answer.table, query_table(connection, fmt::format(kGroupsSql, kHolds),
                                     {store::TimeValue{at}, std::string_view(request.grouping)}));
  auto& rows = answer.table.rows;
  const auto in_none = [](const auto& row) {
    return std::holds_alternative<std::monostate>(row[0]);
  };
  const bool some_outside = !rows.empty() && in_none(rows.back());
  const std::int64_t outside = some_outside ? whole(rows.back()[1]) : 0;
  std::int64_t members = 0;
  std::int64_t larger = 0;
  std::int64_t groups = 0;
  for (const auto& row : rows) {
    if (in_none(row)) continue;
    members += whole(row[1]);
    groups += whole(row[1]) > 0 ? 1 : 0;
    larger += whole(row[1]) > 1 ? 1 : 0;
  }
  answer.sentence = fmt::format(
      "On {}, there {} {} of {}, {} of them of more than one; {} in none.", day_of(workspace, at),
      groups == 1 ? "is" : "are", render::counted(groups, request.grouping),
      render::counted(members, "member"), render::grouped(larger),
      render::counted(outside, "identified customer is", "identified customers are"));
  for (auto& row : rows) {
    if (request.masking != Masking::none && !in_none(row)) row[0] = std::string(kMasked);
  }
  return answer;
}

}  // namespace

Result<TiersAnswer> list_tiers(Workspace& workspace, const TiersRequest& request) {
  const TiersConfig& config = workspace.config().tiers;
  CLEW_TRY(auto connection, workspace.connect());
  const bool of_grouping = !request.grouping.empty();
  const bool known = std::ranges::any_of(
      config.groups, [&](const GroupSetting& group) { return group.name == request.grouping; });
  if (of_grouping && !known) return grouping_error(workspace, request.grouping);
  if (!of_grouping && config.tier.from == TierSetting::From::nothing) {
    CLEW_TRY_VOID(nothing_set(connection, workspace));
  }
  CLEW_TRY(const TimeUs at, moment_of(connection, workspace, request));
  CLEW_TRY(TiersAnswer answer, of_grouping ? of_groups(connection, workspace, request, at)
                                           : of_customers(connection, workspace, at));
  CLEW_TRY(const auto linked_with, store::setting(connection, "config_hash"));
  if (linked_with != workspace.config().hash)
    answer.table.notes.push_back(
        "The configuration was changed since the last link: run clewline link -w " +
        workspace.folder());
  return answer;
}

}  // namespace clewline::engine
