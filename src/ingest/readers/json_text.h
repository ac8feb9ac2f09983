#pragma once

#include <string>
#include <string_view>

namespace clewline::ingest {

/// Appends `text`, which is UTF-8, as a JSON string with its quotes.
void append_json_string(std::string_view text, std::string& out);

}  // namespace clewline::ingest
