#pragma once

#include <span>
#include <string>
#include <string_view>

namespace clewline::ingest {

/// Returns `did you mean "x"?` for the nearest of the known words, or lists them when none is near.
std::string spelling_hint(std::string_view word, std::span<const std::string_view> known);

}  // namespace clewline::ingest
