#include "insights/frame/unit_sql.h"

#include <fmt/format.h>

namespace clewline::insights {

std::string as_of_sql(const Settings& settings) {
  return "TIMESTAMPTZ " + store::quote_literal(settings.as_of.empty() ? "epoch" : settings.as_of);
}

std::string list_sql(std::span<const std::string> texts) {
  std::string out;
  for (const std::string& text : texts)
    out += (out.empty() ? "" : ", ") + store::quote_literal(text);
  return out.empty() ? "NULL" : out;
}

std::string flag_sql(std::string_view condition) {
  return fmt::format("CAST({} AS INTEGER)", condition);
}

std::string among_sql(std::string_view condition) {
  return fmt::format("CASE WHEN {} THEN 1 END", condition);
}

std::string goal_reached_sql(const Settings& settings) {
  const ActionsConfig& config = settings.counting.actions;
  std::string out = "CASE WHEN goal IS NULL THEN NULL";
  for (const GoalResults& goal : config.reached)
    out += " WHEN goal = " + store::quote_literal(goal.goal) + " THEN result IN (" +
           list_sql(goal.results) + ")";
  return out + " ELSE result IN (" + list_sql(config.reached_otherwise) + ") END";
}

bool mentions(const Asking& asking, std::string_view field) {
  Selection selection = asking.selection;
  selection.where += " " + asking.compare;
  return mentions(selection, field);
}

}  // namespace clewline::insights
