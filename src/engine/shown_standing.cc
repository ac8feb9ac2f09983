#include "engine/shown_standing.h"

#include <fmt/format.h>

#include "engine/query_table.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kStandingSql = R"sql(
WITH now AS (SELECT max(value::TIMESTAMPTZ) AS moment FROM store.settings WHERE key = 'as_of'),
tier AS (
  SELECT tier, reason, value, valid_from FROM store.customer_tiers, now
  WHERE customer_id = $1 AND (valid_from IS NULL OR valid_from <= moment) AND (valid_to IS NULL OR valid_to > moment)
), record AS (
  SELECT s.source, p.profile_id, s.valid_from, p.attributes FROM store.customer_profiles s JOIN store.profiles p USING (source, stream, record_id), now
  WHERE s.customer_id = $1 AND (s.valid_from IS NULL OR s.valid_from <= moment) AND (s.valid_to IS NULL OR s.valid_to > moment)
)
SELECT tier, reason AS tier_reason, value, tier.valid_from AS tier_from, source AS profile_source, profile_id, record.valid_from AS profile_from,
       attributes AS profile
FROM (SELECT 1) LEFT JOIN tier ON true LEFT JOIN record ON true)sql";

constexpr std::string_view kGroupsSql = R"sql(
WITH now AS (SELECT max(value::TIMESTAMPTZ) AS moment FROM store.settings WHERE key = 'as_of'),
members AS (
  SELECT grouping, group_key, customer_id FROM store.group_members, now
  WHERE (valid_from IS NULL OR valid_from <= moment) AND (valid_to IS NULL OR valid_to > moment)
), tiers AS (
  SELECT grouping, group_key, tier FROM store.group_tiers, now
  WHERE (valid_from IS NULL OR valid_from <= moment) AND (valid_to IS NULL OR valid_to > moment)
)
SELECT m.grouping, m.group_key, count(DISTINCT m.customer_id) AS members, any_value(t.tier) AS tier
FROM members m LEFT JOIN tiers t USING (grouping, group_key)
WHERE (m.grouping, m.group_key) IN (SELECT (grouping, group_key) FROM members WHERE customer_id = $1)
GROUP BY ALL ORDER BY ALL)sql";

std::string since(const UnitRow& row, std::string_view column) {
  const TimeUs at = row.time(column);
  return at == kNoTime ? std::string() : " since " + format_utc(at).substr(0, 10);
}

std::string tier_words(const UnitRow& row) {
  std::string words = "tier " + row.text("tier");
  if (!row.text("tier_reason").empty()) return words + ": " + row.text("tier_reason");
  words += since(row, "tier_from");
  const std::string value = render::plain_text(row.cell("value"));
  return value.empty() ? words : words + ", value " + value;
}

// {"tier":"gold","plan":"x"} as "tier gold, plan x"; attributes hold no nested objects.
std::string attribute_words(const std::string& json) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '\\' && i + 1 < json.size()) {
      out += json[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted || (c != '{' && c != '}' && c != ',' && c != ':')) {
      out += c;
    } else if (c == ',' || c == ':') {
      out += c == ',' ? ", " : " ";
    }
  }
  return out;
}

}  // namespace

Status add_standing(store::Connection& connection, const Id128& customer_id, Masking masking,
                    render::TreeNode& node) {
  CLEW_TRY(auto standing, query_table(connection, kStandingSql, {customer_id}));
  CLEW_TRY(const auto groups, query_table(connection, kGroupsSql, {customer_id}));
  const bool masked = masking != Masking::none;
  for (std::size_t i = 0; i < standing.columns.size(); ++i) {
    render::Cell& cell = standing.rows[0][i];
    const std::string& name = standing.columns[i].name;
    if (masked && (name == "profile_id" || name == "profile") &&
        !std::holds_alternative<std::monostate>(cell))
      cell = std::string(kMasked);
    if (name == "profile" && !masked) standing.columns[i].kind = render::ColumnKind::json;
    node.fields.emplace_back(standing.columns[i], cell);
  }
  const UnitRow row(standing, 0);
  if (!row.text("tier").empty()) node.remarks.push_back(tier_words(row));
  if (!row.text("profile_source").empty())
    node.remarks.push_back(
        fmt::format("customer record {} {}{}: {}", row.text("profile_source"),
                    row.text("profile_id"), since(row, "profile_from"),
                    masked ? row.text("profile") : attribute_words(row.text("profile"))));
  for (std::size_t i = 0; i < groups.rows.size(); ++i) {
    const UnitRow group(groups, i);
    const std::string tier = group.text("tier");
    node.remarks.push_back(fmt::format("{} {}: {}{}", group.text("grouping"),
                                       masked ? std::string(kMasked) : group.text("group_key"),
                                       render::counted(group.number("members"), "member"),
                                       tier.empty() ? "" : ", tier " + tier));
  }
  return {};
}

}  // namespace clewline::engine
