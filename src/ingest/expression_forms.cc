#include <algorithm>

#include "ingest/expression_lowering.h"
#include "ingest/row_issue.h"
#include "ingest/spelling.h"

namespace clewline::ingest {
namespace {

std::string when_lost(const std::string& input, const std::string& output, std::uint64_t bit) {
  return "(CASE WHEN " + input + " IS NOT NULL AND " + output + " IS NULL THEN " +
         std::to_string(bit) + "::UBIGINT ELSE 0::UBIGINT END)";
}

}  // namespace

Result<std::string> ExpressionLowering::constant_argument(const Expression& node,
                                                          std::size_t position, const Scope& scope,
                                                          const char* what) {
  if (position >= node.children.size()) {
    return refuse(scope, node, node.name + " needs " + what, "See docs/reference/mapping.md.");
  }
  const Expression& child = node.children[position];
  if (child.is_text) return child.text;
  if (child.kind == Expression::Kind::column && child.names.size() == 1) return child.names[0];
  return refuse(scope, child, std::string(what) + " of " + node.name + " must be a constant",
                "Write it in single quotes.");
}

Result<Lowered> ExpressionLowering::lower_form(const Expression& node, const Scope& scope) {
  if (node.name == "ts") return lower_ts(node, scope);
  if (node.name == "enum") return lower_enum(node, scope);
  if (node.name == "lookup") return lower_lookup(node, scope);
  if (node.name == "index") return lower_index(node, scope);
  if (node.name == "ms_between" || node.name == "plus_ms")
    return lower_time_arithmetic(node, scope);
  if (node.name == "field") {
    CLEW_TRY(const std::string path, constant_argument(node, 0, scope, "a path"));
    Lowered out;
    out.sql = column_for(path);
    out.type = ValueType::text;
    return out;
  }
  const std::size_t wanted = node.name == "item" ? 4 : node.name == "json" ? 2 : 1;
  if (node.children.size() != wanted) {
    return refuse(scope, node, node.name + " takes " + std::to_string(wanted) + " argument(s)",
                  "See docs/reference/mapping.md.");
  }
  CLEW_TRY(std::vector<Lowered> parts, lower_children(node, scope));
  const std::string& input = parts[0].sql;
  if (node.name == "number") return as_number(std::move(parts[0]));
  Lowered out;
  out.type = ValueType::text;
  std::uint64_t bit = 0;
  if (node.name == "decimal" || node.name == "integer") {
    out.sql = "TRY_CAST(nullif(CAST(" + input + " AS VARCHAR), '') AS " +
              (node.name == "decimal" ? "DECIMAL(18,4))" : "BIGINT)");
    out.type = ValueType::number;
    bit = issue_bit(text::Issue::number_malformed);
  } else if (node.name == "duration_ms") {
    out.sql = "clew_duration_ms(" + input + ")";
    out.type = ValueType::number;
    bit = issue_bit(RowIssue::duration_malformed);
  } else if (node.name == "key") {
    out.sql = "clew_key(" + input + ")";
    out.issues =
        or_issues({parts[0].issues, "coalesce(clew_key_issue(" + input + "), 0::UBIGINT)"});
    return out;
  } else if (node.name == "item") {
    out.sql = "clew_item(" + input + ", " + parts[1].sql + ", " + parts[2].sql + ", " +
              parts[3].sql + ")";
  } else if (node.name == "json") {
    out.sql = "clew_json(" + input + ", " + parts[1].sql + ")";
  } else {
    out.sql = "clew_url_decode(" + input + ")";
  }
  std::string lost;
  if (bit != 0) lost = when_lost("nullif(CAST(" + input + " AS VARCHAR), '')", out.sql, bit);
  out.issues = or_issues({parts[0].issues, lost});
  return out;
}

Result<std::size_t> ExpressionLowering::time_format(const std::string& format,
                                                    const std::string& zone, const Scope& scope,
                                                    const Expression& node) {
  const auto key = std::make_pair(format, zone);
  if (const auto found = format_numbers_.find(key); found != format_numbers_.end())
    return found->second;
  auto compiled = text::TimeFormat::compile(format, zone);
  if (!compiled.ok()) return refuse(scope, node, compiled.error().message, compiled.error().hint);
  time_formats_.push_back(*compiled);
  time_zones_.push_back(zone);
  format_numbers_.emplace(key, time_formats_.size() - 1);
  return time_formats_.size() - 1;
}

Result<Lowered> ExpressionLowering::lower_ts(const Expression& node, const Scope& scope) {
  std::string near = "NULL::TIMESTAMP";
  std::string same = "NULL::TIMESTAMP";
  bool has_context = false;
  std::size_t positional = 0;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Expression& child = node.children[i];
    if (child.argument.empty()) {
      if (positional != i)
        return refuse(scope, child, "named arguments of ts come last",
                      "Write ts(value, format, near := other).");
      ++positional;
      continue;
    }
    CLEW_TRY(const Lowered other, lower_node(child, scope));
    if (other.type != ValueType::time)
      return refuse(scope, child, "`" + child.argument + "` of ts must be a time",
                    "Write ts(…) there.");
    if (child.argument == "near") {
      near = other.sql;
    } else if (child.argument == "same_moment") {
      same = other.sql;
    } else {
      return refuse(scope, child, "ts has no argument \"" + child.argument + "\"",
                    "Use near or same_moment.");
    }
    has_context = true;
  }
  if (positional < 2 || positional > 3) {
    return refuse(scope, node, "ts takes a value and a format",
                  "Write ts(value, 'iso') or ts(value, 'iso', 'Europe/Berlin').");
  }
  CLEW_TRY(const Lowered value, lower_node(node.children[0], scope));
  CLEW_TRY(const std::string format, constant_argument(node, 1, scope, "the format"));
  std::string zone = zone_;
  if (positional == 3) {
    CLEW_TRY(zone, constant_argument(node, 2, scope, "the zone"));
  }
  CLEW_TRY(const std::size_t number, time_format(format, zone, scope, node));
  const std::string input =
      value.type == ValueType::text ? value.sql : "CAST(" + value.sql + " AS VARCHAR)";
  std::string sql =
      (has_context ? "clew_ts_near(" : "clew_ts(") + input + ", " + std::to_string(number);
  if (has_context) sql += ", " + near + ", " + same;
  Lowered out = hoist(sql + ")", zone);
  out.issues = or_issues({value.issues, out.issues});
  return out;
}

Result<Lowered> ExpressionLowering::lower_enum(const Expression& node, const Scope& scope) {
  CLEW_TRY(const std::string name, constant_argument(node, 0, scope, "the map"));
  if (node.children.size() != 2)
    return refuse(scope, node, "enum takes a map and a value", "Write enum(map, value).");
  std::vector<std::string_view> known;
  const EnumMap* map = nullptr;
  for (const EnumMap& candidate : mapping_.maps) {
    known.push_back(candidate.name);
    if (candidate.name == name) map = &candidate;
  }
  if (map == nullptr)
    return refuse(scope, node.children[0], "no map \"" + name + "\"", spelling_hint(name, known));
  CLEW_TRY(const Lowered value, lower_node(node.children[1], scope));
  const std::string input =
      value.type == ValueType::text ? value.sql : "CAST(" + value.sql + " AS VARCHAR)";
  const auto literal = [](const std::optional<std::string>& text) {
    return text ? store::quote_literal(*text) : std::string("NULL::VARCHAR");
  };
  Lowered out;
  out.type = ValueType::text;
  out.sql = "(CASE WHEN " + input + " IS NULL THEN NULL";
  std::string natives;
  for (const auto& [native, entry] : map->entries) {
    out.sql += " WHEN " + input + " = " + store::quote_literal(native) + " THEN " + literal(entry);
    natives += (natives.empty() ? "" : ", ") + store::quote_literal(native);
  }
  out.sql += " ELSE " + literal(map->fallback) + " END)";
  std::string unknown = input + " IS NOT NULL";
  if (!natives.empty()) unknown += " AND " + input + " NOT IN (" + natives + ")";
  out.issues = or_issues({value.issues, "(CASE WHEN " + unknown + " THEN " +
                                            std::to_string(issue_bit(RowIssue::unknown_enum)) +
                                            "::UBIGINT ELSE 0::UBIGINT END)"});
  return out;
}

Result<Lowered> ExpressionLowering::lower_lookup(const Expression& node, const Scope& scope) {
  CLEW_TRY(const std::string table, constant_argument(node, 0, scope, "the table"));
  if (node.children.size() < 2 || node.children.size() > 3) {
    return refuse(scope, node, "lookup takes a table, a key and a column",
                  "Write lookup(agents, agent_id, name).");
  }
  CLEW_TRY(Lowered out, lower_node(node.children[1], scope));
  out.lookup_table = table;
  out.lookup_column = "name";
  if (node.children.size() == 3) {
    CLEW_TRY(out.lookup_column, constant_argument(node, 2, scope, "the column"));
  }
  return out;
}

Result<Lowered> ExpressionLowering::lower_index(const Expression& node, const Scope& scope) {
  CLEW_TRY(const std::string alias, constant_argument(node, 0, scope, "a loop"));
  const LoopPath* loop = find_loop(alias);
  if (loop == nullptr)
    return refuse(scope, node, "no loop \"" + alias + "\"", "Name an alias of for_each.");
  use_items(loop->depth);
  Lowered out;
  out.sql = "i" + std::to_string(loop->depth - 1);
  out.type = ValueType::number;
  return out;
}

Result<Lowered> ExpressionLowering::lower_time_arithmetic(const Expression& node,
                                                          const Scope& scope) {
  if (node.children.size() != 2)
    return refuse(scope, node, node.name + " takes two arguments",
                  "See docs/reference/mapping.md.");
  CLEW_TRY(std::vector<Lowered> parts, lower_children(node, scope));
  if (parts[0].type != ValueType::time)
    return refuse(scope, node.children[0], node.name + " begins with a time",
                  "Write ts(value, format).");
  Lowered out;
  out.issues = or_issues({parts[0].issues, parts[1].issues});
  if (node.name == "ms_between") {
    if (parts[1].type != ValueType::time)
      return refuse(scope, node.children[1], "ms_between takes two times",
                    "Write ts(value, format).");
    out.sql = "((epoch_us(" + parts[1].sql + ") - epoch_us(" + parts[0].sql + ")) // 1000)";
    out.type = ValueType::number;
    return out;
  }
  const Lowered ms = as_number(parts[1]);
  out.issues = or_issues({parts[0].issues, ms.issues});
  out.sql =
      "(" + parts[0].sql + " + to_microseconds(CAST(round(" + ms.sql + " * 1000) AS BIGINT)))";
  out.type = ValueType::time;
  out.precision = parts[0].precision;
  return out;
}

}  // namespace clewline::ingest
