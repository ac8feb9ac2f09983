#include "ingest/expression.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "ingest/expression_functions.h"
#include "ingest/spelling.h"

namespace clewline::ingest {
namespace {

using Json = simdjson::dom::element;

/// An element, or that it is absent.
class Found {
 public:
  Found(Json element) : result_(std::move(element)) {}
  Found(simdjson::simdjson_result<Json> result) : result_(std::move(result)) {}
  simdjson::simdjson_result<Json> operator[](const char* key) const { return result_[key]; }

 private:
  simdjson::simdjson_result<Json> result_;
};

using Kind = Expression::Kind;

constexpr int kPrefixBytes = 9;  // "SELECT (\n"
constexpr int kDepthMax = 100;
constexpr std::size_t kTextMax = 20'000;
constexpr std::size_t kShownMax = 120;  // of an expression in a message
constexpr std::size_t kRepeatMax = 1000;

std::string text_of(Found node, const char* key) {
  std::string_view text;
  if (node[key].get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

bool flag_of(Found node, const char* key) {
  bool value = false;
  return node[key].get(value) == simdjson::SUCCESS && value;
}

bool is_empty_list(Found node, const char* key) {
  simdjson::dom::array list;
  return node[key].get(list) != simdjson::SUCCESS || list.size() == 0;
}

bool is_absent(Found node, const char* key) {
  Json value;
  return node[key].get(value) != simdjson::SUCCESS || value.is_null();
}

std::string quote_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

/// Turns the serialised tree into ours, refusing whatever is not allowed.
class TreeReader {
 public:
  explicit TreeReader(const ExpressionText& source) : source_(source) {}

  Result<Expression> read(const Json& node, int depth) {
    if (depth > kDepthMax)
      return refuse(-1, "the expression is nested too deeply", "Split it with `let`.");
    const std::string type_class = text_of(node, "class");
    Expression out;
    out.argument = text_of(node, "alias");
    std::uint64_t location = 0;
    if (node["query_location"].get(location) == simdjson::SUCCESS && location < kTextMax * 2) {
      out.position = static_cast<int>(location) - kPrefixBytes;
    }
    if (type_class == "COLUMN_REF") return column(node, std::move(out));
    if (type_class == "CONSTANT") return constant(node, std::move(out));
    if (type_class == "FUNCTION") return call(node, std::move(out), depth);
    if (type_class == "COMPARISON") return comparison(node, std::move(out), depth);
    if (type_class == "CONJUNCTION") return conjunction(node, std::move(out), depth);
    if (type_class == "OPERATOR") return operation(node, std::move(out), depth);
    if (type_class == "CASE") return branches(node, std::move(out), depth);
    if (type_class == "BETWEEN") return between(node, std::move(out), depth);
    if (type_class == "CAST") return cast(node, std::move(out), depth);
    return refuse(
        out.position, "expressions cannot hold " + described(type_class),
        "Only scalar SQL over the record's own fields is allowed (docs/reference/mapping.md).");
  }

 private:
  static std::string described(const std::string& type_class) {
    if (type_class == "SUBQUERY") return "a sub-query";
    if (type_class == "WINDOW") return "a window function";
    if (type_class == "LAMBDA") return "a lambda";
    if (type_class == "STAR") return "*";
    if (type_class == "PARAMETER") return "a parameter";
    return type_class;
  }
  Error refuse(int position, std::string message, std::string hint) const {
    Place place = source_.place;
    if (position > 0 && source_.text.find('\n') == std::string::npos) place.column += position;
    return error_at(place, std::move(message), std::move(hint));
  }
  Status children_of(const Json& node, const char* key, Expression& out, int depth) {
    simdjson::dom::array list;
    if (node[key].get(list) != simdjson::SUCCESS) return {};
    for (const Json child : list) {
      CLEW_TRY(Expression expression, read(child, depth + 1));
      out.children.push_back(std::move(expression));
    }
    return {};
  }
  Status child_of(const Json& node, const char* key, Expression& out, int depth) {
    Json child;
    if (node[key].get(child) != simdjson::SUCCESS || child.is_null()) return {};
    CLEW_TRY(Expression expression, read(child, depth + 1));
    out.children.push_back(std::move(expression));
    return {};
  }

  Result<Expression> column(const Json& node, Expression out) {
    out.kind = Kind::column;
    simdjson::dom::array names;
    if (node["column_names"].get(names) == simdjson::SUCCESS) {
      for (const Json name : names) {
        std::string_view text;
        if (name.get(text) == simdjson::SUCCESS) out.names.emplace_back(text);
      }
    }
    return out;
  }

  Result<Expression> constant(const Json& node, Expression out) {
    out.kind = Kind::constant;
    const Found value = node["value"];
    if (flag_of(value, "is_null")) {
      out.name = "NULL";
      out.is_null_constant = true;
      return out;
    }
    const std::string type = text_of(value["type"], "id");
    Json literal;
    if (value["value"].get(literal) != simdjson::SUCCESS)
      return refuse(out.position, "a literal without value", "Rewrite it.");
    if (type == "VARCHAR") {
      std::string_view text;
      if (literal.get(text) == simdjson::SUCCESS) out.text = text;
      out.is_text = true;
      out.name = quote_text(out.text);
      return out;
    }
    std::int64_t number = 0;
    double real = 0;
    if (type == "DECIMAL" && literal.get(number) == simdjson::SUCCESS) {
      std::int64_t scale = 0;
      if (value["type"]["type_info"]["scale"].get(scale) != simdjson::SUCCESS) scale = 0;
      out.name = decimal_text(number, scale);
      return out;
    }
    if ((type == "INTEGER" || type == "BIGINT" || type == "SMALLINT" || type == "TINYINT") &&
        literal.get(number) == simdjson::SUCCESS) {
      out.name = std::to_string(number);
      return out;
    }
    if (type == "DOUBLE" && literal.get(real) == simdjson::SUCCESS) {
      out.name = "CAST('" + std::to_string(real) + "' AS DOUBLE)";
      return out;
    }
    return refuse(out.position, "a literal of type " + type + " is not allowed",
                  "Write a text, or a smaller number.");
  }

  static std::string decimal_text(std::int64_t unscaled, std::int64_t scale) {
    std::string digits = std::to_string(unscaled < 0 ? -unscaled : unscaled);
    const auto places = static_cast<std::size_t>(std::clamp<std::int64_t>(scale, 0, 18));
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (places > 0) digits.insert(digits.size() - places, ".");
    return (unscaled < 0 ? "-" : "") + digits;
  }

  /// Whether the second argument is a whole number from 0 to kRepeatMax, written as such.
  static bool is_short_count(const std::vector<Expression>& arguments) {
    if (arguments.size() < 2 || arguments[1].kind != Kind::constant || arguments[1].is_text)
      return false;
    const std::string& digits = arguments[1].name;
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return error == std::errc() && end == digits.data() + digits.size() && count <= kRepeatMax;
  }

  Result<Expression> call(const Json& node, Expression out, int depth) {
    out.name = text_of(node, "function_name");
    const bool is_operator = flag_of(node, "is_operator");
    out.kind = is_operator ? Kind::binary : Kind::call;
    if (!text_of(node, "schema").empty() || !text_of(node, "catalog").empty() ||
        flag_of(node, "distinct") || !is_absent(node, "filter") ||
        !is_empty_list(node["order_bys"], "orders") || flag_of(node, "export_state")) {
      return refuse(out.position, "\"" + out.name + "\" is not called as a scalar function",
                    "Remove DISTINCT, FILTER, ORDER BY or the schema.");
    }
    std::transform(out.name.begin(), out.name.end(), out.name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool allowed = is_operator ? is_allowed_operator(out.name)
                                     : is_form(out.name) || is_allowed_function(out.name);
    if (!allowed) {
      if (is_operator)
        return refuse(out.position, "operator " + out.name + " is not allowed",
                      "See docs/reference/mapping.md.");
      return refuse(out.position, "function \"" + out.name + "\" is not allowed here",
                    spelling_hint(out.name, callable_names()));
    }
    CLEW_TRY_VOID(children_of(node, "children", out, depth));
    if (out.children.size() > 64)
      return refuse(out.position, "too many arguments", "Split the expression with `let`.");
    const bool grows = out.name == "repeat" || out.name == "lpad" || out.name == "rpad";
    if (grows && !is_short_count(out.children))
      return refuse(out.position,
                    out.name + " wants its length as a number up to " + std::to_string(kRepeatMax) +
                        " that stands in the mapping",
                    "A length of the record's could ask for any amount of memory.");
    return out;
  }

  Result<Expression> comparison(const Json& node, Expression out, int depth) {
    static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"COMPARE_EQUAL", "="},
        {"COMPARE_NOTEQUAL", "<>"},
        {"COMPARE_LESSTHAN", "<"},
        {"COMPARE_GREATERTHAN", ">"},
        {"COMPARE_LESSTHANOREQUALTO", "<="},
        {"COMPARE_GREATERTHANOREQUALTO", ">="},
        {"COMPARE_DISTINCT_FROM", "IS DISTINCT FROM"},
        {"COMPARE_NOT_DISTINCT_FROM", "IS NOT DISTINCT FROM"},
    };
    out.kind = Kind::compare;
    const std::string type = text_of(node, "type");
    for (const auto& [name, sql] : kNames) {
      if (type == name) out.name = sql;
    }
    if (out.name.empty())
      return refuse(out.position, "comparison " + type + " is not allowed", "Use = <> < > <= >=.");
    CLEW_TRY_VOID(child_of(node, "left", out, depth));
    CLEW_TRY_VOID(child_of(node, "right", out, depth));
    return out;
  }

  Result<Expression> conjunction(const Json& node, Expression out, int depth) {
    out.kind = Kind::logical;
    out.name = text_of(node, "type") == "CONJUNCTION_AND" ? "AND" : "OR";
    CLEW_TRY_VOID(children_of(node, "children", out, depth));
    return out;
  }

  Result<Expression> operation(const Json& node, Expression out, int depth) {
    static constexpr std::pair<std::string_view, Kind> kKinds[] = {
        {"COMPARE_IN", Kind::in},
        {"COMPARE_NOT_IN", Kind::not_in},
        {"OPERATOR_NOT", Kind::negation},
        {"OPERATOR_IS_NULL", Kind::is_null},
        {"OPERATOR_IS_NOT_NULL", Kind::is_not_null},
        {"OPERATOR_COALESCE", Kind::call},
        {"ARRAY_EXTRACT", Kind::element},
        {"STRUCT_EXTRACT", Kind::member},
    };
    const std::string type = text_of(node, "type");
    const auto found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                    [&](const auto& row) { return row.first == type; });
    if (found == std::end(kKinds))
      return refuse(out.position, type + " is not allowed in expressions",
                    "See docs/reference/mapping.md.");
    out.kind = found->second;
    if (type == "OPERATOR_COALESCE") out.name = "coalesce";
    CLEW_TRY_VOID(children_of(node, "children", out, depth));
    return out;
  }

  Result<Expression> branches(const Json& node, Expression out, int depth) {
    out.kind = Kind::branches;
    simdjson::dom::array checks;
    if (node["case_checks"].get(checks) == simdjson::SUCCESS) {
      for (const Json check : checks) {
        CLEW_TRY_VOID(child_of(check, "when_expr", out, depth));
        CLEW_TRY_VOID(child_of(check, "then_expr", out, depth));
      }
    }
    CLEW_TRY_VOID(child_of(node, "else_expr", out, depth));
    return out;
  }

  Result<Expression> between(const Json& node, Expression out, int depth) {
    out.kind = Kind::between;
    for (const char* key : {"input", "lower", "upper"})
      CLEW_TRY_VOID(child_of(node, key, out, depth));
    return out;
  }

  Result<Expression> cast(const Json& node, Expression out, int depth) {
    out.kind = Kind::cast;
    const Found type = node["cast_type"];
    const std::string id = text_of(type, "id");
    out.name = allowed_cast_type(id);
    if (id == "DECIMAL") {
      std::int64_t width = 18;
      std::int64_t scale = 3;
      if (type["type_info"]["width"].get(width) != simdjson::SUCCESS) width = 18;
      if (type["type_info"]["scale"].get(scale) != simdjson::SUCCESS) scale = 3;
      out.name = "DECIMAL(" + std::to_string(width) + "," + std::to_string(scale) + ")";
    }
    if (out.name.empty()) {
      return refuse(out.position,
                    id == "UNBOUND" ? "a cast to a type that is not known"
                                    : "a cast to " + id + " is not allowed",
                    id.starts_with("TIMESTAMP") ? "Write ts(value, format) for times."
                                                : "Cast to a number, VARCHAR or BOOLEAN.");
    }
    CLEW_TRY_VOID(child_of(node, "child", out, depth));
    return out;
  }

  const ExpressionText& source_;
};

bool is_plain_select(Found node) {
  if (text_of(node, "type") != "SELECT_NODE") return false;
  return is_empty_list(node, "modifiers") && is_empty_list(node["cte_map"], "map") &&
         text_of(node["from_table"], "type") == "EMPTY" && is_absent(node, "where_clause") &&
         is_empty_list(node, "group_expressions") && is_absent(node, "having") &&
         is_absent(node, "sample") && is_absent(node, "qualify");
}

/// Our forms whose names are types to DuckDB's grammar, which takes them as functions only when
/// quoted.
constexpr std::string_view kTypeNamedForms[] = {"decimal", "integer"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Tells whether the words before `at` make what follows a type: `x::decimal(9, 2)`, `CAST(x AS
/// decimal(9, 2))`.
bool names_a_type(std::string_view before) {
  while (!before.empty() && std::isspace(static_cast<unsigned char>(before.back())) != 0)
    before.remove_suffix(1);
  if (before.ends_with("::")) return true;
  if (before.size() < 2) return false;
  const std::string_view word = before.substr(before.size() - 2);
  const bool as = (word[0] == 'a' || word[0] == 'A') && (word[1] == 's' || word[1] == 'S');
  return as && (before.size() == 2 || !is_word(before[before.size() - 3]));
}

/// Quotes the names of `kTypeNamedForms` where they are called; texts and quoted names stay as they
/// are.
std::string quote_type_named_forms(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\'' || text[at] == '"') {
      const std::size_t end = std::min(text.find(text[at], at + 1), text.size() - 1);
      out += text.substr(at, end + 1 - at);
      at = end + 1;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end == at) {
      out += text[at++];
      continue;
    }
    const std::string_view word = text.substr(at, end - at);
    const std::size_t next = text.find_first_not_of(" \t\n", end);
    const bool called = next != std::string_view::npos && text[next] == '(';
    const bool form = called &&
                      std::find(std::begin(kTypeNamedForms), std::end(kTypeNamedForms), word) !=
                          std::end(kTypeNamedForms) &&
                      !names_a_type(text.substr(0, at));
    out += form ? '"' + std::string(word) + '"' : std::string(word);
    at = end;
  }
  return out;
}

}  // namespace

Result<Expression> parse_expression(store::Connection& parser, const ExpressionText& source) {
  if (source.text.size() > kTextMax)
    return error_at(source.place, "the expression is too long", "Split it with `let`.");
  const std::string sql = "SELECT (\n" + quote_type_named_forms(source.text) + "\n)";
  CLEW_TRY(const std::string tree,
           parser.query_text("SELECT json_serialize_sql($1::VARCHAR)", {std::string_view(sql)}));
  simdjson::dom::parser json;
  Json root;
  if (json.parse(tree).get(root) != simdjson::SUCCESS) {
    return Error{ErrorCode::internal, "DuckDB's expression tree is not JSON",
                 "Please report this expression: " + source.text};
  }
  if (flag_of(root, "error")) {
    Place place = source.place;
    const std::string position = text_of(root, "position");
    const int offset = position.empty() ? 0 : std::atoi(position.c_str()) - kPrefixBytes;
    if (offset > 0 && source.text.find('\n') == std::string::npos) place.column += offset;
    const std::string reason = text_of(root, "error_message");
    if (reason.starts_with("Max expression depth"))
      return error_at(place, "the expression is nested too deeply", "Split it with `let`.");
    const bool whole = source.text.size() <= kShownMax;
    return error_at(
        place, "not an SQL expression: " + reason,
        "In: " + (whole ? source.text : source.text.substr(0, kShownMax) + "…") +
            " (a field named like a word of SQL, such as end, at, order, goes in double quotes)");
  }
  simdjson::dom::array statements;
  simdjson::dom::array list;
  if (root["statements"].get(statements) != simdjson::SUCCESS || statements.size() != 1 ||
      !is_plain_select(statements.at(0)["node"]) ||
      statements.at(0)["node"]["select_list"].get(list) != simdjson::SUCCESS || list.size() != 1) {
    return error_at(source.place, "not one scalar expression",
                    "Write one expression without SELECT, FROM or `;`.");
  }
  return TreeReader(source).read(list.at(0), 0);
}

}  // namespace clewline::ingest
