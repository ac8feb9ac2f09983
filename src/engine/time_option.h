#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace clewline::engine {

/// Reads the time an option was given: RFC 3339 or a plain date (midnight UTC). Error: `usage` with
/// the option named.
Result<TimeUs> read_time_option(const std::string& text, std::string_view option);

}  // namespace clewline::engine
