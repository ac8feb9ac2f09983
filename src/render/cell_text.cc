#include "render/cell_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/utf8.h"

namespace clewline::render {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string_view short_escape(char c) {
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return {};
  }
}

void add_escaped(std::string& out, unsigned char control) {
  std::array<char, 8> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(control));
  out += buffer.data();
}

}  // namespace

void add_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (const std::string_view escape = short_escape(c); !escape.empty()) {
      out += escape;
      ++at;
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      add_escaped(out, static_cast<unsigned char>(c));
      ++at;
      continue;
    }
    const std::size_t length = utf8_length(text, at);
    if (length == 0) {
      out += kReplacement;
      ++at;
    } else if (length == 2 && text.substr(at, 1) == "\xC2" &&
               static_cast<unsigned char>(text[at + 1]) < 0xA0) {
      add_escaped(out, static_cast<unsigned char>(text[at + 1]));  // C1 controls
      at += length;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  out += '"';
}

std::string number_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::array<char, 40> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return std::string(buffer.data(), written.ptr);
}

std::string plain_text(const Cell& cell) {
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&cell)) return number_text(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* time = std::get_if<TimeCell>(&cell)) return format_utc(time->us);
  return {};
}

void add_json_cell(std::string& out, const Cell& cell, ColumnKind kind) {
  if (std::holds_alternative<std::monostate>(cell)) {
    out += "null";
  } else if (const auto* number = std::get_if<double>(&cell)) {
    out += std::isfinite(*number) ? number_text(*number) : "null";
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    if (kind == ColumnKind::json || kind == ColumnKind::number || kind == ColumnKind::integer) {
      out += *text;
    } else {
      add_json_string(out, *text);
    }
  } else if (std::holds_alternative<TimeCell>(cell)) {
    add_json_string(out, plain_text(cell));
  } else {
    out += plain_text(cell);
  }
}

Column seconds_column(std::string name, Audience audience) {
  return {std::move(name), ColumnKind::number, audience, {}, 2};
}

Cell seconds_cell(double seconds) { return std::round(seconds * 1000) / 1000; }

std::string people_text(const Cell& cell, const Column& column) {
  const auto* number = std::get_if<double>(&cell);
  if (number == nullptr || !column.decimals || !std::isfinite(*number)) return plain_text(cell);
  const double scale = std::pow(10, *column.decimals);
  return number_text(std::round(*number * scale) / scale);
}

std::string grouped(std::int64_t count) {
  std::string digits = std::to_string(count);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string duration_words(std::int64_t microseconds) {
  const std::int64_t seconds = (microseconds + kUsPerSecond / 2) / kUsPerSecond;
  if (microseconds < 0) return "−" + duration_words(-microseconds);
  const auto two = [](std::int64_t big, const char* big_name, std::int64_t small,
                      const char* small_name) {
    std::string out = std::to_string(big) + " " + big_name;
    if (small > 0) out += " " + std::to_string(small) + " " + small_name;
    return out;
  };
  if (seconds < 1) return std::to_string(microseconds / kUsPerMs) + " ms";
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 600) return two(seconds / 60, "min", seconds % 60, "s");
  const std::int64_t minutes = (seconds + 30) / 60;
  if (minutes < 60) return std::to_string(minutes) + " min";
  if (minutes < 24 * 60) return two(minutes / 60, "h", minutes % 60, "min");
  const std::int64_t hours = (minutes + 30) / 60;
  if (hours < 24 * 10) return two(hours / 24, "d", hours % 24, "h");
  return std::to_string((hours + 12) / 24) + " d";
}

std::string share_words(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "–";
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f %%",
                100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return buffer.data();
}

std::string counted(std::int64_t count, std::string_view singular, std::string_view plural) {
  std::string out = grouped(count) + " ";
  if (count == 1) return out + std::string(singular);
  return out + (plural.empty() ? std::string(singular) + "s" : std::string(plural));
}

}  // namespace clewline::render
