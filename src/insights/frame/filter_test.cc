#include "insights/frame/filter.h"

#include <gtest/gtest.h>

#include <string>

namespace clewline::insights {
namespace {

constexpr Field kFields[] = {{"queue", FieldKind::text, ""},
                             {"wait", FieldKind::seconds, ""},
                             {"hour", FieldKind::number, ""},
                             {"held", FieldKind::boolean, ""},
                             {"at", FieldKind::time, ""}};

Result<Condition> compile(std::string_view text, Parameters& parameters) {
  return compile_filter(text, kFields, "Europe/Berlin", parameters);
}

std::string shown(std::string_view text) {
  Parameters parameters;
  const auto compiled = compile(text, parameters);
  return compiled ? compiled->shown : compiled.error().message;
}

TEST(Filter, CompilesToBoundValues) {
  Parameters parameters;
  const auto compiled = compile("queue = 'Billing' and (wait > 20s or not held)", parameters);
  ASSERT_TRUE(compiled) << compiled.error().message;
  EXPECT_EQ(compiled->sql,
            "((\"queue\" IS NOT DISTINCT FROM $1) AND (coalesce(\"wait\" > $2, false) OR "
            "(NOT coalesce(\"held\", false))))");
  ASSERT_EQ(parameters.values().size(), 2U);
  EXPECT_EQ(std::get<std::string>(parameters.values()[0]), "Billing");
  EXPECT_EQ(std::get<double>(parameters.values()[1]), 20'000);
}

TEST(Filter, WritesEveryForm) {
  EXPECT_EQ(shown("queue != 'a'"), "(\"queue\" IS DISTINCT FROM 'a')");
  EXPECT_EQ(shown("queue in ('a', 'it''s')"), "coalesce(\"queue\" IN ('a', 'it''s'), false)");
  EXPECT_EQ(shown("hour not in (1, 2.5)"), "(NOT coalesce(\"hour\" IN (1, 2.5), false))");
  EXPECT_EQ(shown("queue is not null"), "(\"queue\" IS NOT NULL)");
  EXPECT_EQ(shown("queue like 'B%'"), "coalesce(\"queue\" LIKE 'B%', false)");
  EXPECT_EQ(shown("wait <= 2 min"), "coalesce(\"wait\" <= 120000, false)");
  EXPECT_EQ(shown("HELD = TRUE"), "(\"held\" IS NOT DISTINCT FROM true)");
}

TEST(Filter, ErrorsNameThePlace) {
  EXPECT_EQ(shown("colour = 'x'"), "--where, character 1: there is no field `colour` here");
  EXPECT_EQ(shown("queue = 5"), "--where, character 9: `queue` wants a text, e.g. 'Billing'");
  EXPECT_EQ(shown("queue = 'x' wait > 1"),
            "--where, character 13: expected `and` or `or`, found `wait`");
  EXPECT_EQ(shown("queue = 'x"), "--where, character 9: this text has no closing quote");
  EXPECT_EQ(shown("(hour = 1"), "--where, character 10: a closing parenthesis is missing");
  EXPECT_EQ(shown("at > '2024-02-30'"),
            "--where, character 6: `at` wants a date, e.g. '2024-03-31'");
  EXPECT_EQ(shown(""), "--where, character 1: a condition is missing at the end");
  EXPECT_EQ(shown("queue ="), "--where, character 8: `queue` wants a text, e.g. 'Billing'");
}

TEST(Filter, HostileTextNeverReachesTheStatement) {
  const std::string hostile[] = {"queue = 'x'; DROP TABLE events",
                                 "1=1 --",
                                 "queue = \"x\"",
                                 "queue = (SELECT 1)",
                                 "read_csv('/etc/passwd')",
                                 "queue = $1",
                                 std::string("queue\0= 'x'", 12),
                                 "queue = 'x' /* */ and hour = 1",
                                 std::string(5000, 'a'),
                                 std::string(4000, '('),
                                 "queue = 'a' and\xff = 1",
                                 "hour = 1e400",
                                 "hour = 0x10"};
  for (const std::string& text : hostile) {
    Parameters parameters;
    const auto compiled = compile(text, parameters);
    ASSERT_FALSE(compiled) << text;
    EXPECT_EQ(compiled.error().code, ErrorCode::usage);
    EXPECT_TRUE(compiled.error().message.starts_with("--where, character ")) << text;
    EXPECT_FALSE(compiled.error().hint.empty());
  }
  Parameters parameters;
  const auto quoted = compile("queue = 'x'' OR 1=1 --'", parameters);
  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->sql, "(\"queue\" IS NOT DISTINCT FROM $1)");
  EXPECT_EQ(std::get<std::string>(parameters.values()[0]), "x' OR 1=1 --");
}

}  // namespace
}  // namespace clewline::insights
