#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/readers/reader_options.h"

namespace clewline::ingest {

/// Returns the name used in mappings: "utf8", "utf16_le", "utf16_be", "latin1", "windows_1252".
std::string_view text_encoding_name(TextEncoding encoding);
/// Reads such a name, also in the spellings "utf-8", "UTF-16LE", "iso-8859-1", "cp1252"; null
/// otherwise.
std::optional<TextEncoding> text_encoding_from_name(std::string_view name);

/// Returns the offset of the first byte that is not well-formed UTF-8, or null (Unicode 15, table
/// 3-7).
std::optional<std::size_t> find_invalid_utf8(std::string_view text);
/// Guesses from bytes that are not UTF-8 which encoding to declare, as one sentence.
std::string suggest_encoding(std::string_view text);

/// Turns pieces of a text in another encoding into UTF-8. What cannot be turned (an unpaired
/// surrogate, an odd last byte, a code without a character) becomes bytes that are not UTF-8, so
/// that the record it is in is rejected rather than changed.
class Transcoder {
 public:
  explicit Transcoder(TextEncoding encoding) : encoding_(encoding) {}
  /// Appends the UTF-8 of the next piece.
  void add(std::string_view bytes, std::string& out);
  /// Appends what an incomplete last character leaves.
  void finish(std::string& out);

 private:
  void add_utf16(std::string_view bytes, std::string& out);
  void add_unit(std::uint16_t unit, std::string& out);

  TextEncoding encoding_;
  std::optional<unsigned char> half_unit_;
  std::uint16_t high_surrogate_ = 0;
};

}  // namespace clewline::ingest
