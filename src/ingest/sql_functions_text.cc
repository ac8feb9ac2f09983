#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "ingest/row_issue.h"
#include "ingest/sql_functions.h"
#include "store/functions.h"
#include "text/key.h"

namespace clewline::ingest {
namespace {

using store::ColumnType;
using store::ColumnWriter;
using store::FunctionInput;
using store::Type;

using TextBody = std::optional<std::string> (*)(const FunctionInput& input, std::size_t row);

store::ScalarFunction text_function(std::string name, std::size_t arguments, TextBody body) {
  store::ScalarFunction function;
  function.name = std::move(name);
  function.parameters.assign(arguments, Type::varchar);
  function.returns = Type::varchar;
  function.body = [body](const FunctionInput& input, ColumnWriter& output) -> Status {
    for (std::size_t row = 0; row < input.rows(); ++row) {
      if (input.any_null(row)) continue;
      const std::optional<std::string> text = body(input, row);
      if (text) {
        output.copy_text(row, *text);
      } else {
        output.set_null(row);
      }
    }
    return {};
  };
  return function;
}

std::optional<std::string> clean_key(const FunctionInput& input, std::size_t row) {
  text::KeyValue key = text::normalise_key(input.column(0).text(row));
  if (key.value.empty()) return std::nullopt;
  return std::move(key.value);
}

/// Returns a scalar as text, structures as JSON.
std::optional<std::string> json_text(const simdjson::dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.is_null()) return std::nullopt;
  return simdjson::minify(value);
}

std::optional<simdjson::dom::element> parse(simdjson::dom::parser& parser, std::string_view text) {
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  return root;
}

std::optional<std::string> item_of(const FunctionInput& input, std::size_t row) {
  static thread_local simdjson::dom::parser parser;
  const auto root = parse(parser, input.column(0).text(row));
  simdjson::dom::array items;
  if (!root || root->get(items) != simdjson::SUCCESS) return std::nullopt;
  for (const simdjson::dom::element item : items) {
    simdjson::dom::element name;
    if (item[input.column(1).text(row)].get(name) != simdjson::SUCCESS) continue;
    const auto text = json_text(name);
    if (!text || *text != input.column(2).text(row)) continue;
    simdjson::dom::element field;
    if (item[input.column(3).text(row)].get(field) != simdjson::SUCCESS) return std::nullopt;
    return json_text(field);
  }
  return std::nullopt;
}

/// Goes one step of a path: a key, or a position in an array (`#-1` is the last).
bool step_into(simdjson::dom::element& at, std::string_view step) {
  simdjson::dom::array list;
  if (at.get(list) != simdjson::SUCCESS) {
    simdjson::dom::element inner;
    if (at[step].get(inner) != simdjson::SUCCESS) return false;
    at = inner;
    return true;
  }
  const bool from_end = step.starts_with("#-");
  if (from_end) step.remove_prefix(2);
  std::size_t position = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), position);
  if (error != std::errc() || end != step.data() + step.size()) return false;
  const std::size_t size = list.size();
  if (from_end) {
    if (position == 0 || position > size) return false;
    position = size - position;
  }
  simdjson::dom::element inner;
  if (list.at(position).get(inner) != simdjson::SUCCESS) return false;
  at = inner;
  return true;
}

/// Follows `$.a.b[0]`, `a.b`, `$[#-1].x`.
bool follow(simdjson::dom::element& at, std::string_view path) {
  if (path.starts_with('$')) path.remove_prefix(1);
  while (!path.empty()) {
    if (path[0] == '.' || path[0] == '[' || path[0] == ']') {
      path.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(path.find_first_of(".[]"), path.size());
    if (!step_into(at, path.substr(0, end))) return false;
    path.remove_prefix(end);
  }
  return true;
}

std::optional<std::string> json_at(const FunctionInput& input, std::size_t row) {
  static thread_local simdjson::dom::parser parser;
  auto root = parse(parser, input.column(0).text(row));
  if (!root || !follow(*root, input.column(1).text(row))) return std::nullopt;
  return json_text(*root);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Decodes %xx; null when the result is not UTF-8.
std::optional<std::string> url_decoded(const FunctionInput& input, std::size_t row) {
  const std::string_view text = input.column(0).text(row);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  if (!simdjson::validate_utf8(out)) return std::nullopt;
  return out;
}

store::ScalarFunction duration_function() {
  store::ScalarFunction function;
  function.name = "clew_duration_ms";
  function.parameters = {Type::varchar};
  function.returns = Type::int64;
  function.body = [](const FunctionInput& input, ColumnWriter& output) -> Status {
    const auto out = output.ints<std::int64_t>();
    for (std::size_t row = 0; row < input.rows(); ++row) {
      if (input.any_null(row)) continue;
      const auto length_us = text::parse_duration(input.column(0).text(row));
      if (length_us) {
        out[row] = *length_us / kUsPerMs;
      } else {
        output.set_null(row);
      }
    }
    return {};
  };
  return function;
}

store::ScalarFunction key_issue_function() {
  store::ScalarFunction function;
  function.name = "clew_key_issue";
  function.parameters = {Type::varchar};
  function.returns = Type::uint64;
  function.body = [](const FunctionInput& input, ColumnWriter& output) -> Status {
    const auto out = output.ints<std::uint64_t>();
    for (std::size_t row = 0; row < input.rows(); ++row) {
      out[row] =
          input.any_null(row) ? 0 : issue_bit(text::normalise_key(input.column(0).text(row)).issue);
    }
    return {};
  };
  return function;
}

}  // namespace

Status register_text_functions(store::Database& database) {
  CLEW_TRY_VOID(store::register_function(database, text_function("clew_key", 1, clean_key)));
  CLEW_TRY_VOID(store::register_function(database, text_function("clew_item", 4, item_of)));
  CLEW_TRY_VOID(store::register_function(database, text_function("clew_json", 2, json_at)));
  CLEW_TRY_VOID(
      store::register_function(database, text_function("clew_url_decode", 1, url_decoded)));
  CLEW_TRY_VOID(store::register_function(database, key_issue_function()));
  return store::register_function(database, duration_function());
}

Status register_sql_functions(store::Database& database,
                              std::shared_ptr<const TimeFormats> formats) {
  CLEW_TRY_VOID(register_time_functions(database, std::move(formats)));
  return register_text_functions(database);
}

}  // namespace clewline::ingest
