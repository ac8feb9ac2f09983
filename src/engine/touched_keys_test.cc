#include "engine/touched_keys.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace clewline::engine {
namespace {

using Keys = std::vector<std::uint64_t>;

/// Spreads small numbers over all bits, as hashes are.
std::uint64_t spread(std::uint64_t number) { return number * 0x9E3779B97F4A7C15ULL; }

TEST(TouchedKeys, TouchGoesFromKeyToKeyAndNoFurther) {
  TouchedKeys keys;
  keys.join(Keys{1, 2, 3}, 1);
  keys.join(Keys{4, 3}, 1);
  keys.join(Keys{5, 6}, 1);
  keys.join({}, 1);
  keys.touch(2);
  keys.touch(9);
  keys.close();
  for (const std::uint64_t touched : {1, 2, 3, 4, 9}) EXPECT_EQ(keys.portion_of(touched), 1U);
  for (const std::uint64_t other : {5, 6, 7}) EXPECT_EQ(keys.portion_of(other), 0U);
}

TEST(TouchedKeys, ALongChainIsFollowedToItsEnd) {
  constexpr std::uint64_t kLength = 1'000'000;
  TouchedKeys keys;
  for (std::uint64_t i = kLength; i > 0; --i) keys.join(Keys{spread(i), spread(i - 1)}, 1);
  keys.join(Keys{spread(kLength + 5), spread(kLength + 6)}, 1);
  keys.touch(spread(kLength / 2));
  keys.close();
  EXPECT_EQ(keys.portion_of(spread(0)), 1U);
  EXPECT_EQ(keys.portion_of(spread(kLength)), 1U);
  EXPECT_EQ(keys.portion_of(spread(kLength + 5)), 0U);
}

TEST(TouchedKeys, AgreesWithAllComponents) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    TouchedKeys touched;
    KeyComponents components;
    const std::uint64_t keys = 40 + random() % 200;
    for (std::uint64_t edge = 0; edge < keys; ++edge) {
      const Keys joined{spread(random() % keys), spread(random() % keys)};
      touched.join(joined, 1);
      components.join(joined, 1);
    }
    const Keys both{spread(random() % keys), spread(random() % keys)};
    for (const std::uint64_t key : both) touched.touch(key);
    components.join(both, 0);
    components.split(both.front());
    touched.close();
    for (std::uint64_t key = 0; key < keys; ++key)
      ASSERT_EQ(touched.portion_of(spread(key)), components.portion_of(spread(key)));
  }
}

}  // namespace
}  // namespace clewline::engine
