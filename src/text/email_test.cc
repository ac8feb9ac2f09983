#include "text/email.h"

#include <gtest/gtest.h>

namespace clewline::text {
namespace {

struct EmailRow {
  std::string_view raw;
  std::string_view value;
  Issue issue;
};

class EmailTable : public ::testing::TestWithParam<EmailRow> {};

TEST_P(EmailTable, Normalises) {
  const EmailRow& row = GetParam();
  const EmailValue email = normalise_email(row.raw);
  EXPECT_EQ(email.value, row.value) << row.raw;
  EXPECT_EQ(issue_name(email.issue), issue_name(row.issue)) << row.raw;
}

INSTANTIATE_TEST_SUITE_P(
    Sources, EmailTable,
    ::testing::Values(
        EmailRow{" Alice.Smith@Example.ORG ", "alice.smith@example.org", Issue::none},
        EmailRow{"mailto:alice@example.org?subject=x", "alice@example.org", Issue::none},
        EmailRow{"operator+abcd1234@intercom.io", "operator+abcd1234@intercom.io",
                 Issue::shared_mailbox},
        EmailRow{"email@email.com", "email@email.com", Issue::shared_mailbox},
        EmailRow{"noreply@shop.example", "noreply@shop.example", Issue::shared_mailbox},
        EmailRow{"No-Reply@shop.example", "no-reply@shop.example", Issue::shared_mailbox},
        EmailRow{"alice+shop@example.org", "alice+shop@example.org", Issue::none},
        EmailRow{"jörg@bücher.example", "jörg@bücher.example", Issue::none},
        EmailRow{"alice@", "", Issue::email_malformed},
        EmailRow{"alice", "", Issue::email_malformed},
        EmailRow{"a b@example.org", "", Issue::email_malformed},
        EmailRow{"a@b@example.org", "", Issue::email_malformed},
        EmailRow{"", "", Issue::email_malformed}));

TEST(Email, TakesTheNameBesideTheAddress) {
  const EmailValue email = normalise_email("\"Smith, Alice\" <Alice@Example.org>");
  EXPECT_EQ(email.value, "alice@example.org");
  EXPECT_EQ(email.name, "Smith, Alice");
}

TEST(Email, StripsPlusTagsOnlyWhenTold) {
  EXPECT_EQ(normalise_email("alice+shop@example.org", PlusTag::strip).value, "alice@example.org");
  EXPECT_EQ(normalise_email("+shop@example.org", PlusTag::strip).value, "+shop@example.org");
}

}  // namespace
}  // namespace clewline::text
