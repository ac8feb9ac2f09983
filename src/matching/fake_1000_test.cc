// Splink's own test `tests/test_compare_splink2.py` with the settings of `tests/basic_settings.py`,
// and its file of known parameters. Its fake_1000_from_splink_demos.csv stands here as counts: how
// many of the pairs that share a surname look alike (another file than fake_1000.csv).

#include <gtest/gtest.h>

#include <cmath>
#include <string_view>
#include <vector>

#include "matching/links.h"
#include "matching/testing/real_records.h"
#include "matching/train.h"

namespace clewline::matching {
namespace {

Comparison exact_or_not(const std::string& field) {
  return {field, {{LevelKind::exact, 0, 0, .9, .1}, {LevelKind::otherwise, 0, 0, .1, .9}}};
}

/// What the model of basic_settings.py is once blocked on surname.
Model basic_model() {
  Model model;
  model.lambda = .3;
  model.comparisons.push_back({"first_name",
                               {{LevelKind::exact, 0, .6, .7, .1},
                                {LevelKind::levenshtein, 2, 0, .2, .1},
                                {LevelKind::otherwise, 0, 0, .1, .8}}});
  for (const char* field : {"dob", "email", "city"})
    model.comparisons.push_back(exact_or_not(field));
  return model;
}

/// Pairs of the file that share a surname: levels of first_name, dob, email, city (- absent), how
/// many of the 900 records with a first name hold it where both do, and how many such pairs.
struct Look {
  std::string_view levels;
  int holders;
  std::uint64_t pairs;
};
constexpr double kRecordsWithFirstName = 900;
constexpr Look kLooks[] = {
    {"-0--", 0, 9},   {"-0-0", 0, 18}, {"-0-1", 0, 5},   {"-00-", 0, 19},  {"-000", 0, 44},
    {"-001", 0, 25},  {"-01-", 0, 6},  {"-010", 0, 14},  {"-011", 0, 10},  {"-1--", 0, 16},
    {"-1-0", 0, 14},  {"-1-1", 0, 73}, {"-10-", 0, 6},   {"-100", 0, 25},  {"-101", 0, 7},
    {"-11-", 0, 114}, {"-110", 0, 76}, {"-111", 0, 375}, {"00--", 4, 1},   {"00--", 5, 4},
    {"00--", 6, 6},   {"00--", 8, 1},  {"00--", 9, 1},   {"00--", 10, 1},  {"00--", 12, 1},
    {"00-0", 2, 1},   {"00-0", 4, 4},  {"00-0", 5, 5},   {"00-0", 8, 1},   {"00-0", 10, 10},
    {"00-0", 11, 2},  {"00-0", 18, 5}, {"00-1", 2, 1},   {"00-1", 3, 1},   {"00-1", 4, 3},
    {"00-1", 5, 3},   {"00-1", 6, 4},  {"00-1", 7, 3},   {"00-1", 8, 1},   {"00-1", 10, 3},
    {"00-1", 18, 4},  {"000-", 2, 1},  {"000-", 3, 2},   {"000-", 4, 6},   {"000-", 5, 5},
    {"000-", 6, 7},   {"000-", 8, 6},  {"000-", 9, 1},   {"000-", 10, 3},  {"000-", 11, 3},
    {"000-", 12, 3},  {"000-", 13, 4}, {"000-", 15, 2},  {"000-", 18, 3},  {"000-", 22, 2},
    {"0000", 2, 5},   {"0000", 3, 6},  {"0000", 4, 13},  {"0000", 5, 9},   {"0000", 6, 12},
    {"0000", 7, 1},   {"0000", 8, 14}, {"0000", 10, 17}, {"0000", 11, 1},  {"0000", 12, 1},
    {"0000", 13, 4},  {"0000", 15, 2}, {"0000", 17, 6},  {"0000", 18, 6},  {"0000", 22, 2},
    {"0001", 2, 1},   {"0001", 3, 4},  {"0001", 4, 6},   {"0001", 5, 10},  {"0001", 6, 8},
    {"0001", 7, 2},   {"0001", 8, 6},  {"0001", 10, 4},  {"0001", 11, 2},  {"0001", 18, 6},
    {"0001", 22, 2},  {"001-", 2, 2},  {"001-", 4, 2},   {"001-", 5, 2},   {"001-", 6, 3},
    {"001-", 7, 1},   {"001-", 8, 5},  {"001-", 9, 2},   {"001-", 11, 3},  {"001-", 12, 1},
    {"001-", 13, 1},  {"001-", 22, 1}, {"0010", 2, 3},   {"0010", 4, 1},   {"0010", 5, 9},
    {"0010", 6, 10},  {"0010", 7, 2},  {"0010", 8, 3},   {"0010", 9, 1},   {"0010", 10, 8},
    {"0010", 11, 1},  {"0010", 12, 2}, {"0010", 13, 1},  {"0010", 17, 1},  {"0010", 18, 1},
    {"0010", 22, 4},  {"0011", 2, 2},  {"0011", 3, 2},   {"0011", 5, 1},   {"0011", 6, 4},
    {"0011", 7, 1},   {"0011", 8, 4},  {"0011", 11, 4},  {"0011", 18, 4},  {"0011", 22, 2},
    {"01--", 4, 2},   {"01--", 5, 1},  {"01--", 6, 1},   {"01--", 8, 2},   {"01--", 15, 1},
    {"01-0", 2, 5},   {"01-0", 3, 3},  {"01-0", 5, 2},   {"01-0", 6, 5},   {"01-0", 8, 7},
    {"01-0", 10, 1},  {"01-0", 15, 2}, {"01-0", 17, 1},  {"01-0", 18, 1},  {"01-1", 3, 2},
    {"01-1", 4, 2},   {"01-1", 5, 1},  {"01-1", 6, 1},   {"01-1", 7, 2},   {"01-1", 8, 7},
    {"01-1", 10, 2},  {"01-1", 17, 1}, {"010-", 2, 2},   {"010-", 4, 4},   {"010-", 5, 4},
    {"010-", 7, 5},   {"010-", 8, 1},  {"010-", 10, 1},  {"010-", 11, 4},  {"010-", 12, 3},
    {"010-", 18, 1},  {"010-", 22, 2}, {"0100", 2, 2},   {"0100", 3, 11},  {"0100", 4, 6},
    {"0100", 5, 6},   {"0100", 6, 15}, {"0100", 7, 3},   {"0100", 8, 2},   {"0100", 10, 2},
    {"0100", 17, 3},  {"0100", 18, 3}, {"0100", 22, 5},  {"0101", 2, 3},   {"0101", 3, 2},
    {"0101", 4, 2},   {"0101", 5, 5},  {"0101", 6, 1},   {"0101", 8, 5},   {"0101", 10, 3},
    {"0101", 17, 5},  {"0101", 18, 2}, {"0101", 22, 2},  {"011-", 3, 2},   {"011-", 4, 3},
    {"011-", 5, 1},   {"011-", 6, 5},  {"011-", 7, 1},   {"011-", 8, 1},   {"011-", 9, 1},
    {"011-", 11, 3},  {"011-", 12, 1}, {"011-", 13, 1},  {"011-", 22, 4},  {"0110", 3, 1},
    {"0110", 4, 4},   {"0110", 5, 2},  {"0110", 6, 6},   {"0110", 7, 1},   {"0110", 8, 1},
    {"0110", 9, 2},   {"0110", 13, 3}, {"0110", 17, 4},  {"0110", 22, 2},  {"0111", 2, 1},
    {"0111", 3, 4},   {"0111", 4, 2},  {"0111", 5, 2},   {"0111", 6, 3},   {"0111", 7, 1},
    {"0111", 8, 4},   {"0111", 10, 1}, {"0111", 11, 4},  {"0111", 17, 1},  {"0111", 18, 1},
    {"0111", 22, 1},  {"10--", 0, 3},  {"10-0", 0, 9},   {"10-1", 0, 4},   {"100-", 0, 7},
    {"1000", 0, 29},  {"1001", 0, 16}, {"101-", 0, 11},  {"1010", 0, 11},  {"1011", 0, 6},
    {"11--", 0, 2},   {"11-0", 0, 2},  {"110-", 0, 3},   {"1100", 0, 14},  {"1101", 0, 7},
    {"111-", 0, 3},   {"1110", 0, 6},  {"1111", 0, 4},   {"20--", 0, 1},   {"20-0", 0, 7},
    {"20-1", 0, 4},   {"200-", 0, 10}, {"2000", 0, 44},  {"2001", 0, 6},   {"201-", 0, 7},
    {"2010", 0, 28},  {"2011", 0, 1},  {"21--", 0, 40},  {"21-0", 0, 48},  {"21-1", 0, 177},
    {"210-", 0, 4},   {"2100", 0, 11}, {"2101", 0, 4},   {"211-", 0, 245}, {"2110", 0, 118},
    {"2111", 0, 820}};

std::vector<PatternCount> looks() {
  std::vector<PatternCount> out;
  for (const Look& look : kLooks) {
    PatternCount count{0, 0, look.pairs};
    for (std::size_t c = 0; c < look.levels.size(); ++c) {
      const char level = look.levels[c];
      count.pattern |= (level == '-' ? kAbsent : static_cast<Pattern>(level - '0')) << (4 * c);
    }
    if (look.holders > 0) count.terms = .6 * std::log2(look.holders / kRecordsWithFirstName);
    out.push_back(count);
  }
  return out;
}

EmResult fit(int iterations, bool fix_u, double convergence = 1e-3) {
  return maximise_expectation(looks(), basic_model(), {convergence, iterations, fix_u});
}

TEST(Fake1000, HasSplinksPairs) {
  std::uint64_t pairs = 0;
  for (const Look& look : kLooks) pairs += look.pairs;
  EXPECT_EQ(pairs, 3167U);
}

TEST(Fake1000, LambdaSeriesAndLevelsWithUFixed) {
  const EmResult first = fit(1, true);
  const EmResult second = fit(2, true);
  EXPECT_NEAR(second.lambda[1], 0.2588110991484573, 1e-9);
  EXPECT_NEAR(second.lambda[2], 0.2823831219907462, 1e-9);
  EXPECT_NEAR(first.comparisons[0].levels[0].m, .743459884860577, 1e-9);
  EXPECT_NEAR(second.comparisons[0].levels[0].m, .7459410675398278, 1e-9);
  EXPECT_NEAR(first.comparisons[0].levels[1].m, .1422119783401823, 1e-9);
  EXPECT_NEAR(first.comparisons[1].levels[0].m, .7476822432659779, 1e-9);
  EXPECT_NEAR(second.comparisons[1].levels[0].m, .6970868884144127, 1e-9);
  EXPECT_NEAR(first.comparisons[2].levels[0].m, .7831383404613944, 1e-9);
  EXPECT_NEAR(first.comparisons[3].levels[0].m, .7691720105584972, 1e-9);
}

TEST(Fake1000, LambdaSeriesAndLevelsWithUFree) {
  const EmResult second = fit(2, false);
  EXPECT_NEAR(second.lambda[1], 0.2588110991484573, 1e-9);
  EXPECT_NEAR(second.lambda[2], 0.2954053465070158, 1e-9);
  EXPECT_NEAR(second.comparisons[0].levels[0].m, 0.7220904321527859, 1e-9);
  EXPECT_NEAR(second.comparisons[0].levels[0].u, 0.03499380064655621, 1e-9);
  EXPECT_NEAR(second.comparisons[2].levels[0].u, 0.015314485670533349, 1e-9);
}

TEST(Fake1000, ConvergedValues) {
  const EmResult fixed = fit(100, true);
  EXPECT_TRUE(fixed.converged);
  EXPECT_EQ(fixed.iterations(), 8);
  EXPECT_NEAR(fixed.lambda.back(), .30552576, 5e-9);
  const EmResult free = fit(100, false);
  EXPECT_TRUE(free.converged);
  EXPECT_EQ(free.iterations(), 11);
  EXPECT_NEAR(free.lambda.back(), .34728490, 5e-9);
}

// Splink's splink2_479_vs_481.csv: one pair, from its two records to its weight. Eight of 900 first
// names are the pair's.
TEST(Fake1000, OnePairsWeightTakenApart) {
  Records records;
  records.size = 901;
  for (const char* name : {"first_name", "dob", "email", "city", "surname"})
    records.fields.emplace_back(name);
  for (RecordIndex r = 0; r < records.size; ++r) {
    const bool pair = r < 2;
    records.fields[0].add(r == 900 ? "" : r < 8 ? "jack" : "name" + std::to_string(r));
    records.fields[1].add(pair ? "1976-08-27" : "");
    records.fields[2].add(pair ? "mail" + std::to_string(r) : "");
    records.fields[3].add(pair ? "city" + std::to_string(r) : "");
    records.fields[4].add(pair ? "surname" : "");
  }
  const Model model = basic_model();
  const auto fields = ComparedFields::make(model, records).value();
  const auto blocking = Blocking::make({{{{"surname"}}}}, records).value();
  const auto found = find_links(blocking, fields, model, {.threads = 1, .weight_min = -9}).value();
  ASSERT_EQ(found.links.size(), 1U);
  const Link& link = found.links[0];
  EXPECT_NEAR(link.weight, 0.5101493570766487, 1e-12);
  EXPECT_NEAR(probability_of(link.weight), 0.5874923778509089, 1e-12);
  const auto parts = waterfall(model, fields, link);
  EXPECT_NEAR(std::exp2(parts[0].term_weight), 4.272592890212634, 1e-12);
  EXPECT_NEAR(std::exp2(parts[0].weight), 7, 1e-12);
  double sum = log2_odds(model.lambda);
  for (const WeightPart& part : parts) sum += part.weight + part.term_weight;
  EXPECT_NEAR(sum, link.weight, 1e-12);
}

// 4,000 pairs drawn from known parameters (Splink's file): EM finds them again.
TEST(KnownParameters, AreRecovered) {
  if (golden_folder().empty()) GTEST_SKIP() << "real data: set CLEWLINE_REAL_DATA to its folder";
  const Records vectors = read_table(golden_folder() + "/known_params_comparison_vectors.csv");
  Model model;
  model.lambda = .1;
  std::vector<PatternCount> looks;
  for (const char* column : {"gamma_col_1", "gamma_col_2", "gamma_col_3"})
    model.comparisons.push_back(
        {column, {{LevelKind::exact, 0, 0, .95, .05}, {LevelKind::otherwise, 0, 0, .05, .95}}});
  for (RecordIndex r = 0; r < vectors.size; ++r) {
    Pattern pattern = 0;
    for (std::size_t c = 0; c < 3; ++c)
      if (text_of(vectors, model.comparisons[c].field, r) == "0") pattern |= 1ULL << (4 * c);
    looks.push_back({pattern, 0, 1});
  }
  ASSERT_EQ(looks.size(), 4000U);
  const EmResult result = maximise_expectation(looks, model, {1e-12, 10'000, false});
  EXPECT_NEAR(result.lambda.back(), .5, 1e-11);
  const double m[] = {.7, .9, .95};
  const double u[] = {.1, .025, .2};
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(result.comparisons[c].levels[0].m, m[c], 1e-11);
    EXPECT_NEAR(result.comparisons[c].levels[0].u, u[c], 1e-11);
  }
}

}  // namespace
}  // namespace clewline::matching
