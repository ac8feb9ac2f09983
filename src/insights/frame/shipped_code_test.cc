#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace clewline::insights {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool is_test(const std::string& path) {
  return path.ends_with("_test.cc") || path.find("/testing/") != std::string::npos;
}

/// Decimals of six digits and more, digits apart and leading zeros left out.
std::set<std::string> long_numbers(const std::string& text) {
  static const std::regex kDecimal(R"(\d*\.[\d']{5,})");
  std::set<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), kDecimal), end; at != end; ++at) {
    std::string number = at->str();
    std::erase(number, '\'');
    number.erase(0, number.find_first_not_of('0'));
    if (number.size() > 6) out.insert(number);
  }
  return out;
}

// An expected value in shipped code would be an answer that was written down, not computed. The
// normal quantile is a constant of mathematics.
TEST(ShippedCode, HoldsNoExpectedValue) {
  const std::filesystem::path root = std::filesystem::path(CLEWLINE_SOURCE_DIR);
  std::set<std::string> expected;
  for (const char* folder : {"src/statistics", "src/insights", "tests/journeys/insights"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::string path = entry.path().string();
      if (entry.is_regular_file() && (is_test(path) || path.ends_with(".journey")))
        expected.merge(long_numbers(text_of(entry.path())));
    }
  }
  expected.erase("1.959963984540054");
  EXPECT_GT(expected.size(), 40U);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "src")) {
    const std::string path = entry.path().string();
    if (!entry.is_regular_file() || is_test(path)) continue;
    for (const std::string& number : long_numbers(text_of(entry.path())))
      EXPECT_FALSE(expected.contains(number)) << number << " in " << path;
  }
}

TEST(ShippedCode, TheSearchFindsWhatIsPlanted) {
  EXPECT_EQ(long_numbers("x = .102189781; y = 0.102'189'781;"),
            std::set<std::string>({".102189781"}));
  EXPECT_TRUE(long_numbers("0.95, 1e-9, 20").empty());
}

}  // namespace
}  // namespace clewline::insights
