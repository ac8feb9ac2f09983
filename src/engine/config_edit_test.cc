#include "engine/config_edit.h"

#include <gtest/gtest.h>

namespace clewline::engine {
namespace {

constexpr std::string_view kBlock = "  weights:\n    same_intent: 3\n";

std::string edited(std::string_view text) {
  auto result = replace_config_block(text, "engagement", "weights", kBlock);
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : std::string();
}

TEST(ReplaceConfigBlock, LeavesAllElseAsItIs) {
  EXPECT_EQ(edited("# top\nengagement:\n  idle: 14 d\n  weights:\n    a: 1\n    bins:\n      1 h: "
                   "2\n  # then\n  threshold: 0.9\nhubs:\n  x: 1\n"),
            "# top\nengagement:\n  idle: 14 d\n  weights:\n    same_intent: 3\n  # then\n  "
            "threshold: 0.9\nhubs:\n  x: 1\n");
}

TEST(ReplaceConfigBlock, AddsWhatIsMissing) {
  EXPECT_EQ(edited("hubs:\n  x: 1\n"),
            "hubs:\n  x: 1\nengagement:\n  weights:\n    same_intent: 3\n");
  EXPECT_EQ(edited("engagement:\n  idle: 14 d\n\nhubs:\n  x: 1\n"),
            "engagement:\n  idle: 14 d\n  weights:\n    same_intent: 3\n\nhubs:\n  x: 1\n");
  EXPECT_EQ(edited(""), "engagement:\n  weights:\n    same_intent: 3\n");
  EXPECT_EQ(edited("engagement:\n  weights: {a: 1}\n"),
            "engagement:\n  weights:\n    same_intent: 3\n");
}

TEST(ReplaceConfigBlock, RefusesASectionOnOneLine) {
  const auto result =
      replace_config_block("engagement: {idle: 14 d}\n", "engagement", "weights", kBlock);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace clewline::engine
