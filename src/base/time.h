#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace clewline {

/// Microseconds since 1970-01-01T00:00:00Z.
using TimeUs = std::int64_t;

/// Marks an absent time in columns of TimeUs.
inline constexpr TimeUs kNoTime = std::numeric_limits<TimeUs>::min();

inline constexpr std::int64_t kUsPerMs = 1'000;
inline constexpr std::int64_t kUsPerSecond = 1'000'000;
inline constexpr std::int64_t kUsPerMinute = 60 * kUsPerSecond;
inline constexpr std::int64_t kUsPerHour = 60 * kUsPerMinute;
inline constexpr std::int64_t kUsPerDay = 24 * kUsPerHour;

/// A date and time of day on the proleptic Gregorian calendar, no zone.
struct CivilTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int microsecond = 0;
};

/// Returns days since 1970-01-01 of a valid date (H. Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms").
std::int64_t days_from_civil(int year, int month, int day);
/// Returns the number of days of a month, 28..31.
int days_in_month(int year, int month);
/// Converts a valid civil time as if it were UTC.
TimeUs us_from_civil(const CivilTime& civil);
/// Converts to the UTC civil time.
CivilTime civil_from_us(TimeUs time);

/// Formats as RFC 3339 in UTC: "2026-01-31T09:05:00Z", with a fraction of 3 or 6 digits only where
/// needed.
std::string format_utc(TimeUs time);
/// Parses what `format_utc` writes, any RFC 3339 offset, and a plain date (midnight UTC); null
/// otherwise.
std::optional<TimeUs> parse_rfc3339(std::string_view text);

/// Tells the time; passed in by constructor so that tests choose it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeUs now() const = 0;
};

/// The operating system's clock.
class SystemClock final : public Clock {
 public:
  TimeUs now() const override;
};

}  // namespace clewline
