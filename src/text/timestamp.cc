#include "text/timestamp.h"

#include <cstdlib>
#include <map>

#include "text/ascii.h"
#include "text/time_format_internal.h"
#include "text/zone.h"

namespace clewline::text {
namespace {

constexpr TimeUs kEarliestUs = -25'567LL * kUsPerDay;  // 1900-01-01
constexpr TimeUs kLatestUs = 84'006LL * kUsPerDay;     // 2200-01-01
constexpr std::int64_t kOffsetStepUs = 15 * kUsPerMinute;
constexpr std::int64_t kSameMomentSlackUs = 5 * kUsPerMinute;
constexpr std::size_t kFormatCacheMax = 256;

enum class FormatKind : std::uint8_t { iso, rfc2822, unix_s, unix_ms, unix_us, unix_auto, pattern };

FormatKind format_kind(std::string_view format) {
  if (format == "iso") return FormatKind::iso;
  if (format == "rfc2822") return FormatKind::rfc2822;
  if (format == "unix_s" || format == "s.us") return FormatKind::unix_s;
  if (format == "unix_ms") return FormatKind::unix_ms;
  if (format == "unix_us") return FormatKind::unix_us;
  if (format == "unix_auto") return FormatKind::unix_auto;
  return FormatKind::pattern;
}

/// A decimal number: whole part and six digits of the fraction.
struct EpochNumber {
  std::int64_t whole = 0;
  std::int64_t millionths = 0;
  std::size_t fraction_digits = 0;
  bool negative = false;
};

std::optional<EpochNumber> read_epoch(std::string_view text) {
  EpochNumber number;
  std::size_t at = 0;
  if (at < text.size() && text[at] == '-') {
    number.negative = true;
    ++at;
  }
  const std::size_t from = at;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (at - from >= 18) return std::nullopt;
    number.whole = number.whole * 10 + (text[at] - '0');
  }
  if (at == from) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    std::int64_t unit = 100'000;
    for (++at; at < text.size() && is_digit(text[at]); ++at, unit /= 10) {
      number.millionths += unit * (text[at] - '0');
      ++number.fraction_digits;
    }
    if (number.fraction_digits == 0) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  return number;
}

FormatKind unit_by_size(std::int64_t whole) {
  if (whole < 100'000'000'000LL) return FormatKind::unix_s;
  return whole < 100'000'000'000'000LL ? FormatKind::unix_ms : FormatKind::unix_us;
}

ParsedTime malformed(Issue issue = Issue::ts_malformed) {
  ParsedTime parsed;
  parsed.issue = issue;
  return parsed;
}

ParsedTime from_epoch(std::string_view text, FormatKind kind) {
  const auto number = read_epoch(text);
  if (!number) return malformed();
  if (kind == FormatKind::unix_auto) kind = unit_by_size(number->whole);
  ParsedTime parsed;
  const std::int64_t unit = kind == FormatKind::unix_s    ? kUsPerSecond
                            : kind == FormatKind::unix_ms ? kUsPerMs
                                                          : 1;
  if (number->whole > kLatestUs / unit) return malformed(Issue::ts_out_of_range);
  parsed.time = number->whole * unit + number->millionths * unit / kUsPerSecond;
  if (number->negative) parsed.time = -parsed.time;
  parsed.precision = kind == FormatKind::unix_us ? Precision::us : Precision::ms;
  if (kind == FormatKind::unix_s) {
    parsed.precision = number->fraction_digits == 0   ? Precision::s
                       : number->fraction_digits <= 3 ? Precision::ms
                                                      : Precision::us;
  } else if (kind == FormatKind::unix_ms && number->fraction_digits > 0) {
    parsed.precision = Precision::us;
  }
  return parsed;
}

std::int64_t distance(TimeUs left, TimeUs right) {
  return left < right ? right - left : left - right;
}

/// Applies the zone to a wall clock; the record's own times decide a repeated hour.
void apply_zone(const Zone& zone, TimeUs local, const TimeContext& context, ParsedTime& parsed) {
  const LocalReading reading = zone.read_local(local);
  parsed.time = reading.earlier;
  parsed.quality = TimeQuality::assumed_zone;
  if (reading.kind == LocalReading::Kind::gap) {
    parsed.issue = Issue::nonexistent_local_time;
  } else if (reading.kind == LocalReading::Kind::fold) {
    if (context.anchor == kNoTime) {
      parsed.issue = Issue::fold_ambiguous;
    } else if (distance(reading.later, context.anchor) <
               distance(reading.earlier, context.anchor)) {
      parsed.time = reading.later;
    }
  }
}

ParsedTime from_clock(const ClockReading& clock, const Zone* zone, const TimeContext& context) {
  ParsedTime parsed;
  parsed.precision = clock.precision;
  if (clock.offset_us) {
    parsed.time = clock.local - *clock.offset_us;
    parsed.quality = clock.offset_is_utc ? TimeQuality::source_utc : TimeQuality::source_offset;
    return parsed;
  }
  if (context.same_moment != kNoTime) {
    if (const auto offset = offset_of_same_moment(clock.local, context.same_moment)) {
      parsed.time = clock.local - *offset;
      parsed.quality = TimeQuality::source_offset;
      return parsed;
    }
  }
  if (zone != nullptr) {
    apply_zone(*zone, clock.local, context, parsed);
  } else {
    parsed.time = clock.local;
    parsed.quality = TimeQuality::assumed_zone;
    parsed.issue = Issue::zone_assumed;
  }
  return parsed;
}

}  // namespace

struct TimeFormat::Plan {
  FormatKind kind = FormatKind::iso;
  const Zone* zone = nullptr;
  TimePattern pattern;
};

Result<TimeFormat> TimeFormat::compile(std::string_view format, std::string_view zone) {
  auto plan = std::make_shared<Plan>();
  plan->kind = format_kind(format);
  if (!zone.empty()) {
    CLEW_TRY(plan->zone, Zone::find(zone));
  }
  if (plan->kind == FormatKind::pattern) {
    CLEW_TRY(plan->pattern, TimePattern::compile(format));
    if (!plan->pattern.has_offset() && plan->zone == nullptr) {
      return Error{ErrorCode::bad_input,
                   "the time format tells no offset and no zone is given: " + std::string(format),
                   "Give the zone of the source as an IANA name, for example ts(value, format, "
                   "'Europe/Berlin')."};
    }
  }
  return TimeFormat(std::move(plan));
}

bool TimeFormat::tells_zone() const {
  return plan_->kind == FormatKind::pattern ? plan_->pattern.has_offset()
                                            : plan_->kind != FormatKind::iso;
}

ParsedTime TimeFormat::parse(std::string_view text, const TimeContext& context) const {
  text = trim(text);
  ParsedTime parsed;
  if (plan_->kind == FormatKind::iso || plan_->kind == FormatKind::pattern ||
      plan_->kind == FormatKind::rfc2822) {
    const auto clock = plan_->kind == FormatKind::iso       ? read_iso(text)
                       : plan_->kind == FormatKind::rfc2822 ? read_rfc2822(text)
                                                            : plan_->pattern.read(text);
    if (!clock) return malformed();
    parsed = from_clock(*clock, plan_->zone, context);
  } else {
    parsed = from_epoch(text, plan_->kind);
  }
  if (!parsed.present()) return parsed;
  if (parsed.time < kEarliestUs || parsed.time >= kLatestUs)
    return malformed(Issue::ts_out_of_range);
  if (context.not_after != kNoTime && parsed.time > context.not_after)
    parsed.issue = Issue::ts_future;
  return parsed;
}

Result<ParsedTime> parse_timestamp(std::string_view text, std::string_view format,
                                   std::string_view zone, const TimeContext& context) {
  thread_local std::map<std::string, TimeFormat, std::less<>> formats;
  thread_local std::string key;
  key.assign(format);
  key += '\x1f';
  key += zone;
  auto found = formats.find(key);
  if (found == formats.end()) {
    CLEW_TRY(TimeFormat compiled, TimeFormat::compile(format, zone));
    if (formats.size() >= kFormatCacheMax) formats.clear();
    found = formats.emplace(key, std::move(compiled)).first;
  }
  return found->second.parse(text, context);
}

std::optional<std::int64_t> offset_of_same_moment(TimeUs local, TimeUs utc) {
  const std::int64_t difference = local - utc;
  const std::int64_t half = kOffsetStepUs / 2;
  const std::int64_t shifted = difference + half;
  std::int64_t steps = shifted / kOffsetStepUs;
  if (shifted % kOffsetStepUs < 0) --steps;
  const std::int64_t offset = steps * kOffsetStepUs;
  if (std::llabs(difference - offset) > kSameMomentSlackUs) return std::nullopt;
  if (offset < -12 * kUsPerHour || offset > 14 * kUsPerHour) return std::nullopt;
  return offset;
}

}  // namespace clewline::text
