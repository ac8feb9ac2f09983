#include "statistics/share_change.h"

#include <gtest/gtest.h>

namespace clewline::statistics {
namespace {

// 0.15 ÷ √(0.375 · 0.625 · 2/100) = 2.19089.
TEST(ShareChange, IsThePooledZ) {
  EXPECT_NEAR(share_change_z({30, 100}, {45, 100}), 2.19089, 5e-6);
  EXPECT_NEAR(share_change_z({45, 100}, {30, 100}), -2.19089, 5e-6);
}

TEST(ShareChange, NothingIsNoChange) {
  EXPECT_EQ(share_change_z({0, 0}, {45, 100}), 0);
  EXPECT_EQ(share_change_z({100, 100}, {50, 50}), 0);
}

}  // namespace
}  // namespace clewline::statistics
