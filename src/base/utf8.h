#pragma once

#include <cstddef>
#include <string_view>

namespace clewline {

/// Returns the length in bytes of the well-formed UTF-8 sequence at a place of the text, 1 to 4, or
/// 0 when none begins there (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t at);

}  // namespace clewline
