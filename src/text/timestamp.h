#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "model/enums.h"
#include "text/issue.h"

namespace clewline::text {

struct ParsedTime {
  /// UTC, or kNoTime when the issue says why there is none.
  TimeUs time = kNoTime;
  Precision precision = Precision::s;
  TimeQuality quality = TimeQuality::source_utc;
  Issue issue = Issue::none;

  bool present() const { return time != kNoTime; }
};

/// What else the same record says about the moment; never other records.
struct TimeContext {
  /// Another time of the record (UTC). In a repeated hour the reading nearest to it is taken.
  TimeUs anchor = kNoTime;
  /// An instant known to be the same moment (Asterisk: the epoch in uniqueid). The wall clock's
  /// offset becomes their difference rounded to 15 minutes; the zone is used only where that fails.
  TimeUs same_moment = kNoTime;
  /// A later result gets the issue ts_future.
  TimeUs not_after = kNoTime;
};

/// A time format and zone, checked once and used for many values. Copies are cheap; any thread may
/// use it.
///
/// Formats: `iso` (RFC 3339; offset with or without colon or absent; space or T; fraction with . or
/// ,; plain date; compact 20210402T153051Z), `rfc2822`, `unix_s` (fraction allowed, the `s.us` of
/// event logs), `unix_ms`, `unix_us`, `unix_auto` (unit by size), or a pattern of %Y %y %m %d %e %H
/// %I %M %S %f %L %b %B %a %A %p %z %Z %j %F %T %R %D %s %%; `%-d` (and -m -H -I -M -S -j) takes
/// one digit as well as two. Spaces match any white space.
class TimeFormat {
 public:
  /// Compiles a format for text in `zone` (IANA name or offset; empty = none). A pattern that tells
  /// no offset needs a zone: without one this is an error, because every value would be a guess.
  static Result<TimeFormat> compile(std::string_view format, std::string_view zone);

  ParsedTime parse(std::string_view text, const TimeContext& context = {}) const;

  /// Tells whether every value of this format carries its offset or counts from the epoch.
  bool tells_zone() const;

 private:
  struct Plan;
  explicit TimeFormat(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  std::shared_ptr<const Plan> plan_;
};

/// Parses one value; keeps the compiled formats of this thread (at most 256). Returns an error only
/// for a bad format or zone; a bad value is a ParsedTime with an issue.
Result<ParsedTime> parse_timestamp(std::string_view text, std::string_view format,
                                   std::string_view zone, const TimeContext& context = {});

/// Parses a length of time, in microseconds: `HH:MM:SS`, `MM:SS`, a fraction after the seconds, or
/// ISO 8601 `PT1H2M3.5S`. Hours may exceed 23. Null for anything else, negative values included.
std::optional<std::int64_t> parse_duration(std::string_view text);

/// Returns wall clock minus UTC rounded to 15 minutes, if both can be one moment: the remainder is
/// at most 5 minutes and the offset within -12:00..+14:00; null otherwise.
std::optional<std::int64_t> offset_of_same_moment(TimeUs local, TimeUs utc);

}  // namespace clewline::text
