#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "render/result_table.h"

namespace clewline::render {

/// Adds a JSON string with its quotes. Control characters are escaped; bytes that are not UTF-8
/// become U+FFFD, so that the output always is JSON.
void add_json_string(std::string& out, std::string_view text);
/// Adds a cell as JSON: null, true, 12, 1.5, "text", "2026-01-31T09:05:00Z"; numbers that JSON
/// cannot say are null.
void add_json_cell(std::string& out, const Cell& cell, ColumnKind kind);

/// Writes a cell without any quoting: null as the empty text, times as RFC 3339 in UTC.
std::string plain_text(const Cell& cell);
/// Writes the shortest text that reads back as the same number.
std::string number_text(double number);

/// Makes a column of seconds: two decimals for people.
Column seconds_column(std::string name, Audience audience = Audience::everybody);
/// Makes a cell of seconds, rounded to milliseconds.
Cell seconds_cell(double seconds);

/// Writes a cell for people: null as the empty text, numbers with the column's decimals at most.
std::string people_text(const Cell& cell, const Column& column);
/// Writes a count with separators: 1,234,567.
std::string grouped(std::int64_t count);
/// Writes a duration as people say it: "8 s", "2 min 5 s", "1 h 10 min", "3 d 4 h".
std::string duration_words(std::int64_t microseconds);
/// Writes a share as a percentage with one decimal: "63.4 %"; no base: "–".
std::string share_words(std::int64_t part, std::int64_t whole);
/// Writes "1 call", "2 calls"; the plural of irregular words is given.
std::string counted(std::int64_t count, std::string_view singular, std::string_view plural = {});

}  // namespace clewline::render
