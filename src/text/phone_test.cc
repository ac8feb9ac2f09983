#include "text/phone.h"

#include <gtest/gtest.h>

namespace clewline::text {
namespace {

struct PhoneRow {
  std::string_view raw;
  std::string_view region;
  std::string_view value;
  Issue issue;
};

class PhoneTable : public ::testing::TestWithParam<PhoneRow> {};

TEST_P(PhoneTable, Normalises) {
  const PhoneRow& row = GetParam();
  for (int pass = 0; pass < 2; ++pass) {  // the second from the cache
    const PhoneValue phone = normalise_phone(row.raw, row.region);
    EXPECT_EQ(phone.value, row.value) << row.raw;
    EXPECT_EQ(issue_name(phone.issue), issue_name(row.issue)) << row.raw;
  }
}

// The values that sources really contain; each trap of the identifier table has its row.
INSTANTIATE_TEST_SUITE_P(
    Sources, PhoneTable,
    ::testing::Values(
        PhoneRow{"+190011112222", "", "+190011112222", Issue::phone_invalid},
        PhoneRow{"+190011112222", "US", "+190011112222", Issue::phone_invalid},
        PhoneRow{"tel:+81399999998", "", "+81399999998", Issue::none},
        PhoneRow{"sip:+81399999998@172.18.182.10;user=phone", "", "+81399999998", Issue::none},
        PhoneRow{"sip:%2B81399999998@172.18.182.10;user=phone", "", "+81399999998", Issue::none},
        PhoneRow{"sip:524b28a7c1d2+inin.orgspan.com@localhost", "", "", Issue::not_customer},
        PhoneRow{"sip:1001@pbx.example.org", "GB", "", Issue::not_customer},
        PhoneRow{"sip:anonymous@anonymous.invalid", "", "", Issue::phone_withheld},
        PhoneRow{"8883121153", "", "", Issue::phone_no_region},
        PhoneRow{"8883121153", "US", "+18883121153", Issue::company_number},
        PhoneRow{"2025550123", "US", "+12025550123", Issue::none},
        PhoneRow{"5555558888", "US", "+15555558888", Issue::phone_invalid},
        PhoneRow{"5555558888", "", "", Issue::phone_no_region},
        PhoneRow{"8.883121153E9", "US", "", Issue::mangled_key},
        PhoneRow{"anonymous", "", "", Issue::phone_withheld},
        PhoneRow{"Anonymous", "US", "", Issue::phone_withheld},
        PhoneRow{"", "", "", Issue::phone_withheld}, PhoneRow{"   ", "", "", Issue::phone_withheld},
        PhoneRow{"unknown", "", "", Issue::phone_withheld},
        PhoneRow{"restricted", "", "", Issue::phone_withheld},
        PhoneRow{"unavailable", "", "", Issue::phone_withheld},
        PhoneRow{"Out of Area", "", "", Issue::phone_withheld},
        PhoneRow{"+266696687", "", "", Issue::phone_withheld},
        PhoneRow{"+86282452253", "", "", Issue::phone_withheld},
        PhoneRow{"0086282452253.", "GB", "", Issue::phone_withheld},
        PhoneRow{"00460046253.46", "GB", "+464625346", Issue::none},
        PhoneRow{"+8-6090\t1818-6181\t", "GB", "+869018186181", Issue::none},
        PhoneRow{"+4604625346", "GB", "+464625346", Issue::none},
        PhoneRow{"+8656696", "", "", Issue::phone_withheld},
        PhoneRow{"+2562533", "", "", Issue::phone_withheld},
        PhoneRow{"+7378742833", "", "", Issue::phone_withheld},
        PhoneRow{"266696687", "US", "", Issue::phone_withheld},
        PhoneRow{"tel:+7378742833", "", "", Issue::phone_withheld},
        PhoneRow{"+00000000000", "", "", Issue::phone_withheld}));

INSTANTIATE_TEST_SUITE_P(
    Shapes, PhoneTable,
    ::testing::Values(PhoneRow{"+44 8081 698 824", "", "+448081698824", Issue::company_number},
                      PhoneRow{"+1 (234) 601-8567", "", "+12346018567", Issue::none},
                      PhoneRow{"+441632960001", "", "+441632960001",
                               Issue::phone_invalid},  // Ofcom's range for drama
                      PhoneRow{"+442079460123", "", "+442079460123", Issue::none},
                      PhoneRow{"020 7946 0123", "GB", "+442079460123", Issue::none},
                      PhoneRow{"020 7946 0123", "", "", Issue::phone_no_region},
                      PhoneRow{"0044 20 7946 0123", "GB", "+442079460123", Issue::none},
                      PhoneRow{"whatsapp:+12025550123", "", "+12025550123", Issue::none},
                      PhoneRow{"tel:+1-202-555-0123;ext=22", "", "+12025550123", Issue::none},
                      PhoneRow{"Local/2004@from-internal/n", "GB", "", Issue::not_customer},
                      PhoneRow{"call me", "GB", "", Issue::phone_malformed},
                      PhoneRow{"+44", "", "", Issue::phone_malformed},
                      PhoneRow{"+99999999999999999999", "", "", Issue::phone_malformed},
                      PhoneRow{"\x01\xff\xfe", "US", "", Issue::phone_malformed}));

TEST(Phone, TakesNameAndNumberOfAsteriskCallerIds) {
  const PhoneValue internal = normalise_phone("\"1001\" <1001>", "GB");
  EXPECT_EQ(internal.name, "1001");
  EXPECT_EQ(internal.local_number, "1001");
  EXPECT_EQ(internal.value, "");
  EXPECT_EQ(internal.issue, Issue::not_customer);

  const PhoneValue nameless = normalise_phone("\"\" <7001>", "GB");
  EXPECT_EQ(nameless.name, "");
  EXPECT_EQ(nameless.local_number, "7001");

  const PhoneValue outside = normalise_phone("\"Alice Smith\" <02079460123>", "GB");
  EXPECT_EQ(outside.name, "Alice Smith");
  EXPECT_EQ(outside.value, "+442079460123");
  EXPECT_EQ(outside.issue, Issue::none);

  const PhoneValue hidden = normalise_phone("\"Anonymous\" <anonymous>", "GB");
  EXPECT_EQ(hidden.issue, Issue::phone_withheld);
}

TEST(Phone, OnlyRealValuesMayIdentify) {
  EXPECT_TRUE(may_identify(normalise_phone("+442079460123", "").issue));
  EXPECT_TRUE(may_identify(normalise_phone("+190011112222", "").issue));
  EXPECT_FALSE(may_identify(normalise_phone("anonymous", "").issue));
  EXPECT_FALSE(may_identify(normalise_phone("+44 8081 698 824", "").issue));
}

TEST(Phone, CacheOverflowChangesNothing) {
  for (int i = 0; i < 100'000; ++i) normalise_phone(std::to_string(i % 70'000), "");
  EXPECT_EQ(normalise_phone("+442079460123", "").value, "+442079460123");
}

TEST(Phone, SeparatorsDoNotChangeTheAnswer) {
  // The plain digits take the short way, the spaced ones the library's parser.
  for (const std::string_view plain :
       {"+442079460123", "+12025550123", "+390612345678", "+81399999998", "+448081698824",
        "+97225551234", "+190011112222", "+49301234567", "+5511987654321", "+61293744000",
        "+79161234567", "+3531234567", "+442079460", "+85212345678"}) {
    std::string spaced(plain);
    spaced.insert(4, " ");
    const PhoneValue one = normalise_phone(plain, "");
    const PhoneValue two = normalise_phone(spaced, "");
    EXPECT_EQ(one.value, two.value);
    EXPECT_EQ(issue_name(one.issue), issue_name(two.issue)) << plain;
  }
}

TEST(Phone, KnowsRegions) {
  EXPECT_TRUE(is_phone_region("GB"));
  EXPECT_FALSE(is_phone_region("XX"));
}

}  // namespace
}  // namespace clewline::text
