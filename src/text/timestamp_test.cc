#include "text/timestamp.h"

#include <gtest/gtest.h>

#include <random>

#include "text/zone.h"

namespace clewline::text {
namespace {

struct TimeRow {
  std::string_view text;
  std::string_view format;
  std::string_view zone;
  std::string_view utc;  // empty: null
  Precision precision;
  TimeQuality quality;
  Issue issue;
};

class TimeTable : public ::testing::TestWithParam<TimeRow> {};

TEST_P(TimeTable, Parses) {
  const TimeRow& row = GetParam();
  const auto parsed = parse_timestamp(row.text, row.format, row.zone);
  ASSERT_TRUE(parsed.ok()) << row.format;
  EXPECT_EQ(parsed->present() ? format_utc(parsed->time) : "", row.utc) << row.text;
  EXPECT_EQ(issue_name(parsed->issue), issue_name(row.issue)) << row.text;
  if (!parsed->present()) return;
  EXPECT_EQ(enum_name(parsed->precision), enum_name(row.precision)) << row.text;
  EXPECT_EQ(enum_name(parsed->quality), enum_name(row.quality)) << row.text;
}

constexpr auto kUtc = TimeQuality::source_utc;
constexpr auto kOffset = TimeQuality::source_offset;
constexpr auto kZone = TimeQuality::assumed_zone;

INSTANTIATE_TEST_SUITE_P(
    Iso, TimeTable,
    ::testing::Values(
        TimeRow{"2021-04-02T15:30:51.418Z", "iso", "", "2021-04-02T15:30:51.418Z", Precision::ms,
                kUtc, Issue::none},
        TimeRow{"2021-04-02 15:30:51", "iso", "UTC", "2021-04-02T15:30:51Z", Precision::s, kZone,
                Issue::none},
        TimeRow{"2021-04-02 15:30:51", "iso", "", "2021-04-02T15:30:51Z", Precision::s, kZone,
                Issue::zone_assumed},
        TimeRow{"2021-04-2T15:30:51.418Z", "iso", "", "", Precision::s, kUtc, Issue::ts_malformed},
        TimeRow{"2021-04-02T", "iso", "", "", Precision::s, kUtc, Issue::ts_malformed},
        TimeRow{"2021-04-02T15:30:51.Z", "iso", "", "", Precision::s, kUtc, Issue::ts_malformed},
        TimeRow{"2021-02-29T00:00:00Z", "iso", "", "", Precision::s, kUtc, Issue::ts_malformed},
        TimeRow{"2021-04-02T24:00:00Z", "iso", "", "", Precision::s, kUtc, Issue::ts_malformed},
        TimeRow{"2021-04-02T15:30:51.418Zx", "iso", "", "", Precision::s, kUtc,
                Issue::ts_malformed},
        TimeRow{"", "iso", "", "", Precision::s, kUtc, Issue::ts_malformed},
        TimeRow{"2011-10-01T00:38:44.546+02:00", "iso", "", "2011-09-30T22:38:44.546Z",
                Precision::ms, kOffset, Issue::none},
        TimeRow{"2020-12-29T08:36:00.000+0000", "iso", "", "2020-12-29T08:36:00Z", Precision::ms,
                kOffset, Issue::none},
        TimeRow{"2020-12-29T08:36:00+02", "iso", "", "2020-12-29T06:36:00Z", Precision::s, kOffset,
                Issue::none},
        TimeRow{"2020-12-29T08:36:00-05:00", "iso", "Europe/Berlin", "2020-12-29T13:36:00Z",
                Precision::s, kOffset, Issue::none},
        TimeRow{"2020-03-03 13:05:57 UTC", "iso", "", "2020-03-03T13:05:57Z", Precision::s, kUtc,
                Issue::none},
        TimeRow{"2020-03-03T13:05Z", "iso", "", "2020-03-03T13:05:00Z", Precision::min, kUtc,
                Issue::none},
        TimeRow{"2020-03-03", "iso", "UTC", "2020-03-03T00:00:00Z", Precision::day, kZone,
                Issue::none},
        TimeRow{"20210402T153051Z", "iso", "", "2021-04-02T15:30:51Z", Precision::s, kUtc,
                Issue::none},
        TimeRow{"2021-04-02T15:30:51,418Z", "iso", "", "2021-04-02T15:30:51.418Z", Precision::ms,
                kUtc, Issue::none},
        TimeRow{"2021-04-02T15:30:51.123456789Z", "iso", "", "2021-04-02T15:30:51.123456Z",
                Precision::us, kUtc, Issue::none},
        TimeRow{"  2021-04-02T15:30:51Z\r\n", "iso", "", "2021-04-02T15:30:51Z", Precision::s, kUtc,
                Issue::none},
        TimeRow{"0001-01-01T00:00:00Z", "iso", "", "", Precision::s, kUtc,
                Issue::ts_out_of_range}));

INSTANTIATE_TEST_SUITE_P(
    Epochs, TimeTable,
    ::testing::Values(
        TimeRow{"1700000000", "unix_s", "", "2023-11-14T22:13:20Z", Precision::s, kUtc,
                Issue::none},
        TimeRow{"1700000000.123456", "s.us", "", "2023-11-14T22:13:20.123456Z", Precision::us, kUtc,
                Issue::none},
        TimeRow{"1700000000.5", "unix_s", "", "2023-11-14T22:13:20.500Z", Precision::ms, kUtc,
                Issue::none},
        TimeRow{"1700000000123", "unix_ms", "", "2023-11-14T22:13:20.123Z", Precision::ms, kUtc,
                Issue::none},
        TimeRow{"1700000000123456", "unix_us", "", "2023-11-14T22:13:20.123456Z", Precision::us,
                kUtc, Issue::none},
        TimeRow{"1700000000", "unix_auto", "", "2023-11-14T22:13:20Z", Precision::s, kUtc,
                Issue::none},
        TimeRow{"1700000000123", "unix_auto", "", "2023-11-14T22:13:20.123Z", Precision::ms, kUtc,
                Issue::none},
        TimeRow{"1700000000123456", "unix_auto", "", "2023-11-14T22:13:20.123456Z", Precision::us,
                kUtc, Issue::none},
        TimeRow{"1700000000123", "unix_s", "", "", Precision::s, kUtc, Issue::ts_out_of_range},
        TimeRow{"1.7E+09", "unix_s", "", "", Precision::s, kUtc, Issue::ts_malformed},
        TimeRow{"-3600", "unix_s", "", "1969-12-31T23:00:00Z", Precision::s, kUtc, Issue::none},
        TimeRow{"99999999999999999999", "unix_s", "", "", Precision::s, kUtc, Issue::ts_malformed},
        TimeRow{"1700000000.", "unix_s", "", "", Precision::s, kUtc, Issue::ts_malformed}));

INSTANTIATE_TEST_SUITE_P(
    Patterns, TimeTable,
    ::testing::Values(
        TimeRow{"Thu, 27 Oct 2016 14:51:34", "%a, %d %b %Y %H:%M:%S", "America/Los_Angeles",
                "2016-10-27T21:51:34Z", Precision::s, kZone, Issue::none},
        TimeRow{"Fri, 18 Oct 2019 17:02:00 +0000", "rfc2822", "", "2019-10-18T17:02:00Z",
                Precision::s, kOffset, Issue::none},
        TimeRow{"18 Oct 2019 17:02 EST (x)", "rfc2822", "", "", Precision::s, kOffset,
                Issue::ts_malformed},
        TimeRow{"18 Oct 2019 17:02 EST", "rfc2822", "", "2019-10-18T22:02:00Z", Precision::min,
                kOffset, Issue::none},
        TimeRow{"Fri, 18 Oct 2019 17:02:00 +0200 (CEST)", "rfc2822", "", "2019-10-18T15:02:00Z",
                Precision::s, kOffset, Issue::none},
        TimeRow{"990101 0:00:31", "%y%m%d %-H:%M:%S", "Asia/Jerusalem", "1998-12-31T22:00:31Z",
                Precision::s, kZone, Issue::none},
        TimeRow{"4/2/2021 9:05 PM", "%-m/%-d/%Y %-I:%M %p", "America/New_York",
                "2021-04-03T01:05:00Z", Precision::min, kZone, Issue::none},
        TimeRow{"4/2/2021", "%m/%d/%Y", "America/New_York", "", Precision::min, kZone,
                Issue::ts_malformed},
        TimeRow{"12:30 AM 2021-04-02", "%I:%M %p %F", "UTC", "2021-04-02T00:30:00Z", Precision::min,
                kZone, Issue::none},
        TimeRow{"13:30 AM 2021-04-02", "%I:%M %p %F", "UTC", "", Precision::min, kZone,
                Issue::ts_malformed},
        TimeRow{"2021-092", "%Y-%j", "UTC", "2021-04-02T00:00:00Z", Precision::day, kZone,
                Issue::none},
        TimeRow{"2021-366", "%Y-%j", "UTC", "", Precision::day, kZone, Issue::ts_malformed},
        TimeRow{"02.April 2021 15:30:51.5", "%d.%B %Y %T.%f", "UTC", "2021-04-02T15:30:51.500Z",
                Precision::ms, kZone, Issue::none},
        TimeRow{"2021-04-02 15:30:51 +0530", "%F %T %z", "", "2021-04-02T10:00:51Z", Precision::s,
                kOffset, Issue::none}));

TEST(TimeFormat, AFormatWithoutOffsetNeedsAZone) {
  const auto format = TimeFormat::compile("%Y-%m-%d %H:%M:%S", "");
  ASSERT_FALSE(format.ok());
  EXPECT_NE(format.error().message.find("no zone is given"), std::string::npos);
  EXPECT_TRUE(TimeFormat::compile("%Y-%m-%d %H:%M:%S", "Asia/Kolkata").ok());
  EXPECT_TRUE(TimeFormat::compile("%Y-%m-%d %H:%M:%S%z", "").ok());
}

TEST(TimeFormat, RefusesUnknownDirectivesZonesAndDatelessPatterns) {
  EXPECT_FALSE(TimeFormat::compile("%Y-%q", "UTC").ok());
  EXPECT_FALSE(TimeFormat::compile("%Y-%", "UTC").ok());
  EXPECT_FALSE(TimeFormat::compile("%H:%M", "UTC").ok());
  EXPECT_FALSE(TimeFormat::compile("isoo", "").ok());
  EXPECT_FALSE(TimeFormat::compile("iso", "Mars/Base").ok());
}

ParsedTime berlin(std::string_view text, const TimeContext& context = {}) {
  return parse_timestamp(text, "iso", "Europe/Berlin", context).value();
}

TEST(Fold, ReadingNearestToTheAnchorElseTheEarlierWithAnIssue) {
  const std::string_view text = "2024-10-27 02:30:00";
  EXPECT_EQ(format_utc(berlin(text).time), "2024-10-27T00:30:00Z");
  EXPECT_EQ(berlin(text).issue, Issue::fold_ambiguous);
  const ParsedTime later = berlin(text, {.anchor = *parse_rfc3339("2024-10-27T01:29:00Z")});
  EXPECT_EQ(format_utc(later.time), "2024-10-27T01:30:00Z");
  EXPECT_EQ(later.issue, Issue::none);
  const ParsedTime earlier = berlin(text, {.anchor = *parse_rfc3339("2024-10-27T00:20:00Z")});
  EXPECT_EQ(format_utc(earlier.time), "2024-10-27T00:30:00Z");
  EXPECT_EQ(earlier.issue, Issue::none);
}

TEST(Gap, SkippedHourIsFlaggedAndReadWithTheOffsetBefore) {
  const ParsedTime parsed = berlin("2024-03-31 02:30:00");
  EXPECT_EQ(format_utc(parsed.time), "2024-03-31T01:30:00Z");
  EXPECT_EQ(parsed.issue, Issue::nonexistent_local_time);
}

TEST(SameMoment, OffsetFromAnEpochOfTheSameRecord) {
  // A call detail record that starts at 14:00:01 on a wall clock, its id made at epoch 1700000000
  // (22:13:20 UTC).
  const TimeUs created = 1'700'000'000LL * kUsPerSecond;
  const ParsedTime plus_two = berlin("2023-11-15 00:13:21", {.same_moment = created});
  EXPECT_EQ(plus_two.time, created + kUsPerSecond);
  EXPECT_EQ(plus_two.quality, TimeQuality::source_offset);
  const ParsedTime utc = berlin("2023-11-14 22:13:20", {.same_moment = created});
  EXPECT_EQ(utc.time, created);
  // An id of another hour, minutes apart from any quarter, proves nothing: the zone is used.
  const ParsedTime other = berlin("2023-11-14 22:20:30", {.same_moment = created});
  EXPECT_EQ(other.quality, TimeQuality::assumed_zone);
  EXPECT_EQ(format_utc(other.time), "2023-11-14T21:20:30Z");
}

TEST(SameMoment, RoundsToQuarters) {
  EXPECT_EQ(offset_of_same_moment(5 * kUsPerHour + 45 * kUsPerMinute + 3 * kUsPerSecond, 0),
            5 * kUsPerHour + 45 * kUsPerMinute);
  EXPECT_EQ(offset_of_same_moment(-8 * kUsPerHour - 2 * kUsPerSecond, 0), -8 * kUsPerHour);
  EXPECT_EQ(offset_of_same_moment(-8 * kUsPerHour + 2 * kUsPerSecond, 0), -8 * kUsPerHour);
  EXPECT_FALSE(offset_of_same_moment(7 * kUsPerMinute, 0));
  EXPECT_FALSE(offset_of_same_moment(15 * kUsPerHour, 0));
}

TEST(Future, OnlyAgainstALimitTheCallerGives) {
  EXPECT_EQ(berlin("2150-01-01 00:00:00").issue, Issue::none);
  EXPECT_EQ(berlin("2150-01-01 00:00:00", {.not_after = 0}).issue, Issue::ts_future);
}

TEST(RoundTrip, FormatThenParseOverZones) {
  std::mt19937_64 random(11);
  for (const std::string_view name : {"Asia/Kolkata",     "Australia/Lord_Howe", "Europe/Berlin",
                                      "America/New_York", "America/St_Johns",    "Asia/Jerusalem",
                                      "Pacific/Chatham",  "Africa/Casablanca",   "America/Santiago",
                                      "Asia/Tehran",      "Europe/London",       "Pacific/Auckland",
                                      "Asia/Kathmandu",   "America/Sao_Paulo",   "Europe/Moscow",
                                      "America/Havana",   "Asia/Tokyo",          "America/Denver",
                                      "Africa/Cairo",     "Europe/Lisbon",       "UTC"}) {
    const Zone& zone = *Zone::find(name).value();
    for (int i = 0; i < 1'000; ++i) {
      const TimeUs utc = static_cast<TimeUs>(random() % (50ULL * 365 * kUsPerDay));
      std::string text = format_utc(utc + zone.offset_us_at(utc));
      text.pop_back();
      const ParsedTime parsed = parse_timestamp(text, "iso", name, {.anchor = utc}).value();
      ASSERT_EQ(parsed.time, utc) << name << " " << text;
      ASSERT_EQ(parsed.issue, Issue::none) << name << " " << text;
    }
  }
}

TEST(Robustness, AnyBytesGiveAValueOrAnIssue) {
  std::mt19937_64 random(5);
  const std::string seed = "2021-04-02T15:30:51.418+02:00";
  for (int i = 0; i < 200'000; ++i) {
    std::string text = seed;
    const int edits = static_cast<int>(random() % 4) + 1;
    for (int edit = 0; edit < edits; ++edit)
      text[random() % text.size()] = static_cast<char>(random());
    text.resize(random() % (text.size() + 1));
    for (const std::string_view format :
         {"iso", "rfc2822", "unix_auto", "%Y-%m-%dT%H:%M:%S.%f%z"}) {
      const ParsedTime parsed = parse_timestamp(text, format, "").value();
      ASSERT_TRUE(parsed.present() || parsed.issue != Issue::none) << text;
    }
  }
}

TEST(Duration, ClocksAndIso) {
  EXPECT_EQ(parse_duration("00:04:55"), 295 * kUsPerSecond);
  EXPECT_EQ(parse_duration("04:55"), 295 * kUsPerSecond);
  EXPECT_EQ(parse_duration("26:00:00"), 26 * kUsPerHour);
  EXPECT_EQ(parse_duration("00:00:01.250"), 1'250 * kUsPerMs);
  EXPECT_EQ(parse_duration("PT1H2M3.5S"), kUsPerHour + 2 * kUsPerMinute + 3'500 * kUsPerMs);
  EXPECT_EQ(parse_duration("P82562533W"), std::nullopt);  // beyond 64 bits of microseconds
  EXPECT_EQ(parse_duration("P1DT12H"), 36 * kUsPerHour);
  for (const std::string_view bad :
       {"", "295", "1:60:00", "-1:00", "1:2:3:4", "P1M", "PT", "P", "1.5:00", "abc", "PT5"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

}  // namespace
}  // namespace clewline::text
