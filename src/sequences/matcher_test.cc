#include "sequences/matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "base/random.h"

namespace clewline::sequences {
namespace {

constexpr std::int64_t kMinuteUs = 60'000'000;

class Random {
 public:
  explicit Random(std::uint64_t seed) : numbers_(seed) {}
  std::uint64_t below(std::uint64_t count) { return numbers_.next() % count; }

 private:
  SplitMix64 numbers_;
};

struct Case {
  std::vector<std::uint64_t> marks;
  std::vector<std::int64_t> times;
  Elements elements() const { return {marks, times}; }
};

/// The definition, written down: which spans of elements a part of the pattern fits, as a set of
/// (first, last), and whether it may be absent.
struct Spans {
  std::set<std::pair<std::uint32_t, std::uint32_t>> spans;
  bool may_be_empty = false;
};

class ByDefinition {
 public:
  ByDefinition(const Pattern& pattern, const Case& unit) : pattern_(pattern), unit_(unit) {}

  std::vector<Match> matches(std::int64_t watched_until) const {
    const Spans spans = of(pattern_.root);
    std::vector<Match> out;
    std::uint32_t from = 0;
    for (const auto& [first, last] : spans.spans) {  // by first, then last
      if (first < from || !before(first) || !after(last, watched_until)) continue;
      out.push_back({first, last});
      from = last + 1;
    }
    return out;
  }

 private:
  bool meets(std::uint32_t element, std::uint32_t test) const {
    return ((unit_.marks[element] >> test) & 1) != 0;
  }
  bool meets_any(std::uint32_t element, const std::vector<std::uint32_t>& tests) const {
    return std::ranges::any_of(tests, [&](std::uint32_t t) { return meets(element, t); });
  }
  bool before(std::uint32_t first) const {
    if (!pattern_.before) return true;
    for (std::uint32_t i = 0; i < first; ++i) {
      if (meets_any(i, pattern_.before->tests) &&
          unit_.times[first] - unit_.times[i] <= pattern_.before->within_us)
        return false;
    }
    return true;
  }
  bool after(std::uint32_t last, std::int64_t watched_until) const {
    if (!pattern_.after) return true;
    for (std::uint32_t i = last + 1; i < unit_.marks.size(); ++i) {
      if (meets_any(i, pattern_.after->tests) &&
          unit_.times[i] - unit_.times[last] <= pattern_.after->within_us)
        return false;
    }
    return pattern_.after->within_us == kNoLimit ||
           watched_until - unit_.times[last] >= pattern_.after->within_us;
  }
  bool linked(const Link& link, std::uint32_t from, std::uint32_t to) const {
    if (to <= from || (link.next && to != from + 1)) return false;
    if (unit_.times[to] - unit_.times[from] > link.within_us) return false;
    for (std::uint32_t i = from + 1; i < to; ++i) {
      if (meets_any(i, link.without)) return false;
    }
    return true;
  }
  Spans joined(const Spans& left, const Spans& right, const Link& link) const {
    Spans out;
    out.may_be_empty = left.may_be_empty && right.may_be_empty;
    if (left.may_be_empty) out.spans.insert(right.spans.begin(), right.spans.end());
    if (right.may_be_empty) out.spans.insert(left.spans.begin(), left.spans.end());
    for (const auto& [a, b] : left.spans) {
      for (const auto& [c, d] : right.spans) {
        if (linked(link, b, c)) out.spans.emplace(a, d);
      }
    }
    return out;
  }
  Spans of(const PatternNode& node) const {
    Spans out;
    switch (node.kind) {
      case PatternNode::Kind::step:
        for (std::uint32_t i = 0; i < unit_.marks.size(); ++i) {
          if (meets(i, node.test)) out.spans.emplace(i, i);
        }
        return out;
      case PatternNode::Kind::choice:
        for (const PatternNode& part : node.parts) {
          const Spans one = of(part);
          out.spans.insert(one.spans.begin(), one.spans.end());
          out.may_be_empty |= one.may_be_empty;
        }
        return out;
      case PatternNode::Kind::chain:
        out = of(node.parts.front());
        for (std::size_t i = 1; i < node.parts.size(); ++i)
          out = joined(out, of(node.parts[i]), node.links[i - 1]);
        return out;
      case PatternNode::Kind::repeat: break;
    }
    const Spans one = of(node.parts.front());
    out.may_be_empty = node.least == 0 || one.may_be_empty;
    Spans turns = one;
    const std::uint32_t most =
        node.most == 0 ? static_cast<std::uint32_t>(unit_.marks.size()) + node.least : node.most;
    for (std::uint32_t turn = 1; turn <= most; ++turn) {
      if (turn > 1) turns = joined(turns, one, node.links.front());
      if (turn >= node.least) out.spans.insert(turns.spans.begin(), turns.spans.end());
    }
    return out;
  }

  const Pattern& pattern_;
  const Case& unit_;
};

/// Writes random patterns over tests a … d, of the whole grammar.
class RandomPattern {
 public:
  explicit RandomPattern(Random& random) : random_(random) {}

  std::string text() {
    std::string out = chain(0);
    if (random_.below(5) == 0) out = "!" + name() + link() + "(" + out + ")";
    if (random_.below(5) == 0) out = "(" + out + ")" + link() + "!" + name();
    // A guard before was put into parentheses by one behind: not of the grammar.
    return out.starts_with("(!") ? chain(0) : out;
  }

 private:
  std::string name() { return std::string(1, static_cast<char>('a' + random_.below(4))); }
  std::string link() { return random_.below(2) == 0 ? " -> " : limit(); }
  std::string limit() { return " <" + std::to_string(1 + random_.below(9)) + "min> "; }
  std::string chain(int depth) {
    std::string out = part(depth);
    for (std::uint64_t parts = random_.below(3); parts > 0; --parts) {
      const std::uint64_t kind = random_.below(6);
      if (kind == 0)
        out += " ";
      else if (kind == 1)
        out +=
            " -> !" + (random_.below(3) == 0 ? "(" + name() + "|" + name() + ")" : name()) + link();
      else
        out += link();
      out += part(depth);
    }
    return out;
  }
  std::string part(int depth) {
    std::string out;
    if (depth < 2 && random_.below(3) == 0) {
      out = "(" + chain(depth + 1);
      if (random_.below(2) == 0) out += " | " + chain(depth + 1);
      out += ")";
    } else {
      out = name();
    }
    constexpr const char* kTurns[] = {"?",     "*",    "+",           "{2}",
                                      "{1,2}", "{2,}", "{2,3; next}", "{2,; 4min}"};
    return random_.below(4) == 0 ? out + kTurns[random_.below(8)] : out;
  }

  Random& random_;
};

Case random_case(Random& random) {
  Case out;
  std::int64_t at = 0;
  for (std::uint64_t left = random.below(11); left > 0; --left) {
    at += static_cast<std::int64_t>(random.below(5)) * kMinuteUs;  // ties as well
    out.times.push_back(at);
    std::uint64_t marks = 0;
    for (int test = 0; test < 4; ++test) marks |= std::uint64_t{random.below(10) < 3} << test;
    out.marks.push_back(marks);
  }
  return out;
}

// Bits by the letters of the names, so that a case means the same to every pattern.
Case translated(const Case& unit, const Pattern& pattern) {
  Case out{{}, unit.times};
  for (const std::uint64_t letters : unit.marks) {
    std::uint64_t marks = 0;
    for (std::size_t t = 0; t < pattern.tests.size(); ++t) {
      const auto letter = static_cast<unsigned>(pattern.tests[t].name[0] - 'a');
      marks |= ((letters >> letter) & 1) << t;
    }
    out.marks.push_back(marks);
  }
  return out;
}

std::string shown(const std::string& pattern, const Case& unit) {
  std::string out = pattern + " on";
  for (std::size_t i = 0; i < unit.marks.size(); ++i)
    out += " " + std::to_string(unit.times[i] / kMinuteUs) + ":" + std::to_string(unit.marks[i]);
  return out;
}

TEST(Matcher, AgreesWithTheDefinitionOnRandomPatternsAndUnits) {
  Random random(20240301);
  int matched = 0;
  int open = 0;
  int compiled = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string text = RandomPattern(random).text();
    const auto pattern = parse_pattern(text);
    ASSERT_TRUE(pattern) << text << ": " << pattern.error().message;
    const auto automaton = compile(*pattern);
    if (!automaton) continue;  // fits where nothing happens
    ++compiled;
    Matcher later(*automaton, kNoLimit / 2);
    for (int i = 0; i < 12; ++i) {
      const Case unit = translated(random_case(random), *pattern);
      const ByDefinition definition(*pattern, unit);
      const std::int64_t until = (unit.times.empty() ? 0 : unit.times.back()) + kMinuteUs;
      Matcher matcher(*automaton, until);
      const std::vector<Match> expected = definition.matches(until);
      std::vector<Match> found;
      matcher.find(unit.elements(), found);
      ASSERT_EQ(found, expected) << shown(text, unit);
      const Verdict verdict = matcher.verdict(unit.elements());
      ASSERT_EQ(verdict == Verdict::matched, !expected.empty()) << shown(text, unit);
      const bool could = !definition.matches(kNoLimit / 2).empty();
      ASSERT_EQ(later.verdict(unit.elements()) == Verdict::matched, could) << shown(text, unit);
      ASSERT_EQ(verdict == Verdict::open, expected.empty() && could) << shown(text, unit);
      matched += expected.empty() ? 0 : 1;
      open += verdict == Verdict::open ? 1 : 0;
    }
  }
  EXPECT_GT(compiled, 3000);
  EXPECT_GT(matched, 5000);
  EXPECT_GT(open, 50);
}

std::vector<Match> find(std::string_view text, const std::vector<std::uint64_t>& marks,
                        std::vector<std::int64_t> minutes) {
  const auto pattern = parse_pattern(text);
  const auto automaton = compile(*pattern);
  for (std::int64_t& at : minutes) at *= kMinuteUs;
  std::vector<Match> found;
  Matcher(*automaton, kNoLimit / 2).find({marks, minutes}, found);
  return found;
}

using Matches = std::vector<Match>;

TEST(Matcher, HandMadeCases) {
  // Two faults and then another, an agent within the time after the last.
  EXPECT_EQ(find("a{2,} <5min> b", {1, 1, 1, 2}, {0, 1, 9, 12}), (Matches{{0, 3}}));
  EXPECT_EQ(find("a{2,} <5min> b", {1, 1, 2}, {0, 1, 9}), Matches());
  // The earlier of two chances is too old, the later one is not.
  EXPECT_EQ(find("a <5min> b", {1, 1, 2}, {0, 8, 10}), (Matches{{1, 2}}));
  // Complete as soon as possible, none overlaps.
  EXPECT_EQ(find("a -> b", {1, 1, 2, 2, 1, 2}, {0, 1, 2, 3, 4, 5}), (Matches{{0, 2}, {4, 5}}));
  // Side by side, nothing between, and nothing of one kind between.
  EXPECT_EQ(find("a b", {1, 0, 2, 1, 2}, {0, 1, 2, 3, 4}), (Matches{{3, 4}}));
  EXPECT_EQ(find("a -> !c -> b", {1, 2, 4, 1, 4, 4}, {0, 1, 2, 3, 4, 5}), (Matches{{3, 4}}));
}

}  // namespace
}  // namespace clewline::sequences
