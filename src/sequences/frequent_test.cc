#include "sequences/frequent.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/random.h"

namespace clewline::sequences {
namespace {

using Set = std::vector<std::uint32_t>;
using Sequence = std::vector<Set>;

ItemSequences columns(const std::vector<Sequence>& sequences,
                      const std::vector<std::vector<std::int64_t>>& times = {}) {
  ItemSequences out;
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    for (std::uint32_t set = 0; set < sequences[s].size(); ++set) {
      for (const std::uint32_t item : sequences[s][set]) {
        out.items.push_back(item);
        out.sets.push_back(set);
        out.times_us.push_back(times.empty() ? set : times[s][set]);
      }
    }
    out.begins.push_back(out.items.size());
  }
  return out;
}

// "a(bc)" of a pattern.
std::string written(const FrequentPattern& pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.items.size(); ++i) {
    const bool joined = pattern.joined[i] != 0;
    const bool opens = !joined && i + 1 < pattern.items.size() && pattern.joined[i + 1] != 0;
    const bool closes = joined && (i + 1 == pattern.items.size() || pattern.joined[i + 1] == 0);
    out += opens ? "(" : "";
    out += static_cast<char>('a' + pattern.items[i]);
    out += closes ? ")" : "";
  }
  return out;
}

std::map<std::string, std::uint32_t> found_in(const ItemSequences& sequences, std::uint32_t items,
                                              const FrequentRules& rules) {
  std::map<std::string, std::uint32_t> out;
  const auto status =
      frequent_patterns(sequences, items, rules, [&](const auto& pattern, auto having) {
        EXPECT_TRUE(std::ranges::is_sorted(having));
        EXPECT_TRUE(out.emplace(written(pattern), having.size()).second) << written(pattern);
      });
  EXPECT_TRUE(status.ok());
  return out;
}

enum Letter : std::uint32_t { a, b, c, d, e, f, g };

// METHODS §4: the database of Pei et al., ICDE 2001, with a support of 2.
TEST(Frequent, GivesThePatternsOfThePaper) {
  const ItemSequences database = columns({{{a}, {a, b, c}, {a, c}, {d}, {c, f}},
                                          {{a, d}, {c}, {b, c}, {a, e}},
                                          {{e, f}, {a, b}, {d, f}, {c}, {b}},
                                          {{e}, {g}, {a, f}, {c}, {b}, {c}}});
  const auto found = found_in(database, 7, {.support_min = 2, .length_max = 100});
  EXPECT_EQ(found.size(), 53U);
  std::map<std::size_t, int> lengths;
  for (const auto& [pattern, support] : found)
    ++lengths[static_cast<std::size_t>(
        std::ranges::count_if(pattern, [](char letter) { return letter >= 'a'; }))];
  EXPECT_EQ(lengths, (std::map<std::size_t, int>{{1, 6}, {2, 22}, {3, 21}, {4, 4}}));
  const std::map<std::string, std::uint32_t> named = {
      {"a", 4},  {"b", 4},   {"c", 4},   {"d", 3},  {"e", 3},  {"f", 3},  {"ab", 4},
      {"ac", 4}, {"acb", 3}, {"acc", 3}, {"bc", 3}, {"cb", 3}, {"cc", 3}, {"dc", 3}};
  for (const auto& [pattern, support] : named) EXPECT_EQ(found.at(pattern), support) << pattern;
  // The patterns with a set, as the paper lists them.
  for (const char* pattern :
       {"(ab)", "(ab)c", "(ab)d", "(ab)dc", "(ab)f", "a(bc)", "a(bc)a", "(bc)", "(bc)a"})
    EXPECT_EQ(found.at(pattern), 2U) << pattern;
}

/// Whether a sequence has a pattern, by trying every way.
bool has(const Sequence& sequence, const std::vector<std::int64_t>& times, const Sequence& pattern,
         const FrequentRules& rules, std::size_t next, std::size_t from, std::int64_t begun) {
  if (next == pattern.size()) return true;
  for (std::size_t s = from; s < sequence.size(); ++s) {
    if (!std::ranges::includes(sequence[s], pattern[next])) continue;
    if (next > 0 && rules.gap_us && times[s] - times[from - 1] > *rules.gap_us) continue;
    if (next > 0 && rules.window_us && times[s] - begun > *rules.window_us) continue;
    if (has(sequence, times, pattern, rules, next + 1, s + 1, next == 0 ? times[s] : begun))
      return true;
  }
  return false;
}

std::vector<Sequence> candidates(std::uint32_t items, std::uint32_t length) {
  std::vector<Sequence> all = {{}};
  std::vector<Sequence> last = {{}};
  for (std::uint32_t turn = 0; turn < length; ++turn) {
    std::vector<Sequence> longer;
    for (const Sequence& shorter : last) {
      for (std::uint32_t item = 0; item < items; ++item) {
        longer.push_back(shorter);
        longer.back().push_back({item});
        if (shorter.empty() || shorter.back().back() >= item) continue;
        longer.push_back(shorter);
        longer.back().back().push_back(item);
      }
    }
    all.insert(all.end(), longer.begin(), longer.end());
    last = std::move(longer);
  }
  all.erase(all.begin());
  return all;
}

std::string written(const Sequence& pattern) {
  FrequentPattern out;
  for (const Set& set : pattern) {
    for (std::size_t i = 0; i < set.size(); ++i) {
      out.items.push_back(set[i]);
      out.joined.push_back(i > 0 ? 1 : 0);
    }
  }
  return written(out);
}

TEST(Frequent, AgreesWithTryingEveryPatternOnRandomSequences) {
  SplitMix64 numbers(11);
  const auto below = [&](std::uint64_t count) { return numbers.next() % count; };
  const auto every = candidates(3, 4);
  std::size_t patterns = 0;
  for (int round = 0; round < 150; ++round) {
    FrequentRules rules{.support_min = static_cast<std::uint32_t>(1 + below(4)), .length_max = 4};
    if (below(2) == 0) rules.gap_us = static_cast<std::int64_t>(below(5));
    if (below(2) == 0) rules.window_us = static_cast<std::int64_t>(below(9));
    const bool with_sets = below(2) == 0;
    std::vector<Sequence> sequences(1 + below(6));
    std::vector<std::vector<std::int64_t>> times;
    for (Sequence& sequence : sequences) {
      sequence.resize(below(7));
      std::int64_t at = 0;
      times.emplace_back();
      for (Set& set : sequence) {
        at += static_cast<std::int64_t>(below(4));
        times.back().push_back(at);
        std::set<std::uint32_t> items = {static_cast<std::uint32_t>(below(3))};
        if (with_sets && below(2) == 0) items.insert(static_cast<std::uint32_t>(below(3)));
        set.assign(items.begin(), items.end());
      }
    }
    std::map<std::string, std::uint32_t> expected;
    for (const Sequence& pattern : every) {
      std::uint32_t support = 0;
      for (std::size_t s = 0; s < sequences.size(); ++s)
        support += has(sequences[s], times[s], pattern, rules, 0, 0, 0) ? 1 : 0;
      if (support >= rules.support_min) expected.emplace(written(pattern), support);
    }
    ASSERT_EQ(found_in(columns(sequences, times), 3, rules), expected) << "round " << round;
    patterns += expected.size();
  }
  EXPECT_GT(patterns, 1000U);
}

TEST(Frequent, RefusesTooManyAndManyItemsAreNothingSpecial) {
  std::vector<Sequence> same(2);
  for (Sequence& sequence : same) {
    for (std::uint32_t item = 0; item < 20; ++item) sequence.push_back({item});
  }
  const auto refused = frequent_patterns(columns(same), 20,
                                         {.support_min = 2, .length_max = 20, .patterns_max = 1000},
                                         [](const auto&, auto) {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::limit);
  // A million different items, of which one stands in all sequences.
  ItemSequences many;
  constexpr std::uint32_t kItems = 1'000'000;
  for (std::uint32_t item = 1; item < kItems; ++item) {
    many.items.push_back(item % 10 == 0 ? 0 : item);
    many.sets.push_back(item % 10);
    many.times_us.push_back(item);
    if (item % 10 == 9) many.begins.push_back(many.items.size());
  }
  std::size_t patterns = 0;
  ASSERT_TRUE(
      frequent_patterns(many, kItems, {.support_min = 1000}, [&](const auto& pattern, auto having) {
        ++patterns;
        EXPECT_EQ(pattern.items, (std::vector<std::uint32_t>{0}));
        EXPECT_GT(having.size(), 99'000U);
      }).ok());
  EXPECT_EQ(patterns, 1U);
}

}  // namespace
}  // namespace clewline::sequences
