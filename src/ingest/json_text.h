#pragma once

#include <string>
#include <string_view>

namespace clewline::ingest {

/// Appends a text as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace clewline::ingest
