#include <gtest/gtest.h>

#include <random>

#include "base/id128.h"
#include "base/result.h"
#include "base/sha256.h"
#include "base/string_table.h"
#include "base/time.h"

namespace clewline {
namespace {

TEST(Id128, HexRoundTrips) {
  const Id128 id{0x0123456789abcdefULL, 0xfedcba9876543210ULL};
  EXPECT_EQ(id.to_hex(), "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(Id128::from_hex(id.to_hex()), id);
  EXPECT_EQ(Id128::from_hex("01234567-89ab-cdef-fedc-ba9876543210"), id);
  EXPECT_FALSE(Id128::from_hex("0123"));
  EXPECT_FALSE(Id128::from_hex("g123456789abcdeffedcba9876543210"));
}

TEST(Sha256, EqualsPublishedVectors) {
  // FIPS 180-2 appendix B.1; RFC 4231 test case 2.
  EXPECT_EQ(sha256("abc").to_hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("").to_hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?").to_hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Sha256, KeyedHashOfManyMessagesEqualsTheOneShotOne) {
  for (const std::size_t key_length : {0, 1, 32, 63, 64, 65, 200}) {
    const std::string key(key_length, 'k');
    const HmacSha256 keyed(key);
    for (const std::size_t length : {0, 1, 55, 56, 64, 119, 1000}) {
      const std::string message(length, 'm');
      EXPECT_EQ(keyed.digest(message), hmac_sha256(key, message)) << key_length << ' ' << length;
    }
  }
}

TEST(Sha256, LengthPrefixSeparatesPieces) {
  Sha256 hasher;
  hasher.update_length_prefixed("ab");
  hasher.update_length_prefixed("c");
  const Sha256Digest first = hasher.finish();
  hasher.update_length_prefixed("a");
  hasher.update_length_prefixed("bc");
  EXPECT_NE(first, hasher.finish());
}

TEST(Time, CivilRoundTripsOverManyDays) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const TimeUs time =
        static_cast<TimeUs>(random() % (400'000LL * kUsPerDay)) - 100'000LL * kUsPerDay;
    EXPECT_EQ(us_from_civil(civil_from_us(time)), time);
    EXPECT_EQ(parse_rfc3339(format_utc(time)), time);
  }
}

TEST(Time, ParsesOffsetsAndRefusesNonsense) {
  EXPECT_EQ(parse_rfc3339("2011-10-01T00:38:44.546+02:00"),
            parse_rfc3339("2011-09-30T22:38:44.546Z"));
  EXPECT_FALSE(parse_rfc3339("2021-02-30T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2021-04-2T15:30:51.418Z"));
  EXPECT_FALSE(parse_rfc3339("2021-04-02T25:00:00Z"));
  EXPECT_EQ(format_utc(0), "1970-01-01T00:00:00Z");
}

TEST(StringTable, GivesEqualStringsOneNumber) {
  StringTable table;
  EXPECT_EQ(table.intern(""), 0U);
  const auto first = table.intern("queue");
  std::string other = "que";
  other += "ue";
  EXPECT_EQ(table.intern(other), first);
  EXPECT_EQ(table.find("absent"), 0U);
  for (int i = 0; i < 100'000; ++i) table.intern("value-" + std::to_string(i));
  EXPECT_EQ(table.at(first), "queue");
  EXPECT_EQ(table.at(table.find("value-99999")), "value-99999");
}

Result<int> half(int number) {
  if (number % 2 != 0)
    return Error{ErrorCode::usage, "not even: " + std::to_string(number), "Give an even number."};
  return number / 2;
}

Result<int> quarter(int number) {
  CLEW_TRY(const int first, half(number));
  CLEW_TRY(const int second, half(first));
  return second;
}

TEST(Result, TryPassesErrorsOn) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().message, "not even: 3");
  EXPECT_EQ(exit_code(quarter(6).error().code), 2);
}

}  // namespace
}  // namespace clewline
