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

bool mentions(const Asking& asking, std::string_view field) {
  Selection selection = asking.selection;
  selection.where += " " + asking.compare;
  return mentions(selection, field);
}

}  // namespace clewline::insights
