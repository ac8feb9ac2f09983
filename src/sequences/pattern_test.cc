#include "sequences/pattern.h"

#include <gtest/gtest.h>

#include "sequences/automaton.h"

namespace clewline::sequences {
namespace {

Pattern read(std::string_view text) {
  auto pattern = parse_pattern(text);
  EXPECT_TRUE(pattern) << text << ": " << (pattern ? "" : pattern.error().message);
  return pattern ? std::move(pattern).value() : Pattern();
}

std::string error_of(std::string_view text) {
  const auto pattern = parse_pattern(text);
  if (!pattern) return pattern.error().message;
  const auto automaton = compile(*pattern);
  return automaton ? "" : automaton.error().message;
}

constexpr std::int64_t kHourUs = 3'600'000'000;

TEST(Patterns, AreReadAsTheyAreMeant) {
  const Pattern pattern = read("ivr.fault{2,} <24h> agent.connected[tier='gold'] -> !resolved");
  ASSERT_EQ(pattern.tests.size(), 3U);
  EXPECT_EQ(pattern.tests[0].name, "ivr.fault");
  EXPECT_EQ(pattern.tests[1], (ElementTest{"agent.connected", "tier='gold'"}));
  ASSERT_EQ(pattern.root.kind, PatternNode::Kind::chain);
  ASSERT_EQ(pattern.root.parts.size(), 2U);
  EXPECT_EQ(pattern.root.parts[0].kind, PatternNode::Kind::repeat);
  EXPECT_EQ(pattern.root.parts[0].least, 2U);
  EXPECT_EQ(pattern.root.parts[0].most, 0U);
  EXPECT_EQ(pattern.root.links[0].within_us, 24 * kHourUs);
  ASSERT_TRUE(pattern.after);
  EXPECT_EQ(pattern.after->tests, (std::vector<std::uint32_t>{2}));
  EXPECT_EQ(pattern.after->within_us, kNoLimit);
}

TEST(Patterns, NamesStarsAndRepeats) {
  EXPECT_EQ(read("ivr.* -> 'Check ticket' -> .").tests.size(), 3U);
  EXPECT_EQ(read("ivr.*").tests[0].name, "ivr.*");
  EXPECT_EQ(read("*.entered").tests[0].name, "*.entered");
  EXPECT_EQ(read("a*").root.kind, PatternNode::Kind::repeat);
  EXPECT_EQ(read("a .* b").root.parts[1].kind, PatternNode::Kind::repeat);
  EXPECT_EQ(read("pre-paid->b").tests[0].name, "pre-paid");
  EXPECT_EQ(read("a{2,3; next}").root.links[0].next, true);
  EXPECT_EQ(read("a{2,; 30min}").root.links[0].within_us, kHourUs / 2);
  EXPECT_EQ(read("[note = 'a]b'] -> c").tests[0].condition, "note = 'a]b'");
  const Pattern between = read("a -> !(b|c) <2h> d");
  EXPECT_EQ(between.root.links[0].without.size(), 2U);
  EXPECT_EQ(between.root.links[0].within_us, 2 * kHourUs);
  EXPECT_TRUE(read("!a <7d> b").before);
  EXPECT_TRUE(read("a b").root.links[0].next);
}

TEST(Patterns, ErrorsNameTheCharacter) {
  EXPECT_EQ(error_of("a -> "), "pattern, character 6: a step is missing at the end");
  EXPECT_EQ(error_of("(a -> b"), "pattern, character 8: a closing parenthesis is missing");
  EXPECT_EQ(error_of("a)"), "pattern, character 2: this parenthesis closes nothing");
  EXPECT_EQ(error_of("a <24> b"), "pattern, character 3: a time limit is missing");
  EXPECT_EQ(error_of("a{3,2}"), "pattern, character 2: this is no number of repeats");
  EXPECT_EQ(error_of("a{0}"), "pattern, character 2: this is no number of repeats");
  EXPECT_EQ(error_of("a[x=1"), "pattern, character 2: the bracket `[` is not closed");
  EXPECT_EQ(error_of("a !b"), "pattern, character 3: `->` or a time limit is missing before `!`");
  EXPECT_EQ(error_of("a | b -> !c"),
            "pattern, character 10: `!` at an end and `|` do not go together");
  EXPECT_EQ(error_of("(a -> !b) -> c"),
            "pattern, character 7: inside parentheses `!` stands between two steps");
  EXPECT_EQ(error_of("a # b"), "pattern, character 3: this character has no meaning here: #");
  EXPECT_EQ(error_of(""), "pattern, character 1: a step is missing at the end");
  EXPECT_EQ(error_of("a?"), "this pattern fits where nothing happens");
}

TEST(Patterns, ThatWouldExplodeAreRefusedAtOnce) {
  const std::string exploding = "((((a{1,100}){1,100}){1,100}){1,100}){1,1000}";
  const auto pattern = parse_pattern(exploding);
  ASSERT_TRUE(pattern);
  const auto automaton = compile(*pattern);
  ASSERT_FALSE(automaton);
  EXPECT_EQ(automaton.error().code, ErrorCode::limit);
  EXPECT_NE(automaton.error().message.find("would explode"), std::string::npos);
  EXPECT_FALSE(compile(read("(a?b?c?d?){250}")));
  EXPECT_FALSE(compile(read("a{257}")));
  EXPECT_TRUE(compile(read("a{256}")));
  std::string many = "a0";
  for (int i = 1; i < 70; ++i) many += "|a" + std::to_string(i);
  EXPECT_FALSE(parse_pattern(many));
  EXPECT_FALSE(parse_pattern(std::string(60, '(') + "a" + std::string(60, ')')));
}

}  // namespace
}  // namespace clewline::sequences
