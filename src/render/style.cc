#include "render/style.h"

#include <array>

#include "base/utf8.h"
#include "render/cell_text.h"

namespace clewline::render {
namespace {

constexpr std::array<std::string_view, 11> kSequences = {
    "",        "\x1b[1m",    "\x1b[2m",    "\x1b[32m", "\x1b[33m", "\x1b[31m",
    "\x1b[1m", "\x1b[1;35m", "\x1b[1;36m", "\x1b[34m", "\x1b[2m"};

struct Range {
  char32_t first;
  char32_t last;
};

// Blocks of combining marks and joiners (Unicode 15, the blocks that occur in names and messages).
constexpr Range kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x06D6, 0x06DC}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};

// East Asian wide and fullwidth blocks, and pictographs (Unicode Standard Annex 11).
constexpr Range kDoubleWidth[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
                                  {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
                                  {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
                                  {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                                  {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <std::size_t N>
bool inside(char32_t point, const Range (&ranges)[N]) {
  for (const Range& range : ranges) {
    if (point >= range.first && point <= range.last) return true;
  }
  return false;
}

// What a terminal obeys or shows out of order: C1 controls, line and paragraph separators, marks
// and overrides of the direction of writing.
constexpr Range kUnsafe[] = {
    {0x80, 0x9F}, {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}, {0x61C, 0x61C}};

// Decodes one code point; a malformed byte counts as one narrow character.
char32_t next_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (more == 0) return lead;
  char32_t point = lead & (0x3F >> more);
  for (int i = 0; i < more && at < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0) != 0x80) return lead;
    point = (point << 6) | (byte & 0x3F);
    ++at;
  }
  return point;
}

void add_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
}

// Adds the next character, or what stands for it, and moves on.
void add_visible(std::string& out, std::string_view text, std::size_t& at) {
  const char c = text[at];
  if (c == '\n' || c == '\r' || c == '\t') {
    out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    ++at;
    return;
  }
  const std::size_t length = utf8_length(text, at);
  std::size_t next = at;
  const char32_t point = length == 0 ? 0 : next_point(text, next);
  const std::string_view bytes = text.substr(at, length == 0 ? 1 : length);
  if (point < 0x20 || point == 0x7F || inside(point, kUnsafe)) {
    add_hex(out, bytes);
  } else {
    out += bytes;
  }
  at += bytes.size();
}

}  // namespace

std::string Style::paint(Ink ink, std::string_view text) const {
  const std::string_view sequence = kSequences[static_cast<std::size_t>(ink)];
  if (!colour || sequence.empty() || text.empty()) return std::string(text);
  std::string out(sequence);
  out += text;
  out += "\x1b[0m";
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t point = next_point(text, at);
    if (point < 0x300) {
      ++width;
    } else if (!inside(point, kZeroWidth)) {
      width += inside(point, kDoubleWidth) ? 2 : 1;
    }
  }
  return width;
}

std::string pad_right(std::string_view text, std::size_t width) {
  std::string out(text);
  const std::size_t has = display_width(text);
  if (has < width) out.append(width - has, ' ');
  return out;
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::size_t has = display_width(text);
  std::string out(has < width ? width - has : 0, ' ');
  out += text;
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) add_visible(out, text, at);
  return out;
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size() && at < bytes_max) {
    if (text[at] == '\n') {
      out += text[at++];
    } else {
      add_visible(out, text, at);
    }
  }
  if (at < text.size()) out += "… (" + std::to_string(text.size() - at) + " more bytes)";
  return out;
}

}  // namespace clewline::render
