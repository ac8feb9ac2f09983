#include "text/identifier.h"

#include <gtest/gtest.h>

#include "model/identifier_kinds.h"

namespace clewline::text {
namespace {

struct IdentifierRow {
  std::string_view kind;
  std::string_view raw;
  std::string_view value;
  Issue issue;
};

class IdentifierTable : public ::testing::TestWithParam<IdentifierRow> {};

TEST_P(IdentifierTable, Normalises) {
  const IdentifierRow& row = GetParam();
  const IdentifierValue identifier = normalise_identifier(row.kind, row.raw, "GB");
  EXPECT_EQ(identifier.value, row.value) << row.kind << " " << row.raw;
  EXPECT_EQ(issue_name(identifier.issue), issue_name(row.issue)) << row.kind << " " << row.raw;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, IdentifierTable,
    ::testing::Values(
        IdentifierRow{"crm_id", " 0015000000aBcDe ", "0015000000aBcDe", Issue::none},
        IdentifierRow{"crm_id", "3.27E+11", "", Issue::mangled_key},
        IdentifierRow{"account", "ACC-17", "ACC-17", Issue::none},
        IdentifierRow{"account", "#N/A", "", Issue::placeholder_key},
        IdentifierRow{"user_id", "Jon.Doe@Email.example", "jon.doe@email.example", Issue::none},
        IdentifierRow{"user_id", "JonDoe", "JonDoe", Issue::none},
        IdentifierRow{"loyalty_card", "6035 0012-3456", "603500123456", Issue::none},
        IdentifierRow{"payment_customer", "cus_Abc", "cus_Abc", Issue::none},
        IdentifierRow{"email", "Alice@Example.org", "alice@example.org", Issue::none},
        IdentifierRow{"email", "null", "", Issue::placeholder_key},
        IdentifierRow{"phone", "020 7946 0123", "+442079460123", Issue::none},
        IdentifierRow{"device", "00000000-0000-0000-0000-000000000000", "", Issue::placeholder_key},
        IdentifierRow{"device", "6D92078A-8246-4BA4-AE5B-76104861E7DC",
                      "6d92078a-8246-4ba4-ae5b-76104861e7dc", Issue::none},
        IdentifierRow{"cookie", "GA1.2.X", "GA1.2.X", Issue::none},
        IdentifierRow{"social", "@Alice", "alice", Issue::none},
        IdentifierRow{"address", "12, High  Street\nLondon", "12 high street london", Issue::none},
        IdentifierRow{"ip", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1", Issue::none},
        IdentifierRow{"ip", "300.1.1.1", "", Issue::ip_malformed},
        IdentifierRow{"membership", "none", "", Issue::placeholder_key},
        IdentifierRow{"membership", "M-1", "M-1", Issue::none}));

TEST(Identifier, EveryKindOfTheModelRefusesNothingAndKeepsSomething) {
  for (const auto& kind : identifier_kinds()) {
    EXPECT_EQ(normalise_identifier(kind.name, "", "GB").value, "") << kind.name;
    EXPECT_NE(normalise_identifier(kind.name, "", "GB").issue, Issue::none) << kind.name;
  }
}

TEST(Identifier, NormalisingTwiceChangesNothing) {
  for (const std::string_view kind :
       {"crm_id", "user_id", "loyalty_card", "email", "phone", "device", "social", "address"}) {
    for (const std::string_view raw :
         {"Alice@Example.org", "+44 20 7946 0123", "A b,C", "12-34 56", "@x"}) {
      const IdentifierValue once = normalise_identifier(kind, raw, "GB");
      if (once.value.empty()) continue;
      EXPECT_EQ(normalise_identifier(kind, once.value, "GB").value, once.value)
          << kind << " " << raw;
    }
  }
}

}  // namespace
}  // namespace clewline::text
