#include "ingest/readers/encoding.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace clewline::ingest {
namespace {

/// Windows-1252 codes 0x80 to 0x9F; 0 where there is no character.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
constexpr char kNotUtf8 = '\xFF';

void append_utf8(std::uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

}  // namespace

std::string_view text_encoding_name(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::utf8: return "utf8";
    case TextEncoding::utf16_le: return "utf16_le";
    case TextEncoding::utf16_be: return "utf16_be";
    case TextEncoding::latin1: return "latin1";
    case TextEncoding::windows_1252: return "windows_1252";
  }
  return "";
}

std::optional<TextEncoding> text_encoding_from_name(std::string_view name) {
  std::string plain;
  for (char c : name) {
    if (c == '-' || c == '_' || c == ' ') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (plain == "utf8") return TextEncoding::utf8;
  if (plain == "utf16le" || plain == "utf16") return TextEncoding::utf16_le;
  if (plain == "utf16be") return TextEncoding::utf16_be;
  if (plain == "latin1" || plain == "iso88591") return TextEncoding::latin1;
  if (plain == "windows1252" || plain == "cp1252") return TextEncoding::windows_1252;
  return std::nullopt;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return std::nullopt;
  std::size_t place = 0;
  while (place < text.size()) {
    const std::size_t length = utf8_length(text, place);
    if (length == 0) return place;
    place += length;
  }
  return std::nullopt;
}

std::string suggest_encoding(std::string_view text) {
  const auto zeros = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\0'));
  if (text.size() >= 4 && zeros * 3 > text.size()) {
    return text[0] == '\0' ? "declare `encoding: utf16_be` in the mapping's reader"
                           : "declare `encoding: utf16_le` in the mapping's reader";
  }
  const bool windows = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 && byte <= 0x9F && kWindows1252[byte - 0x80] != 0;
  });
  return windows ? "if the file comes from Windows, declare `encoding: windows_1252` in the "
                   "mapping's reader"
                 : "if the file is Western European, declare `encoding: latin1` in the mapping's "
                   "reader";
}

void Transcoder::add(std::string_view bytes, std::string& out) {
  if (encoding_ == TextEncoding::utf16_le || encoding_ == TextEncoding::utf16_be)
    return add_utf16(bytes, out);
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (encoding_ == TextEncoding::windows_1252 && byte >= 0x80 && byte <= 0x9F) {
      const std::uint16_t code = kWindows1252[byte - 0x80];
      if (code == 0) {
        out += kNotUtf8;
      } else {
        append_utf8(code, out);
      }
    } else {
      append_utf8(byte, out);
    }
  }
}

void Transcoder::add_utf16(std::string_view bytes, std::string& out) {
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (!half_unit_) {
      half_unit_ = byte;
      continue;
    }
    const unsigned first = *half_unit_;
    half_unit_.reset();
    add_unit(static_cast<std::uint16_t>(encoding_ == TextEncoding::utf16_le ? first | byte << 8
                                                                            : first << 8 | byte),
             out);
  }
}

void Transcoder::add_unit(std::uint16_t unit, std::string& out) {
  if (high_surrogate_ != 0) {
    const std::uint32_t high = high_surrogate_;
    high_surrogate_ = 0;
    if (unit >= 0xDC00 && unit <= 0xDFFF) {
      return append_utf8(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00U), out);
    }
    out += kNotUtf8;
  }
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    high_surrogate_ = unit;
  } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
    out += kNotUtf8;
  } else {
    append_utf8(unit, out);
  }
}

void Transcoder::finish(std::string& out) {
  if (high_surrogate_ != 0 || half_unit_) out += kNotUtf8;
  high_surrogate_ = 0;
  half_unit_.reset();
}

}  // namespace clewline::ingest
