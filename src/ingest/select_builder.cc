#include "ingest/select_builder.h"

#include <algorithm>

namespace clewline::ingest {

std::string choose_by_rule(const RuleColumn& column, int rules) {
  std::map<std::string, std::vector<int>> groups;
  for (int rule = 0; rule < rules; ++rule) {
    const auto found = column.by_rule.find(rule);
    groups[found == column.by_rule.end() ? column.null_sql : found->second].push_back(rule);
  }
  if (groups.size() == 1) return groups.begin()->first;
  const auto largest = std::max_element(
      groups.begin(), groups.end(),
      [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  std::string sql = "CASE";
  for (const auto& [value, members] : groups) {
    if (value == largest->first) continue;
    sql += " WHEN e";
    if (members.size() == 1) {
      sql += " = " + std::to_string(members[0]);
    } else {
      sql += " IN (";
      for (std::size_t i = 0; i < members.size(); ++i)
        sql += (i == 0 ? "" : ", ") + std::to_string(members[i]);
      sql += ")";
    }
    sql += " THEN " + value;
  }
  return sql + " ELSE " + largest->first + " END";
}

std::string SelectBuilder::empty_source(const ExpressionLowering& lowering) {
  std::string sql =
      "(SELECT 0::UINTEGER AS r, 0::USMALLINT AS b, 0::BIGINT AS line_number, NULL::VARCHAR AS "
      "file_name";
  for (int i = 0; i < lowering.items_used(); ++i) sql += ", 0::INTEGER AS i" + std::to_string(i);
  for (std::size_t i = 0; i < lowering.paths().size(); ++i)
    sql += ", NULL::VARCHAR AS c" + std::to_string(i);
  return sql + " LIMIT 0)";
}

std::string SelectBuilder::time_layers(const ExpressionLowering& lowering,
                                       const std::string& from) {
  std::string sql = from;
  int deepest = -1;
  for (const HoistedTime& time : lowering.times()) deepest = std::max(deepest, time.layer);
  for (int layer = 0; layer <= deepest; ++layer) {
    std::string columns;
    for (std::size_t i = 0; i < lowering.times().size(); ++i) {
      if (lowering.times()[i].layer == layer)
        columns += ", " + lowering.times()[i].sql + " AS tm_" + std::to_string(i);
    }
    sql = "(SELECT *" + columns + " FROM " + sql + ")";
  }
  return sql;
}

std::string SelectBuilder::select(const ExpressionLowering& lowering,
                                  const std::string& from) const {
  std::string sql = time_layers(lowering, from);
  std::string meta;
  for (const auto& [name, value] : record_columns) meta += ", " + value + " AS " + name;
  sql = "(SELECT *" + meta + " FROM " + sql + ")";
  const std::string live = "(NOT coalesce(skip, false) AND rej IS NULL)";
  if (one_unconditional_rule) {
    sql = "(SELECT *, CASE WHEN " + live + " THEN 0 ELSE -1 END AS e FROM " + sql + ")";
  } else {
    std::string all;
    for (const std::string& condition : conditions) all += ", " + condition;
    sql = "(SELECT *, unnest(clew_rules(" + live + all + ")) AS e FROM " + sql + ")";
  }
  std::string list = "r, e";
  for (const auto& [name, value] : record_columns) list += ", " + name;
  for (const RuleColumn& column : columns) list += ", TRY(" + choose_by_rule(column, rules) + ")";
  return "SELECT " + list + " FROM " + sql;
}

}  // namespace clewline::ingest
