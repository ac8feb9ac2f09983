#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace clewline::render {

/// What a piece of text is; the terminal's own palette decides how it looks.
enum class Ink : std::uint8_t {
  plain,
  strong,
  faint,
  good,
  warn,
  bad,
  customer,
  engagement,
  interaction,
  transaction,
  event
};

/// Whether escape sequences are written. The caller looks at NO_COLOR, --no-color and the terminal.
struct Style {
  bool colour = false;

  /// Returns the text with the escape sequences of an ink around it, or as it is.
  std::string paint(Ink ink, std::string_view text) const;
};

/// Returns the columns a UTF-8 text takes on a terminal: wide characters two, combining marks none.
std::size_t display_width(std::string_view text);

/// Adds spaces up to a width.
std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

/// Makes a text safe to print on one line: line ends, tabs, control characters, marks that turn the
/// direction of writing and bytes that are not UTF-8 become visible escapes.
std::string one_line(std::string_view text);

/// The same, but line ends stay. A text longer than `bytes_max` ends in how much is left out.
std::string printable(std::string_view text, std::size_t bytes_max);

}  // namespace clewline::render
