#include "base/time.h"

#include <chrono>
#include <cstdio>

namespace clewline {
namespace {

std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  if (from + count > text.size()) return std::nullopt;
  int number = 0;
  for (std::size_t i = from; i < from + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

std::optional<std::int64_t> offset_us(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = *hours * kUsPerHour + *minutes * kUsPerMinute;
  return text[0] == '-' ? -offset : offset;
}

std::optional<CivilTime> date_part(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 || *day > days_in_month(*year, *month))
    return std::nullopt;
  CivilTime civil;
  civil.year = *year;
  civil.month = *month;
  civil.day = *day;
  return civil;
}

}  // namespace

std::int64_t days_from_civil(int year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

int days_in_month(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

TimeUs us_from_civil(const CivilTime& civil) {
  return days_from_civil(civil.year, civil.month, civil.day) * kUsPerDay + civil.hour * kUsPerHour +
         civil.minute * kUsPerMinute + civil.second * kUsPerSecond + civil.microsecond;
}

CivilTime civil_from_us(TimeUs time) {
  std::int64_t days = time / kUsPerDay;
  std::int64_t rest = time % kUsPerDay;
  if (rest < 0) {
    rest += kUsPerDay;
    --days;
  }
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1);
  civil.month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  civil.year = static_cast<int>(year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0));
  civil.hour = static_cast<int>(rest / kUsPerHour);
  civil.minute = static_cast<int>(rest / kUsPerMinute % 60);
  civil.second = static_cast<int>(rest / kUsPerSecond % 60);
  civil.microsecond = static_cast<int>(rest % kUsPerSecond);
  return civil;
}

std::string format_utc(TimeUs time) {
  const CivilTime civil = civil_from_us(time);
  char text[64];
  int length = std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", civil.year,
                             civil.month, civil.day, civil.hour, civil.minute, civil.second);
  if (civil.microsecond % 1000 != 0) {
    length += std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length), ".%06d",
                            civil.microsecond);
  } else if (civil.microsecond != 0) {
    length += std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length), ".%03d",
                            civil.microsecond / 1000);
  }
  return std::string(text, static_cast<std::size_t>(length)) + "Z";
}

std::optional<TimeUs> parse_rfc3339(std::string_view text) {
  if (text.size() < 10) return std::nullopt;
  auto civil = date_part(text);
  if (!civil) return std::nullopt;
  if (text.size() == 10) return us_from_civil(*civil);
  if (text.size() < 20 || (text[10] != 'T' && text[10] != ' ' && text[10] != 't'))
    return std::nullopt;
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!hour || !minute || !second || text[13] != ':' || text[16] != ':') return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  std::size_t at = 19;
  std::int64_t fraction = 0;
  if (text[at] == '.') {
    std::int64_t unit = 100'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
      fraction += unit * (text[at] - '0');
    }
  }
  const auto offset = offset_us(text.substr(at));
  if (!offset) return std::nullopt;
  civil->hour = *hour;
  civil->minute = *minute;
  civil->second = *second;
  return us_from_civil(*civil) + fraction - *offset;
}

TimeUs SystemClock::now() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace clewline
