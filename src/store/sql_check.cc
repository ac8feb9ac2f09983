#include "store/sql_check.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "store/database.h"

namespace clewline::store {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// Kinds of nodes a statement may have; everything else is refused, whatever DuckDB adds.
constexpr std::array<std::string_view, 78> kAllowedNodes = {"ARRAY_CONSTRUCTOR",
                                                            "ARRAY_EXTRACT",
                                                            "ARRAY_SLICE",
                                                            "ARRAY_TYPE_INFO",
                                                            "ASCENDING",
                                                            "BASE_TABLE",
                                                            "CASE_EXPR",
                                                            "COLLATE",
                                                            "COLUMN_REF",
                                                            "COMPARE_BETWEEN",
                                                            "COMPARE_DISTINCT_FROM",
                                                            "COMPARE_EQUAL",
                                                            "COMPARE_GREATERTHAN",
                                                            "COMPARE_GREATERTHANOREQUALTO",
                                                            "COMPARE_IN",
                                                            "COMPARE_LESSTHAN",
                                                            "COMPARE_LESSTHANOREQUALTO",
                                                            "COMPARE_NOTEQUAL",
                                                            "COMPARE_NOT_BETWEEN",
                                                            "COMPARE_NOT_DISTINCT_FROM",
                                                            "COMPARE_NOT_IN",
                                                            "CONJUNCTION_AND",
                                                            "CONJUNCTION_OR",
                                                            "CTE_NODE",
                                                            "DECIMAL_TYPE_INFO",
                                                            "DESCENDING",
                                                            "DISTINCT_MODIFIER",
                                                            "EMPTY",
                                                            "ENUM_TYPE_INFO",
                                                            "EXPRESSION_LIST",
                                                            "FUNCTION",
                                                            "GENERIC_TYPE_INFO",
                                                            "GROUPING_FUNCTION",
                                                            "INTEGER_LITERAL_TYPE_INFO",
                                                            "JOIN",
                                                            "LAMBDA",
                                                            "LIMIT_MODIFIER",
                                                            "LIMIT_PERCENT_MODIFIER",
                                                            "LIST_TYPE_INFO",
                                                            "MAP_TYPE_INFO",
                                                            "OPERATOR_CAST",
                                                            "OPERATOR_COALESCE",
                                                            "OPERATOR_IS_NOT_NULL",
                                                            "OPERATOR_IS_NULL",
                                                            "OPERATOR_NOT",
                                                            "OPERATOR_NULLIF",
                                                            "OPERATOR_TRY",
                                                            "OPERATOR_UNPACK",
                                                            "ORDER_DEFAULT",
                                                            "ORDER_MODIFIER",
                                                            "POSITIONAL_REFERENCE",
                                                            "RECURSIVE_CTE_NODE",
                                                            "SELECT_NODE",
                                                            "SET_OPERATION_NODE",
                                                            "STAR",
                                                            "STRING_LITERAL_TYPE_INFO",
                                                            "STRING_TYPE_INFO",
                                                            "STRUCT_EXTRACT",
                                                            "STRUCT_TYPE_INFO",
                                                            "SUBQUERY",
                                                            "TABLE_FUNCTION",
                                                            "TYPE_INFO",
                                                            "UNBOUND_TYPE_INFO",
                                                            "VALUE_CONSTANT",
                                                            "VALUE_NULL",
                                                            "WINDOW_AGGREGATE",
                                                            "WINDOW_CUME_DIST",
                                                            "WINDOW_FILL",
                                                            "WINDOW_FIRST_VALUE",
                                                            "WINDOW_LAG",
                                                            "WINDOW_LAST_VALUE",
                                                            "WINDOW_LEAD",
                                                            "WINDOW_NTH_VALUE",
                                                            "WINDOW_NTILE",
                                                            "WINDOW_PERCENT_RANK",
                                                            "WINDOW_RANK",
                                                            "WINDOW_RANK_DENSE",
                                                            "WINDOW_ROW_NUMBER"};

constexpr std::array<std::string_view, 3> kAllowedTableFunctions = {"generate_series", "range",
                                                                    "unnest"};

template <typename List>
bool holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& character : result)
    character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  return result;
}

std::string_view text_of(const object& node, std::string_view key) {
  std::string_view text;
  return node[key].get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

Error refused(const std::string& what, const std::string& hint) {
  return Error{ErrorCode::not_allowed, "This SQL may not run: " + what, hint};
}

/// Walks the tree; `scope` holds the names that WITH has given, innermost last.
class TreeCheck {
 public:
  explicit TreeCheck(const SqlPolicy& policy) : policy_(policy) {}

  Status walk(const element& node) {
    object members;
    if (node.get(members) == simdjson::SUCCESS) return walk_object(members);
    array items;
    if (node.get(items) != simdjson::SUCCESS) return {};
    for (const element item : items) CLEW_TRY_VOID(walk(item));
    return {};
  }

 private:
  Status walk_object(const object& node) {
    const std::size_t outer = scope_.size();
    CLEW_TRY_VOID(check_node(node));
    // The names of WITH hold for everything else of this node, so they come first.
    element with;
    if (node["cte_map"].get(with) == simdjson::SUCCESS) CLEW_TRY_VOID(walk_with(with));
    const bool recursive = text_of(node, "type") == "RECURSIVE_CTE_NODE";
    for (const auto member : node) {
      if (member.key == "cte_map") continue;
      const bool sees_itself = recursive && member.key == "right";
      if (sees_itself) scope_.push_back(lower(text_of(node, "cte_name")));
      CLEW_TRY_VOID(walk(member.value));
      if (sees_itself) scope_.pop_back();
    }
    scope_.resize(outer);
    return {};
  }

  /// A name is known to the queries after its own, not to itself or those before: there it would
  /// mean a stored relation.
  Status walk_with(const element& with) {
    array entries;
    if (with["map"].get(entries) != simdjson::SUCCESS)
      return refused("an unknown form of WITH", kRephrase);
    for (const element entry : entries) {
      std::string_view name;
      element value;
      if (entry["key"].get(name) != simdjson::SUCCESS ||
          entry["value"].get(value) != simdjson::SUCCESS)
        return refused("an unknown form of WITH", kRephrase);
      CLEW_TRY_VOID(walk(value));
      scope_.push_back(lower(name));
    }
    return {};
  }

  Status check_node(const object& node) const {
    const std::string_view type = text_of(node, "type");
    if (type.empty()) return {};
    if (type == "SHOW_REF")
      return refused("DESCRIBE and SHOW are not among the statements",
                     "docs/reference/tables.md describes every column; `FROM events LIMIT 0` names "
                     "them.");
    if (!holds(kAllowedNodes, type)) return refused("it uses " + lower(type), kRephrase);
    if (type == "BASE_TABLE") return check_relation(node);
    if (type == "TABLE_FUNCTION") return check_table_function(node);
    const std::string_view expression = text_of(node, "class");
    if (expression == "FUNCTION" || expression == "WINDOW")
      return check_function(text_of(node, "function_name"));
    return {};
  }

  Status check_relation(const object& node) const {
    const std::string name = lower(text_of(node, "table_name"));
    const std::string schema = lower(text_of(node, "schema_name"));
    const bool plain = text_of(node, "catalog_name").empty() &&
                       (schema.empty() || (schema == "main" && !policy_.refuse_schema));
    element moment;
    if (node["at_clause"].get(moment) == simdjson::SUCCESS && !moment.is_null())
      return refused("AT is not for these views", kRephrase);
    if (schema.empty() && plain && holds(scope_, name)) return {};
    if (plain && holds(policy_.relations, name)) return {};
    const std::string full = schema.empty() ? name : schema + "." + name;
    std::string offered;
    for (const std::string& relation : policy_.relations)
      offered += (offered.empty() ? "" : ", ") + relation;
    return refused("it reads \"" + full + "\"", "Read from: " + offered + ".");
  }

  Status check_table_function(const object& node) const {
    object function;
    if (node["function"].get(function) != simdjson::SUCCESS)
      return refused("an unknown table function", kRephrase);
    const std::string name = lower(text_of(function, "function_name"));
    if (holds(kAllowedTableFunctions, name)) return {};
    return refused("it reads from the function " + name + "()",
                   "Read from the views; of functions in FROM only unnest, range and "
                   "generate_series may be used.");
  }

  Status check_function(std::string_view function) const {
    const std::string name = lower(function);
    if (sql_function_allowed(name) || holds(kAllowedTableFunctions, name)) return {};
    return refused("it calls " + name + "()",
                   "Use functions of values only; files, settings, sequences and the catalog are "
                   "out of reach.");
  }

  static constexpr const char* kRephrase = "Write it as a plain SELECT over the views.";
  const SqlPolicy& policy_;
  std::vector<std::string> scope_;
};

/// Returns DuckDB's parse tree as JSON.
Result<std::string> parse_tree(std::string_view sql) {
  OpenOptions options;
  options.threads = 1;
  CLEW_TRY(Database scratch, Database::open(":memory:", options));
  CLEW_TRY(Connection connection, scratch.connect());
  return connection.query_text("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR", {sql});
}

Status check_tree(const object& tree, const SqlPolicy& policy) {
  bool failed = true;
  if (tree["error"].get(failed) != simdjson::SUCCESS || failed) {
    const std::string_view kind = text_of(tree, "error_type");
    const std::string_view message = text_of(tree, "error_message");
    if (kind == "not implemented")
      return refused("it is not a SELECT",
                     "Send one SELECT; `clewline import` and its like change a workspace.");
    return Error{ErrorCode::usage, "The SQL does not parse: " + std::string(message),
                 "Check the statement near the place it names."};
  }
  array statements;
  if (tree["statements"].get(statements) != simdjson::SUCCESS || statements.size() != 1)
    return refused("it is not exactly one statement", "Send one SELECT at a time.");
  return TreeCheck(policy).walk(statements.at(0).value());
}

}  // namespace

Status check_sql(std::string_view sql, const SqlPolicy& policy) {
  if (sql.size() > kSqlBytesMax) {
    return Error{ErrorCode::limit,
                 "The SQL is longer than " + std::to_string(kSqlBytesMax) + " bytes",
                 "Shorten it; put long lists of values into a join."};
  }
  if (sql.find('\0') != std::string_view::npos)
    return Error{ErrorCode::usage, "The SQL holds a zero byte", "Send it as plain text."};
  CLEW_TRY(const std::string json, parse_tree(sql));
  simdjson::dom::parser parser;
  object tree;
  if (parser.parse(json).get(tree) != simdjson::SUCCESS)
    return refused("it is nested too deeply", "Split it with WITH.");
  return check_tree(tree, policy);
}

}  // namespace clewline::store
