// The febrl sets: counts of the Python Record Linkage Toolkit's documentation, and a whole
// Fellegi-Sunter run. Set CLEWLINE_REAL_DATA.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "matching/clusters.h"
#include "matching/links.h"
#include "matching/testing/quality.h"
#include "matching/testing/real_records.h"
#include "matching/train.h"

namespace clewline::matching {
namespace {

std::string entity_of(const Records& records, RecordIndex record) {
  const std::string id = text_of(records, "rec_id", record);
  return id.substr(0, id.find('-', 4));
}

bool is_true(const Records& records, RecordIndex a, RecordIndex b) {
  return entity_of(records, a) == entity_of(records, b);
}

struct Scores {
  std::map<std::size_t, std::uint64_t> pairs;  // by how many fields agree
  std::uint64_t all = 0;
  std::uint64_t links = 0;  // more than three
  std::uint64_t true_links = 0;
};

// As docs/guides/data_deduplication: block on the given name, six fields agree or do not.
Scores score(const Records& records) {
  Model model;
  const auto add = [&](const char* field, LevelKind kind, double threshold) {
    model.comparisons.push_back({field, {{kind, threshold}, {LevelKind::otherwise}}});
  };
  add("given_name", LevelKind::exact, 0);
  add("surname", LevelKind::jaro_winkler, .85);
  add("date_of_birth", LevelKind::exact, 0);
  add("suburb", LevelKind::exact, 0);
  add("state", LevelKind::exact, 0);
  add("address_1", LevelKind::levenshtein_similarity, .85);
  const auto fields = ComparedFields::make(model, records).value();
  const auto blocking = Blocking::make({{{{"given_name"}}}}, records).value();
  Comparator comparator(fields);
  Scores out;
  for (const Blocking::Unit& unit : blocking.units()) {
    blocking.visit(unit, [&](RecordIndex a, RecordIndex b) {
      const Pattern pattern = comparator.compare(a, b);
      std::size_t agree = 0;
      for (std::size_t c = 0; c < model.comparisons.size(); ++c)
        agree += level_of(pattern, c) == 0 ? 1 : 0;
      ++out.pairs[agree];
      ++out.all;
      out.links += agree > 3 ? 1 : 0;
      out.true_links += agree > 3 && is_true(records, a, b) ? 1 : 0;
    });
  }
  return out;
}

class Febrl : public testing::Test {
 protected:
  void SetUp() override {
    if (real_data_folder().empty())
      GTEST_SKIP() << "real data: set CLEWLINE_REAL_DATA to its folder";
  }
  static Records read(int set) {
    return read_table(real_data_folder() + "/febrl/dataset" + std::to_string(set) + ".csv",
                      {.separator = ',', .trim = true});
  }
  static std::uint64_t true_pairs(const Records& records) {
    std::map<std::string, std::uint64_t> sizes;
    for (RecordIndex r = 0; r < records.size; ++r) ++sizes[entity_of(records, r)];
    std::uint64_t pairs = 0;
    for (const auto& [entity, size] : sizes) pairs += size * (size - 1) / 2;
    return pairs;
  }
};

TEST_F(Febrl, FirstSetCountsAsPublished) {
  const Records records = read(1);
  const Scores scores = score(records);
  EXPECT_EQ(scores.all, 2082U);
  const std::map<std::size_t, std::uint64_t> published = {{6, 142}, {5, 145}, {4, 30},
                                                          {3, 9},   {2, 376}, {1, 1380}};
  EXPECT_EQ(scores.pairs, published);
  EXPECT_EQ(scores.links, 317U);
  EXPECT_EQ(scores.true_links, 317U);
  EXPECT_NEAR(317.0 / static_cast<double>(true_pairs(records)), .634, 5e-4);
}

TEST_F(Febrl, SecondSetCountsAsPublished) {
  const Records records = read(2);
  const Scores scores = score(records);
  EXPECT_EQ(scores.all, 48'883U);
  EXPECT_EQ(scores.links, 1153U);
  EXPECT_EQ(scores.true_links, 1153U);
  EXPECT_EQ(true_pairs(records), 1934U);
}

TEST_F(Febrl, ThirdSetCountsAsPublished) {
  const Records records = read(3);
  const Scores scores = score(records);
  EXPECT_EQ(scores.all, 39'775U);
  EXPECT_EQ(scores.links, 3483U);
  EXPECT_EQ(scores.true_links, 3483U);
  EXPECT_EQ(true_pairs(records), 6538U);
}

Comparison name(const std::string& field) {
  return {field,
          {{LevelKind::exact, 0, 0, .8},
           {LevelKind::jaro_winkler, .92, 0, .08},
           {LevelKind::jaro_winkler, .8, 0, .06},
           {LevelKind::otherwise, 0, 0, .06}}};
}

Comparison number(const std::string& field) {
  return {field,
          {{LevelKind::exact, 0, 0, .85},
           {LevelKind::damerau, 1, 0, .1},
           {LevelKind::otherwise, 0, 0, .05}}};
}

// Jaro-Winkler .92 and .80, Damerau 1, six rules.
TEST_F(Febrl, FellegiSunterFindsTheThirdSet) {
  const Records records = read(3);
  Model start;
  start.comparisons = {name("given_name"),  name("surname"), number("date_of_birth"),
                       name("address_1"),   name("suburb"),  number("postcode"),
                       number("soc_sec_id")};
  TrainOptions options;
  options.threads = 2;
  options.blocking = {
      {{{"soc_sec_id"}}}, {{{"given_name"}, {"surname"}}}, {{{"date_of_birth"}}},
      {{{"address_1"}}},  {{{"surname"}, {"postcode"}}},   {{{"given_name"}, {"suburb"}}}};
  const Training training = train(start, records, options).value();
  const auto fields = ComparedFields::make(training.model, records).value();
  const auto blocking = Blocking::make(options.blocking, records).value();
  const auto found =
      find_links(blocking, fields, training.model, {.threads = 2, .weight_min = log2_odds(.5)})
          .value();
  const PairQuality links =
      quality(found.links, log2_odds(.95), true_pairs(records),
              [&](const Link& link) { return is_true(records, link.a, link.b); });
  EXPECT_GE(links.f1(), .991);
  const Clusters clusters = cluster(found.links, records.size, log2_odds(.99), {});
  const PairQuality joined =
      cluster_quality(clusters, true_pairs(records),
                      [&](RecordIndex a, RecordIndex b) { return is_true(records, a, b); });
  EXPECT_GE(joined.f1(), .993);
}

}  // namespace
}  // namespace clewline::matching
