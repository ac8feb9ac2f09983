#include "insights/frame/filter.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "insights/frame/filter_tokens_internal.h"
#include "store/database.h"

namespace clewline::insights {
namespace {

constexpr int kDepthMax = 50;

std::string kind_words(FieldKind kind) {
  switch (kind) {
    case FieldKind::text:
    case FieldKind::texts: return "a text, e.g. 'Billing'";
    case FieldKind::number: return "a number, e.g. 3";
    case FieldKind::seconds: return "a duration, e.g. 20s or 5min";
    case FieldKind::boolean: return "true or false";
    case FieldKind::time: return "a date, e.g. '2024-03-31'";
  }
  return "a value";
}

// `2024-03-31` or `2024-03-31 14:05` or `2024-03-31T14:05:30`, and in the calendar.
bool is_moment(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() != 10 && text.size() != 16 && text.size() != 19) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd'   ? !digit
        : kShape[i] == 'T' ? text[i] != 'T' && text[i] != ' '
                           : text[i] != kShape[i])
      return false;
  }
  const auto number = [&](std::size_t from, std::size_t digits) {
    int value = 0;
    std::from_chars(text.data() + from, text.data() + from + digits, value);
    return value;
  };
  const std::chrono::year_month_day day(std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2))));
  return day.ok() && (text.size() < 16 || (number(11, 2) < 24 && number(14, 2) < 60)) &&
         (text.size() < 19 || number(17, 2) < 60);
}

/// Reads tokens by recursive descent and writes conditions.
class FilterParser {
 public:
  FilterParser(std::vector<Token> tokens, std::span<const Field> fields, std::string_view zone,
               Parameters& parameters)
      : tokens_(std::move(tokens)), fields_(fields), zone_(zone), parameters_(parameters) {}

  Result<Condition> parse() {
    CLEW_TRY(Condition condition, alternatives(0));
    if (here().kind != TokenKind::end)
      return filter_error(here().position, "expected `and` or `or`, found `" + here().text + "`");
    return condition;
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  bool take(TokenKind kind, std::string_view text) {
    if (here().kind != kind || here().text != text) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) { return take(TokenKind::word, word); }

  Result<Condition> alternatives(int depth) {
    return joined("or", " OR ", [&] { return all_of(depth); });
  }
  Result<Condition> all_of(int depth) {
    return joined("and", " AND ", [&] { return single(depth); });
  }
  template <typename Next>
  Result<Condition> joined(std::string_view word, const std::string& sql, const Next& next) {
    CLEW_TRY(Condition left, next());
    while (take_word(word)) {
      CLEW_TRY(const Condition right, next());
      left = {"(" + left.sql + sql + right.sql + ")", "(" + left.shown + sql + right.shown + ")"};
    }
    return left;
  }
  Result<Condition> single(int depth) {
    if (depth > kDepthMax)
      return filter_error(here().position, "more than 50 parentheses or `not` inside each other");
    if (take_word("not")) {
      CLEW_TRY(const Condition inner, single(depth + 1));
      return Condition{"(NOT " + inner.sql + ")", "(NOT " + inner.shown + ")"};
    }
    if (!take(TokenKind::symbol, "(")) return comparison();
    CLEW_TRY(Condition inner, alternatives(depth + 1));
    if (!take(TokenKind::symbol, ")"))
      return filter_error(here().position, "a closing parenthesis is missing");
    return inner;
  }

  Result<Condition> comparison() {
    const Token name = here();
    if (name.kind != TokenKind::word)
      return filter_error(name.position, name.kind == TokenKind::end
                                             ? "a condition is missing at the end"
                                             : "expected the name of a field");
    const auto found = find_field(name.text, fields_);
    if (!found) return filter_error(name.position, found.error().message, found.error().hint);
    ++at_;
    const Field& field = **found;
    const bool negated = here().kind == TokenKind::word && here().text == "not";
    if (take_word("is")) return null_test(field);
    if (negated) ++at_;
    if (take_word("in")) return one_of(field, negated);
    if (take_word("like")) return pattern(field, negated);
    if (negated) return filter_error(here().position, "expected `in` or `like` after `not`");
    if (here().kind == TokenKind::symbol && here().text != ")" && here().text != "(" &&
        here().text != ",")
      return compared(field);
    if (field.kind == FieldKind::boolean)
      return Condition{"coalesce(" + column(field) + ", false)",
                       "coalesce(" + column(field) + ", false)"};
    return filter_error(here().position,
                        fmt::format("expected a comparison after `{}`", field.name));
  }

  static std::string column(const Field& field) { return store::quote_identifier(field.name); }

  Result<Condition> compared(const Field& field) {
    std::string comparison = here().text;
    if (field.kind == FieldKind::texts && comparison != "=" && comparison != "!=" &&
        comparison != "<>")
      return filter_error(here().position,
                          fmt::format("`{}` is compared by =, != and in", field.name));
    ++at_;
    if (field.kind == FieldKind::texts) return held(field, comparison != "=");
    if (comparison == "=") comparison = "IS NOT DISTINCT FROM";
    if (comparison == "!=" || comparison == "<>") comparison = "IS DISTINCT FROM";
    CLEW_TRY(const Condition compared_value, value(field));
    const auto write = [&](const std::string& right) {
      const std::string test = column(field) + " " + comparison + " " + right;
      return comparison[0] == 'I' ? "(" + test + ")" : "coalesce(" + test + ", false)";
    };
    return Condition{write(compared_value.sql), write(compared_value.shown)};
  }
  /// Whether a list holds a text.
  Result<Condition> held(const Field& field, bool negated) {
    CLEW_TRY(const Condition entry, value(field));
    const auto write = [&](const std::string& text) {
      const std::string test =
          "coalesce(list_contains(" + column(field) + ", " + text + "), false)";
      return negated ? "(NOT " + test + ")" : test;
    };
    return Condition{write(entry.sql), write(entry.shown)};
  }
  Result<Condition> null_test(const Field& field) {
    const bool negated = take_word("not");
    if (!take_word("null")) return filter_error(here().position, "expected `null` after `is`");
    const std::string test = "(" + column(field) + (negated ? " IS NOT NULL)" : " IS NULL)");
    return Condition{test, test};
  }
  Result<Condition> one_of(const Field& field, bool negated) {
    if (!take(TokenKind::symbol, "("))
      return filter_error(here().position, "expected a list in parentheses after `in`");
    Condition list{"", ""};
    do {
      CLEW_TRY(const Condition entry, value(field));
      list.sql += (list.sql.empty() ? "" : ", ") + entry.sql;
      list.shown += (list.shown.empty() ? "" : ", ") + entry.shown;
    } while (take(TokenKind::symbol, ","));
    if (!take(TokenKind::symbol, ")"))
      return filter_error(here().position, "a closing parenthesis is missing");
    const auto write = [&](const std::string& entries) {
      const std::string test =
          field.kind == FieldKind::texts
              ? "coalesce(list_has_any(" + column(field) + ", [" + entries + "]), false)"
              : "coalesce(" + column(field) + " IN (" + entries + "), false)";
      return negated ? "(NOT " + test + ")" : test;
    };
    return Condition{write(list.sql), write(list.shown)};
  }
  Result<Condition> pattern(const Field& field, bool negated) {
    if (field.kind != FieldKind::text)
      return filter_error(here().position, fmt::format("`{}` is no text", field.name));
    CLEW_TRY(const Condition entry, value(field));
    const auto write = [&](const std::string& right) {
      const std::string test = "coalesce(" + column(field) + " LIKE " + right + ", false)";
      return negated ? "(NOT " + test + ")" : test;
    };
    return Condition{write(entry.sql), write(entry.shown)};
  }

  Condition bound(Parameter parameter) {
    Condition out;
    out.shown = literal(parameter);
    out.sql = parameters_.add(std::move(parameter));
    return out;
  }

  Result<Condition> value(const Field& field) {
    const Token token = here();
    const auto wrong = [&] {
      return filter_error(token.position,
                          fmt::format("`{}` wants {}", field.name, kind_words(field.kind)));
    };
    ++at_;
    if (token.kind == TokenKind::end) {
      --at_;
      return wrong();
    }
    switch (field.kind) {
      case FieldKind::text:
      case FieldKind::texts:
        if (token.kind != TokenKind::text) return wrong();
        return bound(token.text);
      case FieldKind::number:
        if (token.kind != TokenKind::number) return wrong();
        return token.whole ? bound(static_cast<std::int64_t>(token.number)) : bound(token.number);
      case FieldKind::seconds: {
        if (token.kind != TokenKind::number && token.kind != TokenKind::duration) return wrong();
        const double milliseconds =
            token.kind == TokenKind::number ? token.number * 1000 : token.number;
        return bound(milliseconds);
      }
      case FieldKind::boolean:
        if (token.kind != TokenKind::word || (token.text != "true" && token.text != "false"))
          return wrong();
        return bound(token.text == "true");
      case FieldKind::time: break;
    }
    if (token.kind != TokenKind::text || !is_moment(token.text)) return wrong();
    CLEW_TRY(Condition moment, compare_time("", "", token.text, zone_, parameters_));
    return moment;
  }

  std::vector<Token> tokens_;
  std::span<const Field> fields_;
  std::string_view zone_;
  Parameters& parameters_;
  std::size_t at_ = 0;
};

}  // namespace

std::string Parameters::add(Parameter value) {
  values_.push_back(std::move(value));
  return "$" + std::to_string(values_.size());
}

std::string literal(const Parameter& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return store::quote_literal(std::get<std::string>(value));
}

Result<const Field*> find_field(std::string_view name, std::span<const Field> fields) {
  std::string names;
  for (const Field& field : fields) {
    if (field.name == name) return &field;
    names += (names.empty() ? "" : ", ") + std::string(field.name);
  }
  return Error{ErrorCode::usage, fmt::format("there is no field `{}` here", name),
               "the fields are: " + names};
}

Result<Condition> compare_time(std::string_view column, std::string_view comparison,
                               std::string_view moment, std::string_view zone,
                               Parameters& parameters) {
  if (!is_moment(moment))
    return Error{ErrorCode::usage, fmt::format("`{}` is no date or time", moment),
                 "write it as 2024-03-31 or 2024-03-31T14:00"};
  const std::string text(moment);
  const std::string at_zone = " AS TIMESTAMP) AT TIME ZONE " + store::quote_literal(zone);
  const auto write = [&](const std::string& value) {
    return fmt::format("{} {} (CAST({}{})", column, comparison, value, at_zone);
  };
  return Condition{write(parameters.add(text)), write(literal(text))};
}

Result<Condition> compile_filter(std::string_view text, std::span<const Field> fields,
                                 std::string_view zone, Parameters& parameters) {
  CLEW_TRY(auto tokens, filter_tokens(text));
  return FilterParser(std::move(tokens), fields, zone, parameters).parse();
}

}  // namespace clewline::insights
