#include <algorithm>
#include <array>

#include "text/ascii.h"
#include "text/time_format_internal.h"

namespace clewline::text {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                       "thursday", "friday", "saturday"};

/// Reads up to `max` digits from `at`; -1 when there are fewer than `min`.
int read_digits(std::string_view text, std::size_t& at, std::size_t min, std::size_t max) {
  int number = 0;
  std::size_t count = 0;
  while (count < max && at + count < text.size() && is_digit(text[at + count])) {
    number = number * 10 + (text[at + count] - '0');
    ++count;
  }
  if (count < min) return -1;
  at += count;
  return number;
}

/// Reads the digits of a fraction of a second as microseconds (further digits are cut); tells how
/// many there were.
std::size_t read_fraction(std::string_view text, std::size_t& at, int& microsecond) {
  std::size_t count = 0;
  int unit = 100'000;
  microsecond = 0;
  while (at < text.size() && is_digit(text[at])) {
    microsecond += unit * (text[at] - '0');
    unit /= 10;
    ++at;
    ++count;
  }
  return count;
}

Precision precision_of_fraction(std::size_t digits) {
  if (digits == 0) return Precision::s;
  return digits <= 3 ? Precision::ms : Precision::us;
}

/// Finds a name by its full form or its first three letters; the longest form wins.
template <std::size_t N>
int read_name(std::string_view text, std::size_t& at,
              const std::array<std::string_view, N>& names) {
  const std::string_view rest = text.substr(std::min(at, text.size()));
  for (std::size_t i = 0; i < N; ++i) {
    for (const std::string_view form : {names[i], names[i].substr(0, 3)}) {
      if (starts_with_lower(rest, form)) {
        at += form.size();
        return static_cast<int>(i);
      }
    }
  }
  return -1;
}

bool valid_civil(const CivilTime& civil) {
  return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= days_in_month(civil.year, civil.month) && civil.hour <= 23 &&
         civil.minute <= 59 && civil.second <= 60;
}

/// Reads exactly two digits at `at`; -1 otherwise. The caller has checked the length.
inline int two(std::string_view text, std::size_t at) {
  const unsigned high = static_cast<unsigned char>(text[at]) - static_cast<unsigned>('0');
  const unsigned low = static_cast<unsigned char>(text[at + 1]) - static_cast<unsigned>('0');
  return high > 9 || low > 9 ? -1 : static_cast<int>(high * 10 + low);
}

bool read_iso_date(std::string_view text, std::size_t& at, CivilTime& civil) {
  if (text.size() < 8) return false;
  const int century = two(text, 0);
  const int year = two(text, 2);
  if (century < 0 || year < 0) return false;
  const bool dashed = text[4] == '-' || text[4] == '/';
  if (dashed && (text.size() < 10 || text[7] != text[4])) return false;
  civil.year = century * 100 + year;
  civil.month = two(text, dashed ? 5 : 4);
  civil.day = two(text, dashed ? 8 : 6);
  at = dashed ? 10 : 8;
  return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= days_in_month(civil.year, civil.month);
}

bool read_iso_clock(std::string_view text, std::size_t& at, ClockReading& reading,
                    CivilTime& civil) {
  if (at + 4 > text.size()) return false;
  civil.hour = two(text, at);
  at += 2;
  const bool colons = text[at] == ':';
  if (colons) ++at;
  if (at + 2 > text.size()) return false;
  civil.minute = two(text, at);
  at += 2;
  if (civil.hour < 0 || civil.minute < 0) return false;
  reading.precision = Precision::min;
  const bool more =
      at + 2 < text.size() + (colons ? 0U : 1U) && (colons ? text[at] == ':' : is_digit(text[at]));
  if (!more) return civil.hour <= 23 && civil.minute <= 59;
  if (colons) ++at;
  civil.second = two(text, at);
  if (civil.second < 0) return false;
  at += 2;
  std::size_t fraction = 0;
  if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
    ++at;
    fraction = read_fraction(text, at, civil.microsecond);
    if (fraction == 0) return false;
  }
  reading.precision = precision_of_fraction(fraction);
  return civil.hour <= 23 && civil.minute <= 59 && civil.second <= 60;
}

/// The zones that RFC 2822 (4.3) names.
std::optional<std::int64_t> named_offset(std::string_view name) {
  struct Named {
    std::string_view name;
    int hours;
  };
  static constexpr std::array<Named, 8> kNamed = {{{"est", -5},
                                                   {"edt", -4},
                                                   {"cst", -6},
                                                   {"cdt", -5},
                                                   {"mst", -7},
                                                   {"mdt", -6},
                                                   {"pst", -8},
                                                   {"pdt", -7}}};
  for (const Named& named : kNamed) {
    if (equals_lower(name, named.name)) return named.hours * kUsPerHour;
  }
  return std::nullopt;
}

void skip_blanks(std::string_view text, std::size_t& at) {
  while (at < text.size() && is_blank(text[at])) ++at;
}

}  // namespace

bool read_offset(std::string_view text, std::size_t& at, ClockReading& reading) {
  const std::string_view rest = text.substr(std::min(at, text.size()));
  for (const std::string_view name : {"utc", "gmt", "z"}) {
    if (starts_with_lower(rest, name) &&
        (rest.size() == name.size() || !is_letter(rest[name.size()]))) {
      at += name.size();
      reading.offset_us = 0;
      reading.offset_is_utc = true;
      return true;
    }
  }
  if (rest.size() < 3 || (rest[0] != '+' && rest[0] != '-')) return false;
  const int hours = two(rest, 1);
  if (hours < 0 || hours > 18) return false;
  std::size_t length = 3;
  int minutes = 0;
  const std::size_t from = rest.size() > 3 && rest[3] == ':' ? 4 : 3;
  if (from == 4 || (rest.size() > 3 && is_digit(rest[3]))) {
    if (rest.size() < from + 2) return false;
    minutes = two(rest, from);
    if (minutes < 0 || minutes > 59) return false;
    length = from + 2;
  }
  const std::int64_t offset = hours * kUsPerHour + minutes * kUsPerMinute;
  reading.offset_us = rest[0] == '-' ? -offset : offset;
  at += length;
  return true;
}

std::optional<ClockReading> read_iso(std::string_view text) {
  ClockReading reading;
  CivilTime civil;
  std::size_t at = 0;
  if (!read_iso_date(text, at, civil)) return std::nullopt;
  if (at == text.size()) {
    reading.precision = Precision::day;
    reading.local = us_from_civil(civil);
    return reading;
  }
  if (text[at] != 'T' && text[at] != ' ' && text[at] != 't') return std::nullopt;
  ++at;
  if (!read_iso_clock(text, at, reading, civil)) return std::nullopt;
  reading.local = us_from_civil(civil);
  if (at == text.size()) return reading;
  if (text[at] == ' ') ++at;
  if (!read_offset(text, at, reading) || at != text.size()) return std::nullopt;
  return reading;
}

std::optional<ClockReading> read_rfc2822(std::string_view text) {
  std::size_t at = 0;
  CivilTime civil;
  ClockReading reading;
  if (read_name(text, at, kWeekdays) >= 0) {
    if (at >= text.size() || text[at] != ',') return std::nullopt;
    ++at;
  }
  skip_blanks(text, at);
  civil.day = read_digits(text, at, 1, 2);
  skip_blanks(text, at);
  civil.month = read_name(text, at, kMonths) + 1;
  skip_blanks(text, at);
  civil.year = read_digits(text, at, 4, 4);
  skip_blanks(text, at);
  civil.hour = read_digits(text, at, 2, 2);
  if (civil.day < 0 || civil.month < 1 || civil.year < 0 || civil.hour < 0) return std::nullopt;
  if (at >= text.size() || text[at++] != ':') return std::nullopt;
  civil.minute = read_digits(text, at, 2, 2);
  reading.precision = Precision::min;
  if (at < text.size() && text[at] == ':') {
    ++at;
    civil.second = read_digits(text, at, 2, 2);
    reading.precision = Precision::s;
  }
  if (civil.minute < 0 || civil.second < 0 || !valid_civil(civil)) return std::nullopt;
  skip_blanks(text, at);
  if (!read_offset(text, at, reading)) {
    reading.offset_us = named_offset(text.substr(std::min(at, text.size())));
    if (!reading.offset_us) return std::nullopt;
    at = text.size();
  }
  skip_blanks(text, at);
  if (at < text.size() && text[at] != '(')
    return std::nullopt;  // a comment may follow: "+0000 (UTC)"
  reading.local = us_from_civil(civil);
  return reading;
}

namespace {

/// The fields a pattern fills; checked when the text has been read.
struct Fields {
  CivilTime civil;
  int day_of_year = 0;
  int half = -1;  // 0 am, 1 pm
  bool twelve_hours = false;
  bool has_clock = false;
  std::optional<std::int64_t> epoch_s;
  Precision precision = Precision::day;

  void refine(Precision finer) { precision = std::min(precision, finer); }
};

bool read_number(std::string_view text, std::size_t& at, bool padded, std::size_t digits,
                 int& number) {
  number = read_digits(text, at, padded ? digits : 1, digits);
  return number >= 0;
}

bool read_date_field(char directive, bool padded, std::string_view text, std::size_t& at,
                     Fields& fields) {
  CivilTime& civil = fields.civil;
  switch (directive) {
    case 'Y': return read_number(text, at, true, 4, civil.year);
    case 'y':
      if (!read_number(text, at, true, 2, civil.year)) return false;
      civil.year += civil.year < 69 ? 2000 : 1900;  // POSIX
      return true;
    case 'm': return read_number(text, at, padded, 2, civil.month);
    case 'd': return read_number(text, at, padded, 2, civil.day);
    case 'e': skip_blanks(text, at); return read_number(text, at, false, 2, civil.day);
    case 'j': return read_number(text, at, padded, 3, fields.day_of_year) && fields.day_of_year > 0;
    case 'b': civil.month = read_name(text, at, kMonths) + 1; return civil.month > 0;
    case 'a': return read_name(text, at, kWeekdays) >= 0;
    default: return false;
  }
}

bool read_clock_field(char directive, bool padded, std::string_view text, std::size_t& at,
                      Fields& fields) {
  CivilTime& civil = fields.civil;
  switch (directive) {
    case 'H':
    case 'I':
      fields.twelve_hours = directive == 'I';
      fields.refine(Precision::min);
      return read_number(text, at, padded, 2, civil.hour);
    case 'M': return read_number(text, at, padded, 2, civil.minute);
    case 'S': fields.refine(Precision::s); return read_number(text, at, padded, 2, civil.second);
    case 'L':
    case 'f': {
      const std::size_t count = read_fraction(text, at, civil.microsecond);
      fields.refine(precision_of_fraction(count));
      return count > 0;
    }
    case 'p':
      if (at + 2 > text.size() || to_lower(text[at + 1]) != 'm') return false;
      fields.half = to_lower(text[at]) == 'p' ? 1 : to_lower(text[at]) == 'a' ? 0 : -1;
      at += 2;
      return fields.half >= 0;
    case 's': {
      const std::size_t from = at;
      std::int64_t seconds = 0;
      for (; at < text.size() && is_digit(text[at]) && at - from < 12; ++at)
        seconds = seconds * 10 + (text[at] - '0');
      fields.epoch_s = seconds;
      fields.refine(Precision::s);
      return at > from;
    }
    default: return false;
  }
}

/// Turns what was read into a wall clock; false when it is no valid time.
bool settle(Fields& fields, ClockReading& reading) {
  CivilTime& civil = fields.civil;
  if (fields.twelve_hours) {
    if (civil.hour < 1 || civil.hour > 12 || fields.half < 0) return false;
    civil.hour = civil.hour % 12 + 12 * fields.half;
  }
  reading.precision = fields.precision;
  if (fields.epoch_s) {
    reading.local = *fields.epoch_s * kUsPerSecond + civil.microsecond;
    reading.offset_us = 0;
    reading.offset_is_utc = true;
    return true;
  }
  if (!valid_civil(civil)) return false;
  reading.local = us_from_civil(civil);
  if (fields.day_of_year > 0) {
    const int days = days_in_month(civil.year, 2) == 29 ? 366 : 365;
    if (fields.day_of_year > days) return false;
    reading.local += (fields.day_of_year - 1) * kUsPerDay;
  }
  return true;
}

struct Alias {
  char directive;
  std::string_view pattern;
};
constexpr std::array<Alias, 5> kAliases = {{{'F', "%Y-%m-%d"},
                                            {'T', "%H:%M:%S"},
                                            {'R', "%H:%M"},
                                            {'D', "%m/%d/%y"},
                                            {'r', "%I:%M:%S %p"}}};

std::string expand(std::string_view pattern) {
  std::string expanded;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool directive = pattern[i] == '%' && i + 1 < pattern.size();
    const auto alias =
        directive ? std::find_if(kAliases.begin(), kAliases.end(),
                                 [&](const Alias& a) { return a.directive == pattern[i + 1]; })
                  : kAliases.end();
    if (alias != kAliases.end()) {
      expanded += alias->pattern;
      ++i;
    } else {
      expanded += pattern[i];
      if (directive && pattern[i + 1] == '%') expanded += pattern[++i];
    }
  }
  return expanded;
}

Error unknown_directive(std::string_view pattern, std::string_view directive) {
  return Error{ErrorCode::bad_input,
               "unknown directive " + std::string(directive) +
                   " in the time format: " + std::string(pattern),
               "Known are iso, rfc2822, unix_s, unix_ms, unix_us, unix_auto and patterns of "
               "%Y %y %m %d %e %H %I %M %S %f %L %b %B %a %A %p %z %Z %j %F %T %R %D %r %s %%."};
}

}  // namespace

Result<TimePattern> TimePattern::compile(std::string_view pattern) {
  TimePattern compiled;
  const std::string text = expand(pattern);
  std::string seen;
  for (std::size_t i = 0; i < text.size(); ++i) {
    Step step;
    if (text[i] != '%') {
      step.directive = is_blank(text[i]) ? ' ' : '\0';
      step.literal = text[i];
      compiled.steps_.push_back(step);
      continue;
    }
    const std::size_t from = i++;
    if (i < text.size() && text[i] == '-') {
      step.padded = false;
      ++i;
    }
    const char directive = i < text.size() ? text[i] : '\0';
    if (directive == '%') {
      step.literal = '%';
    } else {
      step.directive = directive == 'B'   ? 'b'
                       : directive == 'A' ? 'a'
                       : directive == 'Z' ? 'z'
                                          : directive;
      if (std::string_view("YymdejbaHIMSLfpsz").find(step.directive) == std::string_view::npos ||
          directive == '\0') {
        return unknown_directive(pattern, std::string_view(text).substr(from));
      }
      seen += step.directive;
    }
    compiled.has_offset_ =
        compiled.has_offset_ || directive == 'z' || directive == 'Z' || directive == 's';
    compiled.steps_.push_back(step);
  }
  const auto has = [&](std::string_view any) {
    return seen.find_first_of(any) != std::string::npos;
  };
  if (!has("s") && !(has("Yy") && (has("j") || (has("mb") && has("de"))))) {
    return Error{ErrorCode::bad_input,
                 "the time format tells no year, month and day: " + std::string(pattern),
                 "Join the date to the time in the mapping, for example ts(concat(date, ' ', "
                 "clock), '%y%m%d %H:%M:%S', zone)."};
  }
  return compiled;
}

std::optional<ClockReading> TimePattern::read(std::string_view text) const {
  ClockReading reading;
  Fields fields;
  std::size_t at = 0;
  for (const Step& step : steps_) {
    bool ok = false;
    if (step.directive == 0) {
      ok = at < text.size() && text[at] == step.literal;
      if (ok) ++at;
    } else if (step.directive == ' ') {
      ok = at < text.size() && is_blank(text[at]);
      skip_blanks(text, at);
    } else if (step.directive == 'z') {
      ok = read_offset(text, at, reading);
    } else if (std::string_view("YymdejbaBA").find(step.directive) != std::string_view::npos) {
      ok = read_date_field(step.directive, step.padded, text, at, fields);
    } else {
      ok = read_clock_field(step.directive, step.padded, text, at, fields);
    }
    if (!ok) return std::nullopt;
  }
  if (at != text.size() || !settle(fields, reading)) return std::nullopt;
  return reading;
}

}  // namespace clewline::text
