#include "ingest/readers/json_tape.h"

#include <cstring>

#include "ingest/readers/json_scan_internal.h"
#include "ingest/readers/splitter_internal.h"

namespace clewline::ingest {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Returns the four hexadecimal digits at `place`, or -1.
int unit_at(std::string_view text, std::size_t place) {
  if (place + 4 > text.size()) return -1;
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int value = hex_value(text[place + static_cast<std::size_t>(i)]);
    if (value < 0) return -1;
    unit = unit * 16 + value;
  }
  return unit;
}

char* write_utf8(std::uint32_t code, char* out) {
  const auto put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

/// Resolves a \u escape whose digits begin at `place`, with the low surrogate that may follow;
/// moves `place` past both.
std::uint32_t read_code(std::string_view text, std::size_t& place) {
  const auto first = static_cast<std::uint32_t>(unit_at(text, place));
  place += 4;
  if (first < 0xD800 || first > 0xDFFF) return first;
  if (first > 0xDBFF || text.substr(place, 2) != "\\u") return kReplacement;
  const int second = unit_at(text, place + 2);
  if (second < 0xDC00 || second > 0xDFFF) return kReplacement;
  place += 6;
  return 0x10000 + ((first - 0xD800) << 10) + (static_cast<std::uint32_t>(second) - 0xDC00);
}

char simple_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

}  // namespace

bool JsonTape::fail(std::size_t place, std::string_view reason) {
  error_ = {place, reason};
  return false;
}

std::size_t JsonTape::skip_space(std::size_t place) {
  if (place >= text_.size() || !is_json_space(text_[place])) return place;
  has_space_ = true;
  return skip_json_space(text_, place);
}

bool JsonTape::parse(std::string_view text) {
  text_ = text;
  nodes_.clear();
  open_.clear();
  has_space_ = has_masked_ = false;
  if (text.size() >= UINT32_MAX) return fail(0, "the text is longer than 4 GB");
  std::size_t place = skip_space(0);
  if (!parse_value(place)) return false;
  if (!open_.empty() && !parse_members(place)) return false;
  place = skip_space(place);
  if (place < text_.size()) return fail(place, "something follows the end of the value");
  return true;
}

bool JsonTape::parse_value(std::size_t& place) {
  if (place >= text_.size()) return fail(place, "the text ends where a value is expected");
  switch (text_[place]) {
    case '{': return open(place, JsonKind::object);
    case '[': return open(place, JsonKind::array);
    case '"': return parse_string(place, JsonKind::string);
    case 't': return parse_literal(place, "true", JsonKind::true_value);
    case 'f': return parse_literal(place, "false", JsonKind::false_value);
    case 'n': return parse_literal(place, "null", JsonKind::null_value);
    default: return parse_number(place);
  }
}

/// Reads on until every bracket that is open is closed.
bool JsonTape::parse_members(std::size_t& place) {
  bool fresh = true;  // the innermost bracket was just opened
  while (!open_.empty()) {
    place = skip_space(place);
    if (place >= text_.size()) return fail(place, "the text ends before a bracket is closed");
    const bool object = nodes_[open_.back()].kind == JsonKind::object;
    const char c = text_[place];
    if (c == (object ? '}' : ']')) {
      if (!close(place)) return false;
      fresh = false;
      continue;
    }
    if (!fresh) {
      if (c != ',') return fail(place, "expected a comma or a closing bracket");
      place = skip_space(place + 1);
    }
    if (object && !parse_key(place)) return false;
    const std::size_t depth = open_.size();
    if (!parse_value(place)) return false;
    fresh = open_.size() > depth;
  }
  return true;
}

bool JsonTape::parse_key(std::size_t& place) {
  if (place >= text_.size() || text_[place] != '"') return fail(place, "expected a key in quotes");
  if (!parse_string(place, JsonKind::key)) return false;
  place = skip_space(place);
  if (place >= text_.size() || text_[place] != ':')
    return fail(place, "expected a colon after the key");
  place = skip_space(place + 1);
  return true;
}

bool JsonTape::open(std::size_t& place, JsonKind kind) {
  if (open_.size() == kJsonDepthMax) return fail(place, "brackets nest deeper than 1024");
  open_.push_back(static_cast<std::uint32_t>(nodes_.size()));
  nodes_.push_back({static_cast<std::uint32_t>(place), 0, 0, kind, false});
  ++place;
  return true;
}

bool JsonTape::close(std::size_t& place) {
  JsonNode& node = nodes_[open_.back()];
  open_.pop_back();
  ++place;
  node.length = static_cast<std::uint32_t>(place) - node.begin;
  node.next = static_cast<std::uint32_t>(nodes_.size());
  return true;
}

bool JsonTape::parse_string(std::size_t& place, JsonKind kind) {
  const std::size_t begin = place + 1;
  bool escaped = false;
  std::size_t stop = begin;
  while (true) {
    stop = find_json_string_stop(text_, stop);
    if (stop >= text_.size()) return fail(place, "a string is never closed");
    if (text_[stop] == '"') break;
    if (text_[stop] != '\\') return fail(stop, "a control character stands in a string");
    escaped = true;
    const char escape = stop + 1 < text_.size() ? text_[stop + 1] : '\0';
    if (escape == 'u') {
      if (unit_at(text_, stop + 2) < 0) return fail(stop, "\\u needs four hexadecimal digits");
      stop += 6;
    } else {
      if (std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos || escape == '\0') {
        return fail(stop, "an unknown escape stands in a string");
      }
      stop += 2;
    }
  }
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(stop - begin),
                    index + 1, kind, escaped});
  place = stop + 1;
  return true;
}

bool JsonTape::parse_number(std::size_t& place) {
  const std::size_t begin = place;
  std::size_t stop = place;
  const auto at = [&](std::size_t i) { return i < text_.size() ? text_[i] : '\0'; };
  const auto pass_digits = [&] {
    const std::size_t start = stop;
    while (is_digit(at(stop))) ++stop;
    return stop > start;
  };
  if (at(stop) == '-') ++stop;
  bool valid = at(stop) == '0' ? (++stop, !is_digit(at(stop))) : pass_digits();
  if (valid && at(stop) == '.') {
    ++stop;
    valid = pass_digits();
  }
  if (valid && (at(stop) == 'e' || at(stop) == 'E')) {
    ++stop;
    if (at(stop) == '+' || at(stop) == '-') ++stop;
    valid = pass_digits();
  }
  JsonKind kind = JsonKind::number;
  if (!valid || at(stop) == '*') {
    stop = std::min(text_.find_first_not_of("*0123456789+-.eE", begin), text_.size());
    if (text_.substr(begin, stop - begin).find('*') == std::string_view::npos)
      return fail(begin, "expected a value");
    kind = JsonKind::masked;
    has_masked_ = true;
  }
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(stop - begin),
                    index + 1, kind, false});
  place = stop;
  return true;
}

bool JsonTape::parse_literal(std::size_t& place, std::string_view word, JsonKind kind) {
  if (text_.substr(place, word.size()) != word) return fail(place, "expected a value");
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(word.size()),
                    index + 1, kind, false});
  place += word.size();
  return true;
}

std::string_view JsonTape::unescaped(const JsonNode& node, TextArena& arena) const {
  const std::string_view content = raw(node);
  if (!node.escaped) return content;
  // A character of three bytes takes six in an escape, one of four twelve: the text only shrinks.
  char* const start = arena.allocate(content.size());
  char* out = start;
  std::size_t place = 0;
  while (place < content.size()) {
    const std::size_t stop = std::min(content.find('\\', place), content.size());
    std::memcpy(out, content.data() + place, stop - place);
    out += stop - place;
    place = stop;
    if (place == content.size()) break;
    const char escape = content[place + 1];
    place += 2;
    if (escape == 'u') {
      out = write_utf8(read_code(content, place), out);
    } else {
      *out++ = simple_escape(escape);
    }
  }
  const auto size = static_cast<std::size_t>(out - start);
  arena.give_back(content.size() - size);
  return {start, size};
}

namespace {

/// Copies JSON without the white space between tokens; returns the end of what was written.
char* write_minified(std::string_view text, char* out) {
  std::size_t place = 0;
  while (place < text.size()) {
    if (text[place] == '"') {
      const std::size_t end = std::min(scan_json_string(text, place), text.size());
      std::memcpy(out, text.data() + place, end - place);
      out += end - place;
      place = end;
    } else {
      if (!is_json_space(text[place])) *out++ = text[place];
      ++place;
    }
  }
  return out;
}

}  // namespace

std::string_view JsonTape::canonical(TextArena& arena) const {
  if (!has_space_) return text_;
  char* const start = arena.allocate(text_.size());
  const auto size = static_cast<std::size_t>(write_minified(text_, start) - start);
  arena.give_back(text_.size() - size);
  return {start, size};
}

std::string_view JsonTape::json_text(const JsonNode& node, TextArena& arena) const {
  const bool quoted = node.kind == JsonKind::string || node.kind == JsonKind::key;
  const std::string_view text = quoted ? text_.substr(node.begin - 1, node.length + 2) : raw(node);
  if (!has_space_ && !has_masked_) return text;
  std::size_t room = text.size();
  const auto index = static_cast<std::size_t>(&node - nodes_.data());
  if (has_masked_) {
    for (std::size_t i = index; i < node.next; ++i)
      room += nodes_[i].kind == JsonKind::masked ? 2 : 0;
  }
  char* const start = arena.allocate(room);
  char* out = start;
  std::size_t place = 0;
  for (std::size_t i = index; has_masked_ && i < node.next; ++i) {
    if (nodes_[i].kind != JsonKind::masked) continue;
    const std::size_t begin =
        nodes_[i].begin - static_cast<std::size_t>(text.data() - text_.data());
    out = write_minified(text.substr(place, begin - place), out);
    *out++ = '"';
    out = write_minified(raw(nodes_[i]), out);
    *out++ = '"';
    place = begin + nodes_[i].length;
  }
  out = write_minified(text.substr(place), out);
  const auto size = static_cast<std::size_t>(out - start);
  arena.give_back(room - size);
  return {start, size};
}

}  // namespace clewline::ingest
