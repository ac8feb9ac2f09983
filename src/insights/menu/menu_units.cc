#include <fmt/format.h>

#include "insights/menu/menu_internal.h"

namespace clewline::insights {
namespace {

// A row a step. `last` and `until_next` look at the visit's later steps.
constexpr std::string_view kUnitsSql = R"sql(SELECT *, lead("at") OVER visit IS NULL AS last,
  date_diff('millisecond', "at", lead("at") OVER visit) AS until_next,
  CASE WHEN option IS NOT NULL THEN coalesce(node, '(none)') || ' ' || option END AS choice
FROM (
  SELECT event_id AS unit_id, customer_id, interaction_id, transaction_id, occurred_at AS "at", sequence, source, system,
    coalesce(flow_name, flow_id) AS flow, node_id AS node, node_type, {0} AS version,
    CASE event_type WHEN 'ivr.input' THEN 'answered' WHEN 'ivr.no_input' THEN 'no_input' WHEN 'ivr.no_match' THEN 'no_match'
      WHEN 'bot.no_match' THEN 'no_match'
      ELSE CASE WHEN lower(node_result) IN ({1}) THEN 'fault' WHEN lower(node_result) IN ({2}) THEN 'timeout' ELSE 'ran' END END AS result,
    CASE WHEN event_type = 'ivr.input' THEN node_result END AS option
  FROM events
  WHERE event_type IN ('ivr.step', 'ivr.input', 'ivr.no_input', 'ivr.no_match', 'bot.step', 'bot.no_match') AND system IN ({3})
    AND customer_id IS NOT NULL
)
WINDOW visit AS (PARTITION BY transaction_id ORDER BY "at", sequence, unit_id))sql";

// The version of a flow: said by the event, else by the reference table that held then.
constexpr std::string_view kVersionSql =
    R"sql(coalesce(json_extract_string(attributes, {0}),
      (SELECT max(json_extract_string(r.columns, '$.version')) FROM reference_rows r WHERE r.table_name = 'menus'
         AND r.key IN (events.flow_id, events.flow_name) AND occurred_at >= coalesce(r.valid_from, '-infinity'::TIMESTAMPTZ)
         AND occurred_at < coalesce(r.valid_to, 'infinity'::TIMESTAMPTZ))))sql";

std::string list_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts)
    out += (out.empty() ? "" : ", ") + store::quote_literal(text);
  return out.empty() ? "NULL" : out;
}

// Attributes are read only where the version is asked for.
bool names_version(const Asking& asking) {
  Selection named = asking.selection;
  named.where += " " + asking.compare;
  return mentions(named, "version");
}

}  // namespace

Result<std::string> menu_units_sql(const Asking& asking) {
  const MenuConfig& menu = asking.settings.counting.menu;
  const std::string version = fmt::format(
      fmt::runtime(kVersionSql), store::quote_literal("$.\"" + menu.version_attribute + "\""));
  return fmt::format(
      fmt::runtime(kUnitsSql), names_version(asking) ? version : "CAST(NULL AS VARCHAR)",
      list_of(menu.fault_results), list_of(menu.timeout_results), list_of(menu.systems));
}

std::vector<Measure> menu_measures(const Asking&) {
  const auto flag = [](const std::string& test) { return "CAST(" + test + " AS INTEGER)"; };
  const auto is = [&](const char* result) { return flag(fmt::format("result = '{}'", result)); };
  const std::string asked = "CASE WHEN result IN ('answered', 'no_input', 'no_match') THEN 1 END";
  const std::string ran = "CASE WHEN result IN ('ran', 'fault', 'timeout') THEN 1 END";
  using enum MeasureKind;
  return {
      {"steps", count, "1", "1", "times that a caller was at a node"},
      {"asked", count, "coalesce(" + asked + ", 0)", "1", "of them asked for an input"},
      {"answered", share, is("answered"), asked, "gave an input that was understood, of the asked"},
      {"no_input", share, is("no_input"), asked, "gave none in time"},
      {"no_match", share, is("no_match"), asked, "was not understood"},
      {"fault", share, is("fault"), ran, "the system failed, of the other steps"},
      {"timeout", share, is("timeout"), ran, "the system was too slow"},
      {"last_step", share, flag("last"), "1", "the last step of the visit: left here"},
      {"until_next", seconds, "until_next", "CASE WHEN until_next IS NOT NULL THEN 1 END",
       "mean time until the next step"},
  };
}

}  // namespace clewline::insights
