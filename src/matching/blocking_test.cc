#include "matching/blocking.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "matching/links.h"
#include "matching/pair_patterns.h"
#include "matching/train.h"

namespace clewline::matching {
namespace {

using Pairs = std::vector<std::pair<RecordIndex, RecordIndex>>;

Records random_records(std::mt19937_64& random, RecordIndex size, RecordIndex split) {
  Records out;
  out.size = size;
  out.split = split;
  for (const char* name : {"a", "b", "c"}) {
    out.fields.emplace_back(name);
    for (RecordIndex r = 0; r < size; ++r) {
      const auto value = random() % 7;
      out.fields.back().add(value == 0 ? "" : std::string(1 + value % 2, char('a' + value)));
    }
  }
  return out;
}

Pairs pairs_of(const Blocking& blocking) {
  Pairs out;
  for (const Blocking::Unit& unit : blocking.units())
    blocking.visit(unit, [&](RecordIndex a, RecordIndex b) { out.emplace_back(a, b); });
  return out;
}

bool agree(const Records& records, const BlockingRule& rule, RecordIndex a, RecordIndex b) {
  for (const BlockKey& key : rule.keys) {
    for (const Field& field : records.fields) {
      if (field.name() != key.field) continue;
      if (field.code(a) == 0 || field.code(a) != field.code(b)) return false;
    }
  }
  return true;
}

TEST(BlockKey, IsReadAndWritten) {
  for (const char* text : {"surname", "surname[:4]", "phone[-7:]"})
    EXPECT_EQ(block_key_text(parse_block_key(text).value()), text);
  for (const char* text : {"", "[:4]", "a[4]", "a[:0]", "a[:x]", "a[:4", "a[1:4]"})
    EXPECT_FALSE(parse_block_key(text).ok()) << text;
}

TEST(Blocking, ComparesPartsOfValues) {
  Records records;
  records.size = 4;
  records.fields.emplace_back("phone");
  for (const char* phone : {"+49301234567", "0301234567", "4567", ""}) records.fields[0].add(phone);
  const auto last = Blocking::make({{{parse_block_key("phone[-7:]").value()}}}, records).value();
  EXPECT_EQ(pairs_of(last), (Pairs{{0, 1}}));
  const auto few = Blocking::make({{{parse_block_key("phone[-4:]").value()}}}, records).value();
  EXPECT_EQ(pairs_of(few).size(), 3U);
  EXPECT_FALSE(Blocking::make({{{{"mail"}}}}, records).ok());
  EXPECT_FALSE(Blocking::make({{}}, records).ok());
}

// Each pair that some rule has comes once, whatever the rules, also between two sets.
TEST(Blocking, HasEachPairOnce) {
  std::mt19937_64 random(20260103);
  const std::vector<BlockingRule> rules = {{{{"a"}, {"b"}}}, {{{"b"}, {"c"}}}, {{{"a"}, {"c"}}}};
  std::uint64_t absent = 0;
  for (int round = 0; round < 200; ++round) {
    const auto size = static_cast<RecordIndex>(2 + random() % 60);
    const auto split = static_cast<RecordIndex>(round % 2 == 0 ? 0 : 1 + random() % (size - 1));
    const Records records = random_records(random, size, split);
    for (RecordIndex r = 0; r < size; ++r) absent += records.fields[0].code(r) == 0 ? 1 : 0;
    const Pairs found = pairs_of(Blocking::make(rules, records).value());
    std::set<std::pair<RecordIndex, RecordIndex>> expected;
    for (RecordIndex a = 0; a < size; ++a)
      for (RecordIndex b = a + 1; b < size; ++b)
        for (const BlockingRule& rule : rules)
          if (agree(records, rule, a, b) && (split == 0 || (a < split && b >= split)))
            expected.emplace(a, b);
    const std::set<std::pair<RecordIndex, RecordIndex>> distinct(found.begin(), found.end());
    ASSERT_EQ(found.size(), distinct.size());
    ASSERT_EQ(distinct, expected);
  }
  EXPECT_GT(absent, 0U);
}

TEST(Blocking, AKeyOfACrowdIsLeftOutAndItsPairsLeftToOtherRules) {
  Records records;
  records.size = 30;
  for (const char* name : {"city", "phone"}) records.fields.emplace_back(name);
  for (RecordIndex r = 0; r < 30; ++r) {
    records.fields[0].add("London");
    records.fields[1].add(std::to_string(r / 2));
  }
  BlockingOptions options;
  options.records_max = 29;
  const auto blocking = Blocking::make({{{{"city"}}}, {{{"phone"}}}}, records, options).value();
  EXPECT_EQ(blocking.counts()[0].keys_left_out, 1U);
  EXPECT_EQ(blocking.counts()[0].pairs_left_out, 435U);
  EXPECT_EQ(pairs_of(blocking).size(), 15U);
}

// Counts, trained models and links are the same on any number of threads.
TEST(Threads, ChangeNothing) {
  std::mt19937_64 random(20260104);
  const Records records = random_records(random, 3000, 0);
  Model start;
  for (const char* field : {"a", "b", "c"})
    start.comparisons.push_back({field,
                                 {{LevelKind::exact, 0, 1, .9, .1},
                                  {LevelKind::jaro_winkler, .8, 0, .05, .1},
                                  {LevelKind::otherwise, 0, 0, .05, .8}}});
  TrainOptions options;
  options.random.pairs_max = 50'000;
  options.blocking = {{{{"a"}, {"b"}}}, {{{"b"}, {"c"}}}};
  const auto run = [&](int threads) {
    options.threads = threads;
    const Model model = train(start, records, options).value().model;
    const auto fields = ComparedFields::make(model, records).value();
    const auto blocking = Blocking::make(options.blocking, records).value();
    return std::pair(model, find_links(blocking, fields, model, {.threads = threads}).value());
  };
  const auto [model, found] = run(1);
  for (const int threads : {2, 5}) {
    const auto [other, again] = run(threads);
    EXPECT_EQ(other.lambda, model.lambda);
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t l = 0; l < 3; ++l) {
        EXPECT_EQ(other.comparisons[c].levels[l].m, model.comparisons[c].levels[l].m);
        EXPECT_EQ(other.comparisons[c].levels[l].u, model.comparisons[c].levels[l].u);
      }
    EXPECT_EQ(again.pairs, found.pairs);
    EXPECT_EQ(again.weights.counts(), found.weights.counts());
    ASSERT_EQ(again.links.size(), found.links.size());
    for (std::size_t i = 0; i < found.links.size(); ++i)
      ASSERT_TRUE(again.links[i].a == found.links[i].a && again.links[i].b == found.links[i].b &&
                  again.links[i].weight == found.links[i].weight);
  }
}

}  // namespace
}  // namespace clewline::matching
