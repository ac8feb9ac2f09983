// Whole runs on fake_1000 and DBLP-ACM. Set CLEWLINE_REAL_DATA.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "matching/clusters.h"
#include "matching/links.h"
#include "matching/testing/quality.h"
#include "matching/testing/real_records.h"
#include "matching/train.h"

namespace clewline::matching {
namespace {

class EndToEnd : public testing::Test {
 protected:
  void SetUp() override {
    if (real_data_folder().empty())
      GTEST_SKIP() << "real data: set CLEWLINE_REAL_DATA to its folder";
  }
};

Comparison name(const std::string& field) {
  return {field,
          {{LevelKind::exact, 0, 1, .8},
           {LevelKind::jaro_winkler, .92, 0, .08},
           {LevelKind::jaro_winkler, .8, 0, .06},
           {LevelKind::otherwise, 0, 0, .06}}};
}

TEST_F(EndToEnd, ClustersOfFake1000) {
  const Records records = read_table(real_data_folder() + "/splink_fake_1000/fake_1000.csv");
  Model start;
  Comparison first_name = name("first_name");
  first_name.levels.insert(first_name.levels.begin() + 1, {LevelKind::swapped, 0, 0, .1, 0});
  first_name.other_field = "surname";
  start.comparisons = {first_name,
                       name("surname"),
                       {"dob",
                        {{LevelKind::exact, 0, 0, .8},
                         {LevelKind::damerau, 1, 0, .05},
                         {LevelKind::day_month_swapped, 0, 0, .05},
                         {LevelKind::days, 31, 0, .05},
                         {LevelKind::days, 366, 0, .05},
                         {LevelKind::otherwise, 0, 0, .05}}},
                       name("city"),
                       {"email",
                        {{LevelKind::exact, 0, 1, .6},
                         {LevelKind::damerau, 2, 0, .1},
                         {LevelKind::jaro_winkler, .9, 0, .1},
                         {LevelKind::jaro_winkler, .8, 0, .1},
                         {LevelKind::otherwise, 0, 0, .1}}}};
  TrainOptions options;
  options.threads = 2;
  options.blocking = {{{{"first_name"}}},
                      {{{"surname"}}},
                      {{{"dob"}}},
                      {{{"email"}}},
                      {{parse_block_key("email[:6]").value()}},
                      {{parse_block_key("dob[:7]").value()}},
                      {{parse_block_key("email[-14:]").value()}}};
  const Training training = train(start, records, options).value();
  const auto fields = ComparedFields::make(training.model, records).value();
  const auto blocking = Blocking::make(options.blocking, records).value();
  const auto found =
      find_links(blocking, fields, training.model, {.threads = 2, .weight_min = log2_odds(.9)})
          .value();
  const Field& truth = field_of(records, "cluster");
  std::uint64_t all_true = 0;
  for (std::uint32_t code = 1; code < truth.distinct(); ++code)
    all_true += truth.records_of(code) * (truth.records_of(code) - 1) / 2;
  const auto is_true = [&](RecordIndex a, RecordIndex b) { return truth.code(a) == truth.code(b); };
  const Clusters clusters = cluster(found.links, records.size, log2_odds(.9), {});
  const PairQuality joined = cluster_quality(clusters, all_true, is_true);
  EXPECT_GE(joined.f1(), .96) << joined.right << " right of " << joined.found << " found, "
                              << joined.all_true << " true";
  EXPECT_GE(joined.precision(), .98);
}

Comparison words(const std::string& field, const std::vector<double>& least) {
  Comparison out{field, {{LevelKind::exact, 0, 0, .5}}};
  for (const double share : least)
    out.levels.push_back(
        {LevelKind::token_jaccard, share, 0, .45 / static_cast<double>(least.size())});
  out.levels.push_back({LevelKind::otherwise, 0, 0, .05});
  return out;
}

// Two clean sets of publications, linked one to one.
TEST_F(EndToEnd, PublicationsOfDblpAndAcm) {
  const std::string folder = real_data_folder() + "/dblp_acm/";
  const Records records =
      put_together(read_table(folder + "D4_dblp.csv", {.separator = '%', .fold = true}),
                   read_table(folder + "D4_acm.csv", {.separator = '%', .fold = true}));
  const Records gold = read_table(folder + "D4_gt.csv", {.separator = '%'});
  std::set<std::pair<std::string, std::string>> truth;
  for (RecordIndex r = 0; r < gold.size; ++r)
    truth.emplace(text_of(gold, "D1", r), text_of(gold, "D2", r));
  ASSERT_EQ(truth.size(), 2224U);
  ASSERT_EQ(records.split, 2616U);
  ASSERT_EQ(records.size - records.split, 2294U);
  Model start;
  start.comparisons = {
      words("title", {.9, .8, .7, .6, .5}),
      words("authors", {.8, .6, .4, .2, .1}),
      words("venue", {.6, .2, .1}),
      {"year", {{LevelKind::exact, 0, 0, .95}, {LevelKind::otherwise, 0, 0, .05}}}};
  TrainOptions options;
  options.threads = 2;
  options.blocking = {{{{"year"}}}, {{{"title"}, {"authors"}}}};
  const Training training = train(start, records, options).value();
  const auto fields = ComparedFields::make(training.model, records).value();
  const auto blocking = Blocking::make(options.blocking, records).value();
  const auto found =
      find_links(blocking, fields, training.model, {.threads = 2, .weight_min = log2_odds(.95)})
          .value();
  const auto links = one_to_one(found.links, records.size, log2_odds(.95));
  const PairQuality result = quality(links, log2_odds(.95), truth.size(), [&](const Link& link) {
    return truth.contains({text_of(records, "id", link.a), text_of(records, "id", link.b)});
  });
  EXPECT_GE(result.f1(), .985) << result.right << " right of " << result.found;
}

}  // namespace
}  // namespace clewline::matching
