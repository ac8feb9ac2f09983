#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace clewline::ingest {

/// How deep brackets may nest.
inline constexpr std::size_t kJsonDepthMax = 1024;

/// What a look for the end of a JSON value found.
enum class JsonExtent : std::uint8_t {
  complete,
  incomplete,  // the bytes end inside the value
  broken,      // brackets of different kinds meet, or the text is plainly not JSON for long
};

/// The result of `scan_json_value`.
struct JsonScan {
  JsonExtent extent = JsonExtent::complete;
  std::size_t end = 0;  // past the value, or where it broke
};

/// How long a value may be that holds a character JSON does not have there, unless told otherwise.
inline constexpr std::size_t kStrangeBytesMax = std::size_t{1} << 20;

/// Finds the end of the JSON value that begins at `begin` by brackets and strings alone. A value
/// whose brackets match is complete even when its inside is not JSON: JsonTape judges that. But a
/// lost quote turns the text inside out, and brackets may come to match again many records later: a
/// value that holds characters JSON does not have there and is longer than `strange_bytes_max` is
/// broken. `open_objects` says how many objects are open around `begin`; the scan then ends after
/// the last of them.
JsonScan scan_json_value(std::string_view text, std::size_t begin, std::size_t open_objects = 0,
                         std::size_t strange_bytes_max = kStrangeBytesMax);

/// Returns the end of the string whose opening quote is at `begin`, or npos.
std::size_t scan_json_string(std::string_view text, std::size_t begin);

/// Returns the first quote, backslash or control character from `place` on, at most text.size().
std::size_t find_json_string_stop(std::string_view text, std::size_t place);

/// Returns the first place from `begin` on that is no JSON white space, at most text.size().
std::size_t skip_json_space(std::string_view text, std::size_t begin);

}  // namespace clewline::ingest
