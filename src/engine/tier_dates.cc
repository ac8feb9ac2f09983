#include "engine/tier_dates.h"

namespace clewline::engine {
namespace {

// The local date on which the unit that holds a local date begins, and the one after it.
CivilTime begin_of(TimeUs local, TierEvery every) {
  CivilTime date = civil_from_us(local);
  date.hour = date.minute = date.second = date.microsecond = 0;
  if (every == TierEvery::week) {
    const std::int64_t days = days_from_civil(date.year, date.month, date.day);
    constexpr std::int64_t kThursdayToMonday = 3;  // 1970-01-01 was a Thursday
    const std::int64_t since_monday = ((days + kThursdayToMonday) % 7 + 7) % 7;
    return civil_from_us((days - since_monday) * kUsPerDay);
  }
  if (every != TierEvery::day) date.day = 1;
  if (every == TierEvery::quarter) date.month = (date.month - 1) / 3 * 3 + 1;
  if (every == TierEvery::year) date.month = 1;
  return date;
}

TimeUs next_local(TimeUs begin, TierEvery every) {
  if (every == TierEvery::day) return begin + kUsPerDay;
  if (every == TierEvery::week) return begin + 7 * kUsPerDay;
  CivilTime date = civil_from_us(begin);
  date.month += every == TierEvery::month ? 1 : every == TierEvery::quarter ? 3 : 12;
  if (date.month > 12) {
    date.month -= 12;
    ++date.year;
  }
  return us_from_civil(date);
}

}  // namespace

std::vector<TimeUs> tier_dates(const text::Zone& zone, TierEvery every, TimeUs first, TimeUs last) {
  std::vector<TimeUs> dates;
  TimeUs local = us_from_civil(begin_of(first + zone.offset_us_at(first), every));
  while (true) {
    const TimeUs at = zone.read_local(local).earlier;
    if (at > last) return dates;
    if (at > first) dates.push_back(at);
    local = next_local(local, every);
  }
}

}  // namespace clewline::engine
