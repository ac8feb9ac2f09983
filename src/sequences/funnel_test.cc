#include "sequences/funnel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/random.h"

namespace clewline::sequences {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

std::string golden_file() {
  const char* named = std::getenv("CLEWLINE_GOLDEN");
  const std::string folder = named != nullptr ? named : CLEWLINE_SOURCE_DIR "/../shared/golden";
  return folder + "/window_funnel.tsv";
}

struct Steps {
  std::vector<std::uint64_t> marks;
  std::vector<std::int64_t> times;
  Elements elements() const { return {marks, times}; }
};

void set_modes(const std::string& modes, FunnelRules& rules) {
  rules.strict_deduplication = modes.find("strict_deduplication") != std::string::npos;
  rules.strict_order = modes.find("strict_order") != std::string::npos;
  rules.strict_increase = modes.find("strict_increase") != std::string::npos;
  rules.strict_once = modes.find("strict_once") != std::string::npos;
  rules.allow_reentry = modes.find("allow_reentry") != std::string::npos;
}

// METHODS §5: ClickHouse, tests/queries/0_stateless/00632_aggregation_window_funnel.
TEST(Funnel, GivesTheLevelsOfWindowFunnel) {
  std::ifstream file(golden_file());
  if (!file) GTEST_SKIP() << "golden data: set CLEWLINE_GOLDEN to its folder";
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto cells = split(line, '\t');
    ASSERT_EQ(cells.size(), 5U) << line;
    const auto names = split(cells[3], '>');
    FunnelRules rules;
    for (std::size_t stage = 0; stage < names.size(); ++stage)
      rules.stages.push_back(std::uint64_t{1} << stage);
    rules.window_us = std::stoll(cells[1]);
    set_modes(cells[2], rules);
    Steps steps;
    for (const std::string& event : split(cells[0], ',')) {
      const std::size_t colon = event.find(':');
      steps.times.push_back(std::stoll(event.substr(0, colon)));
      steps.marks.push_back(0);
      for (std::size_t stage = 0; stage < names.size(); ++stage) {
        if (names[stage] == event.substr(colon + 1))
          steps.marks.back() |= std::uint64_t{1} << stage;
      }
    }
    EXPECT_EQ(Funnel(rules).depth(steps.elements()).level, std::stoul(cells[4])) << line;
    ++cases;
  }
  EXPECT_EQ(cases, 41);
}

/// Tries every chain: the definition of the modes without strict order.
class EveryChain {
 public:
  EveryChain(const FunnelRules& rules, const Steps& steps) : rules_(rules), steps_(steps) {}

  std::uint32_t level() const {
    std::uint32_t best = 0;
    for (std::size_t i = 0; i < steps_.marks.size(); ++i) {
      if ((steps_.marks[i] & rules_.excluded) == 0 && (steps_.marks[i] & rules_.stages[0]) != 0)
        best = std::max(best, longest(i, i, 1));
    }
    return best;
  }

 private:
  std::uint32_t longest(std::size_t first, std::size_t last, std::uint32_t level) const {
    std::uint32_t best = level;
    if (level == rules_.stages.size()) return best;
    const std::size_t from = rules_.strict_once ? last + 1 : last;
    for (std::size_t i = from; i < steps_.marks.size(); ++i) {
      if (i > last && (steps_.marks[i] & rules_.excluded) != 0) break;
      if ((steps_.marks[i] & rules_.stages[level]) == 0) continue;
      if (steps_.times[i] - steps_.times[first] > rules_.window_us) continue;
      if (rules_.strict_increase && steps_.times[i] <= steps_.times[last]) continue;
      best = std::max(best, longest(first, i, level + 1));
    }
    return best;
  }

  const FunnelRules& rules_;
  const Steps& steps_;
};

std::uint32_t most_within(const FunnelRules& rules, const Steps& steps) {
  std::uint32_t best = 0;
  for (std::size_t i = 0; i < steps.marks.size(); ++i) {
    std::uint64_t seen = 0;
    for (std::size_t k = i; k < steps.marks.size(); ++k) {
      if (steps.times[k] - steps.times[i] > rules.window_us) break;
      if ((steps.marks[k] & rules.excluded) != 0) break;
      seen |= steps.marks[k];
      std::uint32_t stages = 0;
      for (const std::uint64_t stage : rules.stages) stages += (seen & stage) != 0 ? 1 : 0;
      best = std::max(best, stages);
    }
  }
  return best;
}

TEST(Funnel, FindsTheLongestChainOnRandomSteps) {
  SplitMix64 numbers(7);
  const auto below = [&](std::uint64_t count) { return numbers.next() % count; };
  std::map<std::uint32_t, int> levels;
  for (int round = 0; round < 20'000; ++round) {
    FunnelRules rules;
    rules.stages = {1, 2, 4, 8};
    rules.stages.resize(1 + below(4));
    rules.window_us = static_cast<std::int64_t>(below(12));
    rules.strict_once = below(3) == 0;
    rules.strict_increase = below(3) == 0;
    rules.excluded = below(4) == 0 ? 16 : 0;
    rules.any_order = below(4) == 0;
    Steps steps;
    std::int64_t at = 0;
    for (std::uint64_t left = below(12); left > 0; --left) {
      at += static_cast<std::int64_t>(below(3));
      steps.times.push_back(at);
      steps.marks.push_back(below(8) == 0 ? below(16) : std::uint64_t{1} << below(6));
    }
    const std::uint32_t expected =
        rules.any_order ? most_within(rules, steps) : EveryChain(rules, steps).level();
    const FunnelDepth found = Funnel(rules).depth(steps.elements());
    ASSERT_EQ(found.level, expected) << "round " << round;
    ASSERT_EQ(found.entries > 0, found.level > 0);
    ASSERT_LE(found.reached_us - found.begun_us, rules.window_us);
    ++levels[found.level];
  }
  for (std::uint32_t level = 0; level <= 4; ++level) EXPECT_GT(levels[level], 200) << level;
}

TEST(Funnel, TellsWhenAndHowOften) {
  FunnelRules rules;
  rules.stages = {1, 2};
  rules.window_us = 5;
  // Begun at 0 and left, begun again at 10 and complete at 12, begun again at 20.
  const Steps steps{{1, 1, 1, 2, 1}, {0, 2, 10, 12, 20}};
  EXPECT_EQ(Funnel(rules).depth(steps.elements()), (FunnelDepth{2, 10, 12, 3}));
}

TEST(Funnel, EndsChainsAtWhatIsExcluded) {
  FunnelRules rules;
  rules.stages = {1, 2};
  rules.window_us = 100;
  rules.excluded = 4;
  EXPECT_EQ(Funnel(rules)
                .depth({std::vector<std::uint64_t>{1, 4, 2}, std::vector<std::int64_t>{0, 1, 2}})
                .level,
            1U);
  EXPECT_EQ(Funnel(rules)
                .depth({std::vector<std::uint64_t>{4, 1, 2}, std::vector<std::int64_t>{0, 1, 2}})
                .level,
            2U);
}

}  // namespace
}  // namespace clewline::sequences
