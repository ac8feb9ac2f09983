#include "engine/tier_dates.h"

#include <gtest/gtest.h>

namespace clewline::engine {
namespace {

std::string dates_text(std::string_view zone, TierEvery every, std::string_view first,
                       std::string_view last) {
  std::string out;
  for (const TimeUs at : tier_dates(*text::Zone::find(zone).value(), every, *parse_rfc3339(first),
                                    *parse_rfc3339(last)))
    out += (out.empty() ? "" : " ") + format_utc(at);
  return out;
}

TEST(TierDates, AreLocalBeginningsAfterTheFirst) {
  EXPECT_EQ(dates_text("UTC", TierEvery::month, "2025-11-30T12:00:00Z", "2026-02-01T00:00:00Z"),
            "2025-12-01T00:00:00Z 2026-01-01T00:00:00Z 2026-02-01T00:00:00Z");
  // Summer time begins on 29 March 2026: the month after it begins an hour earlier in UTC.
  EXPECT_EQ(
      dates_text("Europe/Berlin", TierEvery::month, "2026-02-10T00:00:00Z", "2026-04-30T00:00:00Z"),
      "2026-02-28T23:00:00Z 2026-03-31T22:00:00Z");
  EXPECT_EQ(dates_text("UTC", TierEvery::week, "2026-01-05T00:00:00Z", "2026-01-19T00:00:00Z"),
            "2026-01-12T00:00:00Z 2026-01-19T00:00:00Z")
      << "a Monday's own beginning is not after it";
  EXPECT_EQ(dates_text("UTC", TierEvery::quarter, "2025-08-01T00:00:00Z", "2026-04-01T00:00:00Z"),
            "2025-10-01T00:00:00Z 2026-01-01T00:00:00Z 2026-04-01T00:00:00Z");
  EXPECT_EQ(dates_text("UTC", TierEvery::year, "1969-06-01T00:00:00Z", "1971-06-01T00:00:00Z"),
            "1970-01-01T00:00:00Z 1971-01-01T00:00:00Z");
  EXPECT_EQ(dates_text("UTC", TierEvery::day, "2026-01-01T00:00:00Z", "2026-01-01T10:00:00Z"), "");
}

}  // namespace
}  // namespace clewline::engine
