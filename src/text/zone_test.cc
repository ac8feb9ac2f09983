#include "text/zone.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace clewline::text {
namespace {

constexpr std::array<std::string_view, 24> kZones = {
    "Europe/London",     "Europe/Berlin",    "Europe/Lisbon",       "Europe/Moscow",
    "Asia/Jerusalem",    "Asia/Kolkata",     "Asia/Tehran",         "Asia/Kathmandu",
    "Asia/Tokyo",        "Africa/Cairo",     "Africa/Casablanca",   "America/New_York",
    "America/Chicago",   "America/Denver",   "America/Los_Angeles", "America/St_Johns",
    "America/Sao_Paulo", "America/Santiago", "America/Havana",      "Pacific/Auckland",
    "Pacific/Apia",      "Pacific/Chatham",  "Australia/Lord_Howe", "Antarctica/Troll"};

const Zone& zone(std::string_view name) {
  auto found = Zone::find(name);
  EXPECT_TRUE(found.ok()) << name;
  return *found.value();
}

TimeUs civil(int year, int month, int day, int hour, int minute) {
  return us_from_civil({year, month, day, hour, minute, 0, 0});
}

TEST(Zone, RefusesUnknownNamesWithAHint) {
  const auto found = Zone::find("Europe/Atlantis");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().message, "unknown time zone: Europe/Atlantis");
  EXPECT_FALSE(found.error().hint.empty());
  EXPECT_FALSE(Zone::find("+25:00").ok());
  EXPECT_FALSE(Zone::find("").ok());
}

TEST(Zone, FixedOffsets) {
  EXPECT_EQ(zone("+05:30").offset_us_at(0), 5 * kUsPerHour + 30 * kUsPerMinute);
  EXPECT_EQ(zone("-0800").offset_us_at(0), -8 * kUsPerHour);
  EXPECT_EQ(zone("UTC").offset_us_at(0), 0);
  EXPECT_EQ(zone("Asia/Kolkata").offset_us_at(civil(2024, 6, 1, 0, 0)),
            5 * kUsPerHour + 30 * kUsPerMinute);
}

TEST(Zone, RoundTripsOverYearsAndZones) {
  std::mt19937_64 random(20240331);
  int folds = 0;
  for (const std::string_view name : kZones) {
    const Zone& place = zone(name);
    for (int i = 0; i < 3'000; ++i) {
      const TimeUs utc = static_cast<TimeUs>(random() % (60ULL * 365 * kUsPerDay));
      const TimeUs local = utc + place.offset_us_at(utc);
      const LocalReading reading = place.read_local(local);
      ASSERT_NE(reading.kind, LocalReading::Kind::gap) << name << " " << format_utc(utc);
      if (reading.kind == LocalReading::Kind::unique) {
        ASSERT_EQ(reading.earlier, utc) << name;
      } else {
        ++folds;
        ASSERT_TRUE(reading.earlier == utc || reading.later == utc) << name;
        ASSERT_LT(reading.earlier, reading.later);
      }
    }
  }
  EXPECT_GT(folds, 0);  // a run that never met a repeated hour proves little
}

/// Walks a zone's year minute by quarter: every wall-clock time is unique, a fold or a gap, and
/// folds and gaps last as long as the clocks moved.
TEST(Zone, ShortAndLongDaysOfEveryZone) {
  int changed = 0;
  for (const std::string_view name : kZones) {
    const Zone& place = zone(name);
    for (int year = 2018; year <= 2024; ++year) {
      std::int64_t fold_us = 0;
      std::int64_t gap_us = 0;
      const TimeUs end = civil(year + 1, 1, 1, 0, 0);
      for (TimeUs local = civil(year, 1, 1, 0, 0); local < end; local += 15 * kUsPerMinute) {
        const LocalReading reading = place.read_local(local);
        if (reading.kind == LocalReading::Kind::fold) fold_us += 15 * kUsPerMinute;
        if (reading.kind == LocalReading::Kind::gap) gap_us += 15 * kUsPerMinute;
      }
      const TimeUs first = place.read_local(civil(year, 1, 1, 0, 0)).earlier;
      const TimeUs last = place.read_local(end).earlier;
      EXPECT_EQ(end - civil(year, 1, 1, 0, 0) + fold_us - gap_us, last - first)
          << name << " " << year;
      if (fold_us > 0 || gap_us > 0) ++changed;
    }
  }
  EXPECT_GT(changed, 60);
}

TEST(Zone, BerlinDaysOf23And25Hours) {
  const Zone& berlin = zone("Europe/Berlin");
  const auto length = [&](int month, int day) {
    return (berlin.read_local(civil(2024, month, day + 1, 0, 0)).earlier -
            berlin.read_local(civil(2024, month, day, 0, 0)).earlier) /
           kUsPerHour;
  };
  EXPECT_EQ(length(3, 30), 24);
  EXPECT_EQ(berlin.read_local(civil(2024, 4, 1, 0, 0)).earlier -
                berlin.read_local(civil(2024, 3, 31, 0, 0)).earlier,
            23 * kUsPerHour);
  EXPECT_EQ(length(10, 27), 25);
}

TEST(Zone, LordHoweMovesHalfAnHour) {
  const Zone& island = zone("Australia/Lord_Howe");
  // 7 April 2024, 02:00 summer time becomes 01:30.
  const LocalReading fold = island.read_local(civil(2024, 4, 7, 1, 45));
  EXPECT_EQ(fold.kind, LocalReading::Kind::fold);
  EXPECT_EQ(fold.later - fold.earlier, 30 * kUsPerMinute);
  // 6 October 2024, 02:00 becomes 02:30.
  EXPECT_EQ(island.read_local(civil(2024, 10, 6, 2, 15)).kind, LocalReading::Kind::gap);
  EXPECT_EQ(island.read_local(civil(2024, 10, 6, 2, 30)).kind, LocalReading::Kind::unique);
}

TEST(Zone, ApiaSkippedAWholeDay) {
  EXPECT_EQ(zone("Pacific/Apia").read_local(civil(2011, 12, 30, 12, 0)).kind,
            LocalReading::Kind::gap);
}

}  // namespace
}  // namespace clewline::text
