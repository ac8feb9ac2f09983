#include "text/zone.h"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/tztrans.h>

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>

#include "text/ascii.h"

namespace clewline::text {
namespace {

constexpr TimeUs kFirstUs = -25'567LL * kUsPerDay;  // 1900-01-01
constexpr TimeUs kLastUs = 84'006LL * kUsPerDay;    // 2200-01-01
constexpr std::size_t kSpansMax = 2'000;
// No zone's offset exceeds this; a reading can only lie in spans this near.
constexpr std::int64_t kOffsetMaxUs = 26 * kUsPerHour;

std::int64_t offset_at(const icu::TimeZone& zone, double ms) {
  int32_t raw = 0;
  int32_t saving = 0;
  UErrorCode status = U_ZERO_ERROR;
  zone.getOffset(ms, false, raw, saving, status);
  return U_SUCCESS(status) ? (static_cast<std::int64_t>(raw) + saving) * kUsPerMs : 0;
}

std::unique_ptr<const Zone> from_icu(const std::string& name, const icu::BasicTimeZone& zone) {
  std::vector<TimeUs> starts = {std::numeric_limits<TimeUs>::min()};
  double at = static_cast<double>(kFirstUs / kUsPerMs);
  std::vector<std::int64_t> offsets = {offset_at(zone, at)};
  icu::TimeZoneTransition transition;
  while (starts.size() < kSpansMax && zone.getNextTransition(at, false, transition)) {
    at = transition.getTime();
    const auto start = static_cast<TimeUs>(at) * kUsPerMs;
    if (start >= kLastUs) break;
    const std::int64_t offset = offset_at(zone, at);
    if (offset == offsets.back()) continue;
    starts.push_back(start);
    offsets.push_back(offset);
  }
  return std::make_unique<const Zone>(name, std::move(starts), std::move(offsets));
}

/// "+05:30", "-0800", "+02": a fixed offset.
std::unique_ptr<const Zone> from_offset(const std::string& name) {
  if (name.size() < 3 || (name[0] != '+' && name[0] != '-')) return nullptr;
  std::string digits;
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (name[i] == ':' && i == 3) continue;
    if (!is_digit(name[i])) return nullptr;
    digits += name[i];
  }
  if (digits.size() != 2 && digits.size() != 4) return nullptr;
  if (digits.size() == 2) digits += "00";
  const int hours = (digits[0] - '0') * 10 + (digits[1] - '0');
  const int minutes = (digits[2] - '0') * 10 + (digits[3] - '0');
  if (hours > 18 || minutes > 59) return nullptr;
  const std::int64_t offset =
      (hours * kUsPerHour + minutes * kUsPerMinute) * (name[0] == '-' ? -1 : 1);
  return std::make_unique<const Zone>(name, std::vector<TimeUs>{std::numeric_limits<TimeUs>::min()},
                                      std::vector<std::int64_t>{offset});
}

std::unique_ptr<const Zone> load(const std::string& name) {
  if (name == "UTC" || name == "Z") {
    return std::make_unique<const Zone>("UTC",
                                        std::vector<TimeUs>{std::numeric_limits<TimeUs>::min()},
                                        std::vector<std::int64_t>{0});
  }
  if (auto fixed = from_offset(name)) return fixed;
  const std::unique_ptr<icu::TimeZone> zone(
      icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (zone == nullptr || *zone == icu::TimeZone::getUnknown()) return nullptr;
  const auto* basic = dynamic_cast<const icu::BasicTimeZone*>(zone.get());
  return basic == nullptr ? nullptr : from_icu(name, *basic);
}

}  // namespace

Zone::Zone(std::string name, std::vector<TimeUs> starts, std::vector<std::int64_t> offsets)
    : name_(std::move(name)), starts_(std::move(starts)), offsets_(std::move(offsets)) {}

Result<const Zone*> Zone::find(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const Zone>, std::less<>> zones;
  const std::lock_guard lock(mutex);
  if (const auto found = zones.find(name); found != zones.end()) return found->second.get();
  std::string key(name);
  auto zone = load(key);
  if (zone == nullptr) {
    return Error{ErrorCode::bad_input, "unknown time zone: " + key,
                 "Use an IANA name such as Europe/Berlin, UTC, or an offset such as +05:30."};
  }
  return zones.emplace(std::move(key), std::move(zone)).first->second.get();
}

std::size_t Zone::span_of(TimeUs utc) const {
  const std::size_t recent = recent_span_.load(std::memory_order_relaxed);
  if (starts_[recent] <= utc && (recent + 1 == starts_.size() || utc < starts_[recent + 1]))
    return recent;
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), utc);
  const auto span = static_cast<std::size_t>(after - starts_.begin()) - 1;
  recent_span_.store(static_cast<std::uint32_t>(span), std::memory_order_relaxed);
  return span;
}

std::int64_t Zone::offset_us_at(TimeUs utc) const { return offsets_[span_of(utc)]; }

LocalReading Zone::read_local(TimeUs local) const {
  const std::size_t near = span_of(local);
  const bool far_from_start = near == 0 || local - starts_[near] > kOffsetMaxUs;
  const bool far_from_end = near + 1 == starts_.size() || starts_[near + 1] - local > kOffsetMaxUs;
  if (far_from_start && far_from_end) {
    const TimeUs utc = local - offsets_[near];
    return {LocalReading::Kind::unique, utc, utc};
  }
  std::size_t span = near;
  while (span > 0 && starts_[span] > local - kOffsetMaxUs) --span;
  LocalReading reading;
  bool found = false;
  std::int64_t offset_before_gap = offsets_[span];
  for (; span < starts_.size() && (span == 0 || starts_[span] <= local + kOffsetMaxUs); ++span) {
    const TimeUs utc = local - offsets_[span];
    const bool begun = span == 0 || utc >= starts_[span];
    const bool ended = span + 1 < starts_.size() && utc >= starts_[span + 1];
    if (ended) offset_before_gap = offsets_[span];
    if (!begun || ended) continue;
    if (!found) reading.earlier = utc;
    reading.later = utc;
    reading.kind = found ? LocalReading::Kind::fold : LocalReading::Kind::unique;
    found = true;
  }
  if (!found) {
    reading.kind = LocalReading::Kind::gap;
    reading.earlier = reading.later = local - offset_before_gap;
  }
  return reading;
}

}  // namespace clewline::text
