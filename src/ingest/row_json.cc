#include "ingest/row_json.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>

#include "base/time.h"
#include "ingest/json_text.h"
#include "model/tables.h"

namespace clewline::ingest {
namespace {

using Json = simdjson::dom::element;
using Kind = RowColumn::Kind;

constexpr std::string_view kIdentifierFields[] = {"kind", "value",     "raw",
                                                  "role", "assurance", "issue"};
constexpr std::string_view kLinkFields[] = {"rel", "system", "id"};

bool is_left_out(std::string_view column) {
  constexpr std::string_view kLeftOut[] = {"event_id", "mapping", "raw_ref", "ingested_at"};
  return std::find(std::begin(kLeftOut), std::end(kLeftOut), column) != std::end(kLeftOut);
}

/// Writes a DECIMAL(18,4) without needless zeros.
std::string decimal_text(std::int64_t unscaled) {
  const bool negative = unscaled < 0;
  std::string digits = std::to_string(negative ? -unscaled : unscaled);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - 4);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return (negative ? "-" : "") + digits.substr(0, digits.size() - 4) +
         (fraction.empty() ? "" : "." + fraction);
}

void append_structures(std::string& out, const RowColumn& column, std::uint32_t row,
                       std::span<const std::string_view> names) {
  out += '[';
  for (std::uint32_t i = column.offsets[row]; i < column.offsets[row + 1]; ++i) {
    if (i > column.offsets[row]) out += ',';
    out += '{';
    bool first = true;
    for (std::size_t field = 0; field < names.size(); ++field) {
      const std::string_view text = column.elements[field][i];
      if (text.data() == nullptr) continue;
      if (!first) out += ',';
      first = false;
      append_json_string(out, names[field]);
      out += ':';
      append_json_string(out, text);
    }
    out += '}';
  }
  out += ']';
}

/// Returns the JSON of one cell; empty when there is nothing in it.
std::string cell_json(const ColumnContract& contract, const RowColumn& column, std::uint32_t row) {
  std::string out;
  const auto text = [&](std::string_view value) {
    if (contract.name == "attributes" || contract.name == "columns" || contract.name == "consent") {
      out = value;
    } else {
      append_json_string(out, value);
    }
  };
  switch (column.kind) {
    case Kind::nulls:
    case Kind::ids: break;
    case Kind::same: text(column.same); break;
    case Kind::texts:
      if (column.texts[row].data() != nullptr) text(column.texts[row]);
      break;
    case Kind::times:
      if (column.times[row] != kNoTime) append_json_string(out, format_utc(column.times[row]));
      break;
    case Kind::whole:
      if (column.valid[row] == 0) break;
      out = contract.type.starts_with("DECIMAL") ? decimal_text(column.whole[row])
                                                 : std::to_string(column.whole[row]);
      break;
    case Kind::flags:
      if (column.valid[row] != 0) out = column.flags[row] != 0 ? "true" : "false";
      break;
    case Kind::text_lists:
      if (column.offsets[row] == column.offsets[row + 1]) break;
      out = "[";
      for (std::uint32_t i = column.offsets[row]; i < column.offsets[row + 1]; ++i) {
        if (i > column.offsets[row]) out += ',';
        append_json_string(out, column.elements[0][i]);
      }
      out += ']';
      break;
    case Kind::structures:
      if (column.offsets[row] == column.offsets[row + 1]) break;
      if (column.elements.size() == 3) {
        append_structures(out, column, row, kLinkFields);
      } else {
        append_structures(out, column, row, kIdentifierFields);
      }
  }
  return out;
}

std::string describe_difference(const std::string& path, const std::string& expected,
                                const std::string& actual) {
  return path + ": expected " + expected + ", got " + actual;
}

std::string difference(const Json& expected, const Json& actual, const std::string& path);

std::string difference_in_object(const simdjson::dom::object& expected, const Json& actual,
                                 const std::string& path) {
  for (const auto& [key, value] : expected) {
    const std::string inner = path.empty() ? std::string(key) : path + "." + std::string(key);
    Json found;
    const bool present = actual[key].get(found) == simdjson::SUCCESS;
    if (value.is_null()) {
      if (present && !found.is_null())
        return describe_difference(inner, "nothing", simdjson::minify(found));
      continue;
    }
    if (!present) return describe_difference(inner, simdjson::minify(value), "nothing");
    if (std::string text = difference(value, found, inner); !text.empty()) return text;
  }
  return {};
}

std::string difference(const Json& expected, const Json& actual, const std::string& path) {
  simdjson::dom::object object;
  if (expected.get(object) == simdjson::SUCCESS) return difference_in_object(object, actual, path);
  simdjson::dom::array list;
  if (expected.get(list) == simdjson::SUCCESS) {
    simdjson::dom::array other;
    if (actual.get(other) != simdjson::SUCCESS || list.size() != other.size()) {
      return describe_difference(path, simdjson::minify(expected), simdjson::minify(actual));
    }
    std::size_t i = 0;
    for (const Json item : list) {
      if (std::string text = difference(item, other.at(i), path + "[" + std::to_string(i) + "]");
          !text.empty())
        return text;
      ++i;
    }
    return {};
  }
  double number = 0;
  double other = 0;
  if (expected.get(number) == simdjson::SUCCESS && actual.get(other) == simdjson::SUCCESS &&
      number == other)
    return {};
  const std::string wanted = simdjson::minify(expected);
  const std::string got = simdjson::minify(actual);
  return wanted == got ? std::string() : describe_difference(path, wanted, got);
}

}  // namespace

std::string row_json(std::string_view table, const RowTable& rows, std::uint32_t row) {
  const auto contracts = table_contract(table).columns;
  std::string out = "{";
  for (std::size_t i = 0; i < rows.columns.size() && i < contracts.size(); ++i) {
    if (is_left_out(contracts[i].name)) continue;
    const std::string cell = cell_json(contracts[i], rows.columns[i], row);
    if (cell.empty()) continue;
    if (out.size() > 1) out += ',';
    append_json_string(out, contracts[i].name);
    out += ':';
    out += cell;
  }
  return out + "}";
}

std::string json_difference(std::string_view expected, std::string_view actual) {
  simdjson::dom::parser first;
  simdjson::dom::parser second;
  Json wanted;
  Json got;
  if (first.parse(expected.data(), expected.size()).get(wanted) != simdjson::SUCCESS)
    return "the expected line is not JSON";
  if (second.parse(actual.data(), actual.size()).get(got) != simdjson::SUCCESS)
    return "not JSON: " + std::string(actual);
  return difference(wanted, got, "");
}

}  // namespace clewline::ingest
