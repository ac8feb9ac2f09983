#include <fmt/format.h>

#include <algorithm>

#include "insights/steps/steps.h"
#include "insights/steps/steps_internal.h"

namespace clewline::insights {
namespace {

/// A field whose value stands elsewhere: joined only when it is named. {0} is the alias that has
/// the ids, {1} the schema.
struct JoinedStepField {
  std::string_view name;
  std::string_view column;
  std::string_view join;
};

constexpr std::string_view kEngagementJoin =
    " LEFT JOIN (SELECT engagement_id, goal, result FROM {1}engagements) g ON g.engagement_id = "
    "{0}.engagement_id";
constexpr JoinedStepField kJoined[] = {
    {"goal", "g.goal", kEngagementJoin},
    {"result", "g.result", kEngagementJoin},
    {"kind", "i.kind",
     " LEFT JOIN (SELECT interaction_id, kind FROM {1}interactions) i ON i.interaction_id = "
     "{0}.interaction_id"},
    {"tier", "v.tier",
     " LEFT JOIN (SELECT customer_id, tier, coalesce(valid_from, '-infinity') AS holds_from, "
     "coalesce(valid_to, 'infinity') AS holds_to FROM {1}customer_tiers) v ON v.customer_id = "
     "{0}.customer_id AND v.holds_from <= {2} AND v.holds_to > {2}"},
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

// Whether an expression may name a field.
bool names(std::string_view expression, std::string_view field) {
  const auto alike = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  for (auto from = expression.begin(); from != expression.end();) {
    const auto found = std::ranges::search(std::string_view(from, expression.end()), field, alike);
    if (found.empty()) return false;
    const bool begins = found.begin() == expression.begin() || !is_word(found.begin()[-1]);
    const bool ends = found.end() == expression.end() || !is_word(*found.end());
    if (begins && ends) return true;
    from = found.end();
  }
  return false;
}

const std::string* word_of(const Asking& asking, std::string_view name) {
  for (const SequenceWord& word : asking.settings.counting.sequences.words) {
    if (word.name == name) return &word.condition;
  }
  return nullptr;
}

// `ivr.*` as a pattern of LIKE.
std::string like_pattern(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c == '*' ? '%' : c;
  }
  return out;
}

Result<Condition> compiled(std::string_view condition, const Asking& asking, const Scope& scope,
                           std::string_view shown_in, Parameters& parameters) {
  auto read = compile_filter(condition, step_fields(scope.step), asking.settings.zone, parameters);
  if (read) return std::move(read).value();
  Error error = std::move(read).error();
  constexpr std::string_view kWhere = "--where, ";
  if (error.message.starts_with(kWhere)) error.message.erase(0, kWhere.size());
  error.message = fmt::format("in `{}`, {}", shown_in, error.message);
  return error;
}

Result<Condition> condition_of(const sequences::ElementTest& test, const Asking& asking,
                               const Scope& scope, Parameters& parameters) {
  Condition out{"", ""};
  const auto add = [&](const Condition& part) {
    out.sql += (out.sql.empty() ? "" : " AND ") + part.sql;
    out.shown += (out.shown.empty() ? "" : " AND ") + part.shown;
  };
  if (const std::string* word = word_of(asking, test.name)) {
    CLEW_TRY(const Condition meant, compiled(*word, asking, scope, test.name, parameters));
    add(meant);
  } else if (!test.name.empty() && test.name != ".") {
    const std::string column = store::quote_identifier(scope.activity);
    const bool star = test.name.find('*') != std::string::npos;
    const Parameter value = star ? like_pattern(test.name) : test.name;
    const std::string_view how =
        star ? "coalesce({0} LIKE {1} ESCAPE '\\', false)" : "coalesce({0} = {1}, false)";
    const std::string place = parameters.add(value);
    add({fmt::format(fmt::runtime(how), column, place),
         fmt::format(fmt::runtime(how), column, literal(value))});
  }
  if (!test.condition.empty()) {
    CLEW_TRY(const Condition meant,
             compiled(test.condition, asking, scope, "[" + test.condition + "]", parameters));
    add(meant);
  }
  if (out.sql.empty()) return Condition();
  return out;
}

/// What a statement reads: every field that is named anywhere in it.
std::string all_conditions(const Asking& asking, const Scope& scope,
                           std::span<const sequences::ElementTest> tests) {
  std::string out = scope.same + " " + scope.activity;
  for (const sequences::ElementTest& test : tests) {
    out += " " + test.condition;
    if (const std::string* word = word_of(asking, test.name)) out += " " + *word;
  }
  return out;
}

constexpr std::string_view kOrder = "\"at\", rank, sequence, element";

// The steps of all units with their fields, from the stored tables or from the views.
std::string steps_sql(const Scope& scope, std::string_view mentioned, bool stored) {
  const StepKind& kind = step_kind(scope.step);
  const std::string_view ids = stored ? kind.places_from : "e";
  std::string from(stored ? kind.stored : kind.shown);
  std::string columns(kind.columns);
  const std::string at = scope.step == "event" ? "e.occurred_at" : "e.first_at";
  std::string_view last_join;
  for (const JoinedStepField& field : kJoined) {
    const bool own = columns.find("e." + std::string(field.name)) != std::string::npos;
    if (own || !names(mentioned, field.name)) continue;
    columns += fmt::format(", {} AS {}", field.column, field.name);
    if (field.join == last_join) continue;
    from += fmt::format(fmt::runtime(field.join), ids, stored ? "store." : "", at);
    last_join = field.join;
  }
  std::string out = fmt::format("SELECT {}.{}_id AS unit, {}\nFROM {}\nWHERE {}.{}_id IS NOT NULL",
                                ids, scope.level, columns, from, ids, scope.level);
  if (!names(mentioned, "other_team")) return out;
  return fmt::format(
      "SELECT *, event_type = 'agent.connected' AND coalesce(met <> lag(met IGNORE NULLS) OVER "
      "(PARTITION BY unit ORDER BY {}), false) AS other_team FROM (SELECT *, CASE WHEN event_type "
      "= 'agent.connected' THEN coalesce(team, queue_name, queue_id) END AS met FROM (\n{}\n))",
      kOrder, out);
}

std::string same_column(const Scope& scope) {
  if (scope.same.empty()) return "CAST(0 AS UBIGINT)";
  return fmt::format("hash(coalesce({}, ''))", store::quote_identifier(scope.same));
}

}  // namespace

Result<StepQuery> marked_steps(const Asking& asking, const Scope& scope,
                               std::span<const sequences::ElementTest> tests, StepRows rows) {
  StepQuery out;
  std::string marks;
  std::string marks_shown;
  for (std::size_t t = 0; t < tests.size(); ++t) {
    CLEW_TRY(const Condition condition, condition_of(tests[t], asking, scope, out.parameters));
    const auto bit = [&](const std::string& test) {
      return fmt::format("{}CASE WHEN {} THEN CAST({} AS UBIGINT) ELSE CAST(0 AS UBIGINT) END",
                         t == 0 ? "" : " | ", test, std::uint64_t{1} << t);
    };
    marks += bit(condition.sql);
    marks_shown += bit(condition.shown);
  }
  const std::string mentioned = all_conditions(asking, scope, tests);
  const auto statement = [&](const std::string& bits, bool stored) {
    return fmt::format(
        "SELECT unit, same_value, \"at\", marks, element FROM (SELECT *, {} AS same_value, {} AS "
        "marks FROM (\n{}\n)){} ORDER BY unit, same_value, {}",
        same_column(scope), bits, steps_sql(scope, mentioned, stored),
        rows == StepRows::marked ? " WHERE marks <> 0" : "", kOrder);
  };
  out.sql = statement(marks, true);
  out.shown = statement(marks_shown, false);
  return out;
}

Result<StepQuery> named_steps(const Asking& asking, const Scope& scope) {
  StepQuery out;
  const std::string mentioned = all_conditions(asking, scope, {});
  const auto statement = [&](bool stored) {
    return fmt::format(
        "SELECT unit, same_value, \"at\", rank, sequence, element, {} AS name FROM (SELECT *, {} "
        "AS same_value "
        "FROM (\n{}\n)) WHERE {} IS NOT NULL",
        store::quote_identifier(scope.activity), same_column(scope),
        steps_sql(scope, mentioned, stored), store::quote_identifier(scope.activity));
  };
  out.sql = statement(true);
  out.shown = statement(false);
  return out;
}

Result<std::vector<std::string>> notes_on_unmet(const Asking& asking, const Scope& scope,
                                                std::span<const sequences::ElementTest> tests,
                                                std::uint64_t met) {
  std::vector<std::string> notes;
  for (std::size_t t = 0; t < tests.size(); ++t) {
    if (((met >> t) & 1) != 0) continue;
    const sequences::ElementTest& test = tests[t];
    std::string what = test.name;
    if (!test.condition.empty()) what += "[" + test.condition + "]";
    std::string note = fmt::format("No {} is `{}`.", scope.step, what);
    const bool plain = !test.name.empty() && word_of(asking, test.name) == nullptr;
    if (plain && scope.activity == step_kind(scope.step).activity) {
      CLEW_TRY(const auto rows,
               asking.connection.query_rows(
                   fmt::format("SELECT {0} FROM {1}s WHERE {0} IS NOT NULL GROUP BY 1 ORDER BY "
                               "jaro_winkler_similarity({0}, {2}) DESC, 1 LIMIT 5",
                               store::quote_identifier(scope.activity), scope.step,
                               store::quote_literal(test.name))));
      for (std::size_t r = 0; r < rows.size(); ++r)
        note += (r == 0 ? " There are e.g. " : ", ") + std::get<std::string>(rows[r][0]);
      if (!rows.empty()) note += ".";
    }
    notes.push_back(std::move(note));
  }
  return notes;
}

}  // namespace clewline::insights
