#include "engine/key_components.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <vector>

namespace clewline::engine {
namespace {

using Keys = std::vector<std::uint64_t>;

TEST(KeyComponents, WhatSharesAKeyComesToOnePortion) {
  KeyComponents components;
  components.join(Keys{1, 2}, 3);
  components.join(Keys{5}, 1);
  components.join(Keys{3, 4}, 2);
  components.join(Keys{4, 2}, 1);
  components.join({}, 9);
  components.divide(1);
  EXPECT_EQ(components.keys(), 5U);
  for (const std::uint64_t key : {2, 3, 4})
    EXPECT_EQ(components.portion_of(key), components.portion_of(1));
  EXPECT_NE(components.portion_of(5), components.portion_of(1));
  EXPECT_EQ(components.portion_events(), (std::vector<std::uint64_t>{6, 1}));
}

TEST(KeyComponents, SplitTellsOneComponentFromTheRest) {
  KeyComponents components;
  components.join(Keys{1, 2}, 3);
  components.join(Keys{3, 4}, 2);
  components.join(Keys{5, 3}, 1);
  components.split(4);
  EXPECT_EQ(components.portion_of(5), 1U);
  EXPECT_EQ(components.portion_of(3), 1U);
  EXPECT_EQ(components.portion_of(2), 0U);
  EXPECT_EQ(components.portion_of(99), 0U);
  EXPECT_EQ(components.portion_events(), (std::vector<std::uint64_t>{3, 3}));
}

TEST(KeyComponents, NothingIsOneEmptyPortion) {
  KeyComponents components;
  components.divide(10);
  EXPECT_EQ(components.portion_events(), std::vector<std::uint64_t>{0});
  EXPECT_EQ(components.portion_of(7), 0U);
}

/// Random joins against marking by hand until nothing changes.
TEST(KeyComponents, PropertyPortionsHoldWholeComponents) {
  std::mt19937_64 random(20260101);
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t keys = 2 + random() % 40;
    std::vector<Keys> events(random() % 60);
    KeyComponents components;
    std::map<std::uint64_t, std::uint64_t> label;
    for (Keys& held : events) {
      for (std::uint64_t n = 1 + random() % 3; n > 0; --n)
        held.push_back((random() % keys) * 0x9E3779B97F4A7C15ULL);
      for (const std::uint64_t key : held) label[key] = key;
      components.join(held, 1);
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (const Keys& held : events) {
        std::uint64_t least = label[held[0]];
        for (const std::uint64_t key : held) least = std::min(least, label[key]);
        for (const std::uint64_t key : held) {
          changed |= label[key] != least;
          label[key] = least;
        }
      }
    }
    const std::uint64_t most = 1 + random() % 10;
    components.divide(most);
    std::map<std::uint64_t, std::uint32_t> portion_of_label;
    std::map<std::uint32_t, std::uint64_t> counted;
    std::map<std::uint32_t, std::set<std::uint64_t>> members;
    for (const Keys& held : events) {
      const std::uint32_t portion = components.portion_of(held.front());
      const auto [known, is_new] = portion_of_label.emplace(label[held.front()], portion);
      EXPECT_EQ(known->second, portion);
      ++counted[portion];
      members[portion].insert(label[held.front()]);
    }
    for (const auto& [portion, count] : counted) {
      EXPECT_EQ(components.portion_events()[portion], count);
      EXPECT_TRUE(count <= most || members[portion].size() == 1);
    }
  }
}

}  // namespace
}  // namespace clewline::engine
