#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/enums.h"

namespace clewline::text {

/// What a text says about a time before any zone is applied.
struct ClockReading {
  TimeUs local = 0;  // the wall clock as if it were UTC
  std::optional<std::int64_t> offset_us;
  bool offset_is_utc = false;  // written as Z, UTC or GMT
  Precision precision = Precision::s;
};

/// Reads ISO 8601 / RFC 3339; null when any part is malformed.
std::optional<ClockReading> read_iso(std::string_view text);
/// Reads RFC 2822 ("Fri, 18 Oct 2019 17:02:00 +0000"); the zone is required.
std::optional<ClockReading> read_rfc2822(std::string_view text);
/// Reads "Z", "UTC", "GMT", "+02", "+0200", "+02:00", "-05:30" from `at` on; false leaves `at`.
bool read_offset(std::string_view text, std::size_t& at, ClockReading& reading);

/// A compiled strptime-like pattern.
class TimePattern {
 public:
  static Result<TimePattern> compile(std::string_view pattern);
  std::optional<ClockReading> read(std::string_view text) const;
  bool has_offset() const { return has_offset_; }

 private:
  struct Step {
    char directive = 0;  // 0: the literal text; ' ': any white space
    bool padded = true;  // false: fewer digits are allowed (%-d)
    char literal = 0;
  };
  std::vector<Step> steps_;
  bool has_offset_ = false;
};

}  // namespace clewline::text
