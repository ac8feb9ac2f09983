#include "engine/time_option.h"

namespace clewline::engine {

Result<TimeUs> read_time_option(const std::string& text, std::string_view option) {
  if (const auto time = parse_rfc3339(text)) return *time;
  return Error{ErrorCode::usage, std::string(option) + " wants a time, found " + text,
               "write it as 2026-03-31T23:59:59Z or 2026-03-31"};
}

}  // namespace clewline::engine
