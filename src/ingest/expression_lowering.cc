#include "ingest/expression_lowering.h"

#include <algorithm>

#include "ingest/row_issue.h"
#include "ingest/spelling.h"

namespace clewline::ingest {
namespace {

using Kind = Expression::Kind;

constexpr int kLetDepthMax = 16;

bool is_plain_key(const std::string& text) {
  if (text.empty()) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '-';
  });
}

std::string parenthesised(const std::string& sql) { return "(" + sql + ")"; }

}  // namespace

std::string or_issues(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    all += all.empty() ? part : " | " + part;
  }
  return all.find(" | ") == std::string::npos ? all : parenthesised(all);
}

ExpressionLowering::ExpressionLowering(const Mapping& mapping, RecordShape shape, std::string zone,
                                       store::Connection& parser)
    : mapping_(mapping), shape_(shape), zone_(std::move(zone)), parser_(parser) {}

Error ExpressionLowering::refuse(const Scope& scope, const Expression& node, std::string message,
                                 std::string hint) const {
  Place place = scope.source->place;
  if (node.position > 0 && scope.source->text.find('\n') == std::string::npos)
    place.column += node.position;
  return error_at(place, std::move(message), std::move(hint));
}

Status ExpressionLowering::read_loops() {
  for (const Loop& loop : mapping_.loops) {
    const std::size_t dot = loop.path.find('.');
    const std::string first = loop.path.substr(0, dot);
    LoopPath resolved{loop.path, 1};
    if (const LoopPath* parent = find_loop(first); parent != nullptr && dot != std::string::npos) {
      resolved = {parent->path + loop.path.substr(dot), parent->depth + 1};
    }
    if (resolved.depth > static_cast<int>(kForEachDepthMax)) {
      return error_at(loop.place, "loops nest more than four deep",
                      "Flatten the records, or leave the innermost loop out.");
    }
    if (find_loop(loop.alias) != nullptr)
      return error_at(loop.place, "two loops named " + loop.alias, "Rename one.");
    loops_.emplace(loop.alias, resolved);
  }
  return {};
}

const ExpressionLowering::LoopPath* ExpressionLowering::find_loop(const std::string& alias) const {
  const auto found = loops_.find(alias);
  return found == loops_.end() ? nullptr : &found->second;
}

Result<Lowered> ExpressionLowering::lower(const ExpressionText& source) {
  CLEW_TRY(const Expression tree, parse_expression(parser_, source));
  return lower_node(tree, Scope{&source, 0});
}

Result<std::string> ExpressionLowering::lower_path(const ExpressionText& source,
                                                   const std::string& suffix) {
  CLEW_TRY(const Expression tree, parse_expression(parser_, source));
  std::vector<std::string> parts;
  if (!path_of(tree, parts)) {
    return error_at(source.place, "\"" + source.text + "\" is no path",
                    "Name an object of the record, e.g. Attributes.");
  }
  return column_for(join_path(parts) + suffix);
}

bool ExpressionLowering::path_of(const Expression& node, std::vector<std::string>& parts) const {
  if (node.kind == Kind::column) {
    parts = node.names;
    return !parts.empty();
  }
  if (node.kind == Kind::member && node.children.size() == 2 && node.children[1].is_text) {
    if (!path_of(node.children[0], parts)) return false;
    parts.push_back(node.children[1].text);
    return true;
  }
  if (node.kind == Kind::element && node.children.size() == 2 &&
      node.children[1].kind == Kind::constant) {
    if (!path_of(node.children[0], parts)) return false;
    const Expression& index = node.children[1];
    parts.push_back(index.is_text ? index.text : "[" + index.name + "]");
    return true;
  }
  return false;
}

std::string ExpressionLowering::join_path(const std::vector<std::string>& parts) const {
  if (shape_ == RecordShape::csv) {
    std::string name;
    for (const std::string& part : parts) name += (name.empty() ? "" : ".") + part;
    return name;
  }
  std::string path;
  std::size_t first = 0;
  if (const LoopPath* loop = find_loop(parts[0]); loop != nullptr) {
    path = loop->path;
    first = 1;
  }
  for (std::size_t i = first; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    if (part.starts_with('[') || (i == 0 && part == "$")) {
      path += part;
    } else if (is_plain_key(part)) {
      path += (path.empty() ? "" : ".") + part;
    } else {
      std::string quoted;
      for (const char c : part) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
      }
      path += "[\"" + quoted + "\"]";
    }
  }
  return path;
}

std::string ExpressionLowering::column_for(const std::string& path) {
  const auto [entry, is_new] = path_numbers_.try_emplace(path, paths_.size());
  if (is_new) paths_.push_back(path);
  return "c" + std::to_string(entry->second);
}

Result<Lowered> ExpressionLowering::lower_column(const Expression& node, const Scope& scope) {
  if (node.names.size() == 1) {
    const std::string& name = node.names[0];
    for (const NamedExpression& let : mapping_.let) {
      if (let.name != name) continue;
      if (scope.let_depth >= kLetDepthMax)
        return refuse(scope, node, "`let` goes round in a circle: " + name, "Remove one use.");
      return lower_let(let, scope);
    }
    if (name == "line_number") {
      uses_line_number_ = true;
      Lowered line;
      line.sql = kLineColumn;
      line.type = ValueType::number;
      return line;
    }
    if (name == "file_name") {
      uses_file_name_ = true;
      Lowered file;
      file.sql = kFileColumn;
      file.type = ValueType::text;
      return file;
    }
  }
  Lowered out;
  out.sql = column_for(join_path(node.names));
  out.type = ValueType::text;
  return out;
}

/// A named expression is lowered once; later uses take the result.
Result<Lowered> ExpressionLowering::lower_let(const NamedExpression& let, const Scope& scope) {
  if (const auto found = lets_.find(let.name); found != lets_.end()) return found->second;
  CLEW_TRY(const Expression tree, parse_expression(parser_, let.expression));
  CLEW_TRY(Lowered lowered, lower_node(tree, Scope{&let.expression, scope.let_depth + 1}));
  lets_.emplace(let.name, lowered);
  return lowered;
}

Result<std::vector<Lowered>> ExpressionLowering::lower_children(const Expression& node,
                                                                const Scope& scope) {
  std::vector<Lowered> all;
  for (const Expression& child : node.children) {
    CLEW_TRY(Lowered lowered, lower_node(child, scope));
    all.push_back(std::move(lowered));
  }
  return all;
}

Result<Lowered> ExpressionLowering::lower_node(const Expression& node, const Scope& scope) {
  switch (node.kind) {
    case Kind::column: return lower_column(node, scope);
    case Kind::constant: {
      Lowered out;
      out.sql = node.name;
      out.type = node.is_text            ? ValueType::text
                 : node.is_null_constant ? ValueType::unknown
                                         : ValueType::number;
      out.is_text_constant = node.is_text;
      out.constant = node.text;
      return out;
    }
    case Kind::element:
    case Kind::member: {
      std::vector<std::string> parts;
      if (path_of(node, parts)) {
        Lowered out;
        out.sql = column_for(join_path(parts));
        out.type = ValueType::text;
        return out;
      }
      if (node.kind == Kind::member)
        return refuse(scope, node, "only source fields have parts", "Use json(text, path).");
      return lower_operator(node, scope);
    }
    case Kind::call: return lower_call(node, scope);
    case Kind::branches: return lower_branches(node, scope);
    case Kind::cast: return lower_cast(node, scope);
    default: return lower_operator(node, scope);
  }
}

Result<Lowered> ExpressionLowering::lower_operator(const Expression& node, const Scope& scope) {
  CLEW_TRY(std::vector<Lowered> parts, lower_children(node, scope));
  Lowered out;
  std::vector<std::string> issues;
  for (const Lowered& part : parts) issues.push_back(part.issues);
  out.issues = or_issues(issues);
  out.type = ValueType::boolean;
  const auto join = [&](const std::string& separator, std::size_t first) {
    std::string all;
    for (std::size_t i = first; i < parts.size(); ++i)
      all += (i == first ? "" : separator) + parts[i].sql;
    return all;
  };
  switch (node.kind) {
    case Kind::negation: out.sql = "(NOT " + parts[0].sql + ")"; break;
    case Kind::is_null: out.sql = "(" + parts[0].sql + " IS NULL)"; break;
    case Kind::is_not_null: out.sql = "(" + parts[0].sql + " IS NOT NULL)"; break;
    case Kind::in: out.sql = "(" + parts[0].sql + " IN (" + join(", ", 1) + "))"; break;
    case Kind::not_in: out.sql = "(" + parts[0].sql + " NOT IN (" + join(", ", 1) + "))"; break;
    case Kind::logical: out.sql = parenthesised(join(" " + node.name + " ", 0)); break;
    case Kind::compare: out.sql = parenthesised(join(" " + node.name + " ", 0)); break;
    case Kind::between:
      out.sql = "(" + parts[0].sql + " BETWEEN " + parts[1].sql + " AND " + parts[2].sql + ")";
      break;
    case Kind::element:
      out.sql = parts[0].sql + "[" + join("", 1) + "]";
      out.type = ValueType::unknown;
      break;
    default:  // binary, or a sign before one operand
      out.type = function_result(node.name);
      out.sql = parts.size() == 1 ? "(" + node.name + " " + parts[0].sql + ")"
                                  : parenthesised(join(" " + node.name + " ", 0));
      if (out.type == ValueType::unknown) {
        const bool with_time = std::any_of(parts.begin(), parts.end(), [](const Lowered& part) {
          return part.type == ValueType::time;
        });
        out.type = with_time ? ValueType::unknown : ValueType::number;
        const bool with_interval = std::any_of(parts.begin(), parts.end(), [](const Lowered& part) {
          return part.type == ValueType::interval;
        });
        if (with_time && with_interval) out.type = ValueType::time;
      }
  }
  return out;
}

Result<Lowered> ExpressionLowering::lower_branches(const Expression& node, const Scope& scope) {
  CLEW_TRY(std::vector<Lowered> parts, lower_children(node, scope));
  Lowered out;
  std::string issues;
  std::string quality;
  std::string precision;
  std::string zone;
  bool any_issue = false;
  const auto add = [&](const std::string& prefix, const Lowered& value) {
    out.sql += prefix + value.sql;
    issues += prefix + (value.issues.empty() ? "0::UBIGINT" : value.issues);
    quality += prefix + (value.quality.empty() ? "NULL" : value.quality);
    precision += prefix + (value.precision.empty() ? "NULL" : value.precision);
    zone += prefix + (value.zone.empty() ? "NULL" : value.zone);
    any_issue |= !value.issues.empty();
    if (out.type == ValueType::unknown) out.type = value.type;
  };
  const std::size_t pairs = parts.size() / 2;
  for (std::size_t i = 0; i < pairs; ++i)
    add(" WHEN " + parts[2 * i].sql + " THEN ", parts[2 * i + 1]);
  if (parts.size() % 2 == 1) add(" ELSE ", parts.back());
  out.sql = "(CASE" + out.sql + " END)";
  if (any_issue) out.issues = "(CASE" + issues + " END)";
  if (out.type == ValueType::time) {
    out.quality = "(CASE" + quality + " END)";
    out.precision = "(CASE" + precision + " END)";
    out.zone = "(CASE" + zone + " END)";
  }
  return out;
}

Result<Lowered> ExpressionLowering::lower_coalesce(const Expression& node, const Scope& scope) {
  CLEW_TRY(std::vector<Lowered> parts, lower_children(node, scope));
  Lowered out;
  out.sql = "coalesce(";
  std::string chain;
  std::vector<std::string> issues;
  std::string quality = "(CASE";
  std::string precision = "(CASE";
  std::string zone = "(CASE";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Lowered& part = parts[i];
    out.sql += (i == 0 ? "" : ", ") + part.sql;
    if (out.type == ValueType::unknown) out.type = part.type;
    if (!part.issues.empty()) {
      issues.push_back(chain.empty() ? part.issues
                                     : "(CASE WHEN " + chain + " THEN " + part.issues +
                                           " ELSE 0::UBIGINT END)");
    }
    const std::string present = " WHEN " + part.sql + " IS NOT NULL THEN ";
    quality += present + (part.quality.empty() ? "NULL" : part.quality);
    precision += present + (part.precision.empty() ? "NULL" : part.precision);
    zone += present + (part.zone.empty() ? "NULL" : part.zone);
    chain += (chain.empty() ? "" : " AND ") + part.sql + " IS NULL";
  }
  out.sql += ")";
  out.issues = or_issues(issues);
  if (out.type == ValueType::time) {
    out.quality = quality + " END)";
    out.precision = precision + " END)";
    out.zone = zone + " END)";
  }
  return out;
}

Result<Lowered> ExpressionLowering::lower_cast(const Expression& node, const Scope& scope) {
  CLEW_TRY(std::vector<Lowered> parts, lower_children(node, scope));
  Lowered out;
  out.sql = "TRY_CAST(" + parts[0].sql + " AS " + node.name + ")";
  out.issues = parts[0].issues;
  out.type = node.name == "VARCHAR"                       ? ValueType::text
             : node.name == "BOOLEAN"                     ? ValueType::boolean
             : node.name == "INTERVAL"                    ? ValueType::interval
             : node.name == "DATE" || node.name == "TIME" ? ValueType::unknown
                                                          : ValueType::number;
  if (out.type == ValueType::number && parts[0].type == ValueType::text) {
    out.issues =
        or_issues({out.issues, "(CASE WHEN " + parts[0].sql + " IS NOT NULL AND " + out.sql +
                                   " IS NULL THEN " +
                                   std::to_string(issue_bit(text::Issue::number_malformed)) +
                                   "::UBIGINT ELSE 0::UBIGINT END)"});
  }
  return out;
}

Result<Lowered> ExpressionLowering::lower_call(const Expression& node, const Scope& scope) {
  if (is_form(node.name)) return lower_form(node, scope);
  if (node.name == "coalesce" || node.name == "ifnull") return lower_coalesce(node, scope);
  CLEW_TRY(std::vector<Lowered> parts, lower_children(node, scope));
  Lowered out;
  out.sql = node.name + "(";
  std::vector<std::string> issues;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!node.children[i].argument.empty()) {
      return refuse(scope, node.children[i], "only ts has named arguments",
                    "Remove `" + node.children[i].argument + " :=`.");
    }
    out.sql += (i == 0 ? "" : ", ") + parts[i].sql;
    issues.push_back(parts[i].issues);
  }
  out.sql += ")";
  out.issues = or_issues(issues);
  out.type = function_result(node.name);
  if (out.type == ValueType::unknown && !parts.empty()) out.type = parts.back().type;
  return out;
}

Lowered ExpressionLowering::as_number(Lowered value) const {
  if (value.type != ValueType::text) return value;
  const std::string input =
      shape_ == RecordShape::csv ? value.sql : "nullif(" + value.sql + ", '')";
  Lowered out;
  out.sql = "TRY_CAST(" + input + " AS DOUBLE)";
  out.type = ValueType::number;
  out.issues = or_issues(
      {value.issues, "(CASE WHEN " + input + " IS NOT NULL AND " + out.sql + " IS NULL THEN " +
                         std::to_string(issue_bit(text::Issue::number_malformed)) +
                         "::UBIGINT ELSE 0::UBIGINT END)"});
  return out;
}

int ExpressionLowering::layer_of(const std::string& sql) const {
  int layer = -1;
  for (std::size_t at = sql.find("tm_"); at != std::string::npos; at = sql.find("tm_", at + 1)) {
    const auto number = static_cast<std::size_t>(std::atoi(sql.c_str() + at + 3));
    if (number < times_.size()) layer = std::max(layer, times_[number].layer);
  }
  return layer;
}

Lowered ExpressionLowering::hoist(const std::string& sql, const std::string& zone) {
  const auto [entry, is_new] = time_numbers_.try_emplace(sql, times_.size());
  if (is_new) times_.push_back({sql, layer_of(sql) + 1});
  const std::string name = "tm_" + std::to_string(entry->second);
  Lowered out;
  out.type = ValueType::time;
  out.sql = name + ".t";
  out.issues = name + ".i";
  out.quality = name + ".q";
  out.precision = name + ".p";
  if (!zone.empty()) {
    out.zone = "(CASE WHEN " + name +
               ".q = " + std::to_string(static_cast<int>(TimeQuality::assumed_zone) + 1) +
               " THEN " + store::quote_literal(zone) + " END)";
  }
  return out;
}

}  // namespace clewline::ingest
