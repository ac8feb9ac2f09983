#include "ingest/field_profile.h"

#include <algorithm>
#include <map>

#include "text/ascii.h"
#include "text/email.h"
#include "text/identifier.h"
#include "text/key.h"
#include "text/phone.h"
#include "text/timestamp.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kLookedAtMax = 400;  // values tried against formats
constexpr std::size_t kFrequentMax = 60;
constexpr double kMostly = 0.95;

// Day before month is tried first; a value such as 01/25/2024 then decides for the other.
constexpr std::string_view kFormats[] = {"iso",
                                         "rfc2822",
                                         "%d.%m.%Y %H:%M:%S",
                                         "%d.%m.%Y %H:%M",
                                         "%d.%m.%Y",
                                         "%d/%m/%Y %H:%M:%S",
                                         "%d/%m/%Y %H:%M",
                                         "%d/%m/%Y",
                                         "%m/%d/%Y %H:%M:%S",
                                         "%m/%d/%Y %H:%M",
                                         "%m/%d/%Y %I:%M:%S %p",
                                         "%m/%d/%Y",
                                         "%Y/%m/%d %H:%M:%S",
                                         "%Y/%m/%d",
                                         "%Y%m%d %H:%M:%S",
                                         "%Y%m%d",
                                         "%y%m%d"};

bool is_clock_text(std::string_view text) {
  if (text.size() < 7 || text.size() > 15) return false;
  return std::count(text.begin(), text.end(), ':') == 2 && text::parse_duration(text).has_value();
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), text::is_digit);
}

bool parses(std::string_view value, std::string_view format) {
  auto parsed = text::parse_timestamp(value, format, "UTC");
  return parsed.ok() && parsed->present();
}

std::vector<std::string> spread(const std::vector<std::string>& values) {
  if (values.size() <= kLookedAtMax) return values;
  std::vector<std::string> some;
  for (std::size_t i = 0; i < kLookedAtMax; ++i)
    some.push_back(values[i * values.size() / kLookedAtMax]);
  return some;
}

template <typename Predicate>
double share(const std::vector<std::string>& values, Predicate holds) {
  if (values.empty()) return 0;
  return static_cast<double>(std::count_if(values.begin(), values.end(), holds)) /
         static_cast<double>(values.size());
}

bool hints_at_time(const FieldProfile& profile) {
  return profile.has_any({"time", "timestamp", "date", "ts", "at", "epoch", "created", "updated",
                          "start", "started", "end", "ended", "day", "when"});
}

void find_time_format(FieldProfile& profile, const std::vector<std::string>& values) {
  if (share(values, [](const std::string& value) { return is_clock_text(value); }) >= kMostly) {
    profile.is_clock = true;
    return;
  }
  const bool digits =
      share(values, [](const std::string& value) { return all_digits(value); }) >= kMostly;
  if (digits) {
    // Bare numbers are times only where name or size says so.
    const auto within = [&](std::size_t length) {
      return share(values, [&](const std::string& value) { return value.size() == length; }) >=
             kMostly;
    };
    if (within(10) && hints_at_time(profile)) profile.time_format = "unix_s";
    if (within(13)) profile.time_format = "unix_ms";
    if (within(16) && hints_at_time(profile)) profile.time_format = "unix_us";
    profile.has_zone = !profile.time_format.empty();
    if (!profile.time_format.empty() || !hints_at_time(profile)) return;
  }
  for (const std::string_view format : kFormats) {
    if (digits && !(format == "%Y%m%d" || format == "%y%m%d")) continue;
    if (share(values, [&](const std::string& value) { return parses(value, format); }) < kMostly)
      continue;
    profile.time_format = format;
    profile.is_date_only = format.find("%H") == std::string_view::npos &&
                           format.find("%I") == std::string_view::npos && format != "iso" &&
                           format != "rfc2822";
    if (format == "iso" || format == "rfc2822") {
      profile.is_date_only = share(values, [](const std::string& value) {
                               return value.find(':') == std::string::npos;
                             }) >= kMostly;
      profile.has_zone =
          share(values, [](const std::string& value) {
            auto parsed = text::parse_timestamp(value, "iso", "Asia/Kolkata");
            return parsed.ok() && parsed->present() && parsed->quality != TimeQuality::assumed_zone;
          }) >= kMostly;
    }
    return;
  }
}

void count_values(FieldProfile& profile, std::uint64_t records) {
  std::map<std::string_view, std::uint64_t> counts;
  for (const std::string& value : profile.field->values) ++counts[value];
  profile.distinct = counts.size();
  profile.unique = profile.filled == records && profile.distinct == records && records > 1;
  std::vector<std::pair<std::string, std::uint64_t>> all(counts.begin(), counts.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (all.size() > kFrequentMax) all.resize(kFrequentMax);
  profile.frequent = std::move(all);
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!text::is_letter(c) && !text::is_digit(c)) {
      end_word();
      continue;
    }
    const bool capital = c >= 'A' && c <= 'Z';
    const bool after_small = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (capital && after_small) end_word();
    word += text::to_lower(c);
  }
  end_word();
  return words;
}

bool FieldProfile::path_is(std::initializer_list<std::string_view> paths) const {
  return std::find(paths.begin(), paths.end(), field->path) != paths.end();
}

bool FieldProfile::has_word(std::string_view word) const {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool FieldProfile::has_any(std::initializer_list<std::string_view> wanted) const {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](std::string_view word) { return has_word(word); });
}

std::vector<FieldProfile> profile_fields(const Sample& sample, const std::string& region) {
  std::vector<FieldProfile> profiles;
  for (const SampleField& field : sample.fields) {
    FieldProfile profile;
    profile.field = &field;
    profile.words = words_of(field.path);
    profile.filled = field.values.size();
    const std::vector<std::string> values = spread(field.values);
    if (!field.is_list && !values.empty()) {
      find_time_format(profile, values);
      profile.email_share = share(values, [](const std::string& value) {
        return value.find('@') != std::string::npos && !text::normalise_email(value).value.empty();
      });
      profile.phone_share = share(values, [&](const std::string& value) {
        const text::PhoneValue phone = text::normalise_phone(value, region);
        return !phone.value.empty() || phone.issue == text::Issue::phone_withheld;
      });
      profile.ip_share = share(values, [](const std::string& value) {
        return value.find('.') != std::string::npos &&
               !text::normalise_identifier("ip", value, "").value.empty();
      });
      profile.number_share = share(values, [](const std::string& value) {
        return value.find_first_not_of("0123456789.-") == std::string::npos &&
               value.find_first_of("0123456789") != std::string::npos;
      });
      profile.placeholder_share =
          share(values, [](const std::string& value) { return text::is_placeholder_key(value); });
      double length = 0;
      for (const std::string& value : values) length += static_cast<double>(value.size());
      profile.average_length = length / static_cast<double>(values.size());
    }
    count_values(profile, sample.records);
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

}  // namespace clewline::ingest
