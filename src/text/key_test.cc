#include "text/key.h"

#include <gtest/gtest.h>

namespace clewline::text {
namespace {

TEST(Key, PlaceholdersAreNoKeys) {
  for (const std::string_view raw :
       {"#N/B", "#N/A", "#n/b", "0", "null", "NULL", "none", "N/A", "-", "unknown", "NaN",
        "undefined", "", "  ", "000", "00000000-0000-0000-0000-000000000000", "[None]", "#REF!",
        "0.0"}) {
    const KeyValue key = normalise_key(raw);
    EXPECT_EQ(key.value, "") << raw;
    EXPECT_EQ(key.issue, Issue::placeholder_key) << raw;
  }
}

TEST(Key, SpreadsheetMangledKeysAreNoKeys) {
  for (const std::string_view raw :
       {"3.27E+11", "2.4E+07", "1E+10", "2,4E+07", "9.66e+06", "-1.5E+3", "1.5E12"}) {
    EXPECT_EQ(normalise_key(raw).issue, Issue::mangled_key) << raw;
    EXPECT_EQ(normalise_key(raw).value, "") << raw;
  }
}

TEST(Key, OtherValuesStayKeys) {
  for (const std::string_view raw : {"9664491", "27997683", "1E5", "12E+3x", "3.27", "E+11", "A-0",
                                     "0a", "1700000010.1", "n/a-17", "IM0013049", "+", "7e12"}) {
    EXPECT_EQ(normalise_key(raw).value, raw);
    EXPECT_EQ(normalise_key(raw).issue, Issue::none) << raw;
  }
  EXPECT_EQ(normalise_key(" \t9664491\r\n").value, "9664491");
  EXPECT_EQ(normalise_key("\xEF\xBB\xBF\x39").value, "9");
}

}  // namespace
}  // namespace clewline::text
