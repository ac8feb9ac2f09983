#include "matching/text_similarity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace clewline::matching {
namespace {

constexpr double kSixDigits = 5e-7;

// The examples of Winkler (1990) as jellyfish 0.8.9 and the Python Record Linkage docs give them.
TEST(JaroWinkler, PublishedExamples) {
  EXPECT_NEAR(jaro_winkler("MARTHA", "MARHTA"), .961111, kSixDigits);
  EXPECT_NEAR(jaro_winkler("DIXON", "DICKSONX"), .813333, kSixDigits);
  EXPECT_NEAR(jaro_winkler("DWAYNE", "DUANE"), .84, kSixDigits);
  EXPECT_NEAR(jaro_winkler("JELLYFISH", "SMELLYFISH"), .896296, kSixDigits);
  EXPECT_NEAR(jaro("MARTHA", "MARHTA"), .944444, kSixDigits);
}

TEST(JaroWinkler, Edges) {
  EXPECT_EQ(jaro_winkler("", ""), 0);
  EXPECT_EQ(jaro_winkler("a", ""), 0);
  EXPECT_EQ(jaro_winkler("a", "b"), 0);
  EXPECT_EQ(jaro_winkler("anna", "anna"), 1);
}

TEST(EditDistance, CountsCodePointsNotBytes) {
  EXPECT_EQ(levenshtein("Müller", "Muller"), 1U);
  EXPECT_EQ(damerau_levenshtein("Müller", "Mlüler"), 1U);
  EXPECT_NEAR(levenshtein_similarity("Müller", "Muller"), 5.0 / 6, 1e-12);
  EXPECT_NEAR(jaro_winkler("Ådne", "Ådne"), 1, 1e-12);
}

TEST(EditDistance, ASwapIsOneStepOfDamerau) {
  EXPECT_EQ(levenshtein("1971-06-24", "1971-06-42"), 2U);
  EXPECT_EQ(damerau_levenshtein("1971-06-24", "1971-06-42"), 1U);
  EXPECT_EQ(damerau_levenshtein("ca", "abc"), 2U);  // 3 where a swap may not be edited further
  EXPECT_EQ(levenshtein("kitten", "sitting"), 3U);
  EXPECT_EQ(levenshtein("", "abc"), 3U);
}

// Definitions written down without regard to speed.
std::size_t plain_levenshtein(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0)});
    }
  }
  return d[a.size()][b.size()];
}

double plain_jaro(std::string a, std::string b) {
  if (a.empty() || b.empty()) return 0;
  if (std::pair(b.size(), b) < std::pair(a.size(), a)) std::swap(a, b);
  const int window = std::max(0, static_cast<int>(b.size()) / 2 - 1);
  std::string left;
  std::vector<bool> used(b.size(), false);
  for (int i = 0; i < static_cast<int>(a.size()); ++i) {
    for (int j = 0; j < static_cast<int>(b.size()); ++j) {
      if (std::abs(i - j) > window || used[j] || a[i] != b[j]) continue;
      used[j] = true;
      left += a[i];
      break;
    }
  }
  std::string right;
  for (std::size_t j = 0; j < b.size(); ++j)
    if (used[j]) right += b[j];
  if (left.empty()) return 0;
  int transposed = 0;
  for (std::size_t k = 0; k < left.size(); ++k) transposed += left[k] != right[k];
  const double m = static_cast<double>(left.size());
  return (m / a.size() + m / b.size() + (m - transposed / 2) / m) / 3;
}

TEST(Similarities, AgreeWithTheirDefinitionsOnRandomTexts) {
  std::mt19937_64 random(20260101);
  std::size_t longer_than_a_word = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::size_t most = round % 10 == 0 ? 90 : 12;
    const auto text = [&] {
      std::string out(random() % (most + 1), 'a');
      for (char& c : out) c = static_cast<char>('a' + random() % 4);
      return out;
    };
    const std::string a = text();
    const std::string b = text();
    longer_than_a_word += std::max(a.size(), b.size()) > 64 ? 1 : 0;
    ASSERT_EQ(levenshtein(a, b), plain_levenshtein(a, b)) << a << " " << b;
    ASSERT_NEAR(jaro(a, b), plain_jaro(a, b), 1e-12) << a << " " << b;
    ASSERT_EQ(jaro(a, b), jaro(b, a)) << a << " " << b;
    const std::size_t swaps = damerau_levenshtein(a, b);
    ASSERT_LE(swaps, levenshtein(a, b)) << a << " " << b;
    ASSERT_EQ(swaps, damerau_levenshtein(b, a)) << a << " " << b;
    // The path through code points gives the same as the path through bytes.
    ASSERT_EQ(damerau_levenshtein(a + "é", b + "é"), swaps) << a << " " << b;
    ASSERT_EQ(levenshtein("é" + a, "é" + b), levenshtein(a, b)) << a << " " << b;
  }
  EXPECT_GT(longer_than_a_word, 0U);
}

}  // namespace
}  // namespace clewline::matching
