// Splink's own test `tests/test_compare_splink2.py` with the settings of `tests/basic_settings.py`
// on its fake_1000_from_splink_demos.csv (another file than fake_1000.csv of the same project), and
// its file of known parameters. Set CLEWLINE_REAL_DATA.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

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

class Fake1000 : public testing::Test {
 protected:
  void SetUp() override {
    const std::string file =
        real_data_folder() + "/splink_fake_1000/fake_1000_from_splink_demos.csv";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "the file of Splink's test is not there";
    records_ = read_table(file);
    fields_ = ComparedFields::make(model_, records_).value();
    blocking_ = Blocking::make({{{{"surname"}}}}, records_).value();
    looks_ = count_patterns(blocking_, fields_, {2, 1'000'000});
  }
  EmResult fit(int iterations, bool fix_u, double convergence = 1e-3) const {
    return maximise_expectation(looks_, model_, {convergence, iterations, fix_u});
  }

  Model model_ = basic_model();
  Records records_;
  ComparedFields fields_;
  Blocking blocking_;
  std::vector<PatternCount> looks_;
};

TEST_F(Fake1000, SurnamesGiveSplinksPairs) {
  EXPECT_EQ(records_.size, 1000U);
  std::uint64_t pairs = 0;
  for (const PatternCount& look : looks_) pairs += look.pairs;
  EXPECT_EQ(pairs, 3167U);
}

TEST_F(Fake1000, LambdaSeriesAndLevelsWithUFixed) {
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

TEST_F(Fake1000, LambdaSeriesAndLevelsWithUFree) {
  const EmResult second = fit(2, false);
  EXPECT_NEAR(second.lambda[1], 0.2588110991484573, 1e-9);
  EXPECT_NEAR(second.lambda[2], 0.2954053465070158, 1e-9);
  EXPECT_NEAR(second.comparisons[0].levels[0].m, 0.7220904321527859, 1e-9);
  EXPECT_NEAR(second.comparisons[0].levels[0].u, 0.03499380064655621, 1e-9);
  EXPECT_NEAR(second.comparisons[2].levels[0].u, 0.015314485670533349, 1e-9);
}

TEST_F(Fake1000, ConvergedValues) {
  const EmResult fixed = fit(100, true);
  EXPECT_TRUE(fixed.converged);
  EXPECT_EQ(fixed.iterations(), 8);
  EXPECT_NEAR(fixed.lambda.back(), .30552576, 5e-9);
  const EmResult free = fit(100, false);
  EXPECT_TRUE(free.converged);
  EXPECT_EQ(free.iterations(), 11);
  EXPECT_NEAR(free.lambda.back(), .34728490, 5e-9);
}

TEST_F(Fake1000, OnePairsWeightTakenApart) {
  const FoundLinks found =
      find_links(blocking_, fields_, model_, {.threads = 2, .weight_min = -1000}).value();
  for (const Link& link : found.links) {
    if (text_of(records_, "unique_id", link.a) != "479" ||
        text_of(records_, "unique_id", link.b) != "481")
      continue;
    EXPECT_NEAR(link.weight, 0.5101493570766487, 1e-9);
    EXPECT_NEAR(probability_of(link.weight), 0.5874923778509089, 1e-9);
    const auto parts = waterfall(model_, fields_, link);
    EXPECT_NEAR(std::exp2(parts[0].term_weight), 4.272592890212634, 1e-9);
    EXPECT_NEAR(std::exp2(parts[0].weight), 7, 1e-9);
    double sum = log2_odds(model_.lambda);
    for (const WeightPart& part : parts) sum += part.weight + part.term_weight;
    EXPECT_NEAR(sum, link.weight, 1e-9);
    return;
  }
  FAIL() << "the pair 479, 481 was not compared";
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
