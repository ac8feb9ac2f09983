#include "engine/link_memory.h"

#include <gtest/gtest.h>

#include <fstream>

namespace clewline::engine {
namespace {

std::filesystem::path machine(const char* meminfo, const char* most, const char* used) {
  const auto root = std::filesystem::path(testing::TempDir()) / "machine";
  std::filesystem::create_directories(root / "proc");
  std::filesystem::create_directories(root / "sys/fs/cgroup");
  std::ofstream(root / "proc/meminfo") << meminfo;
  std::ofstream(root / "sys/fs/cgroup/memory.max") << most;
  std::ofstream(root / "sys/fs/cgroup/memory.current") << used;
  return root;
}

constexpr const char* kMeminfo =
    "MemTotal:  8000 kB\nHugePages_Total:  0\nMemAvailable:  4000 kB\n";

TEST(LinkMemory, IsWhatMachineAndGroupCanGive) {
  EXPECT_EQ(memory_available(machine(kMeminfo, "max\n", "5\n")), 4000U * 1024);
  EXPECT_EQ(memory_available(machine(kMeminfo, "3000\n", "1000\n")), 2000U);
  EXPECT_EQ(memory_available(machine(kMeminfo, "3000\n", "4000\n")), 0U);
  EXPECT_EQ(memory_available("/nowhere"), std::nullopt);
}

TEST(LinkMemory, MoreEventsThanFitAreRefusedBeforeAnythingIsRead) {
  EXPECT_TRUE(check_link_memory(10, std::nullopt).ok());
  EXPECT_TRUE(check_link_memory(10, 10 * kLinkBytesPerEvent).ok());
  const Status refused = check_link_memory(200'000'000, 24'000'000'000);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::limit);
  EXPECT_NE(refused.error().message.find("80.0 GB"), std::string::npos) << refused.error().message;
  EXPECT_FALSE(refused.error().hint.empty());
}

TEST(LinkMemory, PlansPortionsOnlyWhereTheWholeDoesNotFit) {
  EXPECT_EQ(plan_link_memory(1000, std::nullopt, std::nullopt, 2).portion_events, 1000U);
  EXPECT_EQ(plan_link_memory(1'000'000, std::nullopt, 400'000'000, 2).portion_events, 1'000'000U);
  const LinkMemoryPlan small = plan_link_memory(10'000'000, 300'000'000, 20'000'000'000, 2);
  EXPECT_EQ(small.portion_events, 93'750U);
  EXPECT_EQ(small.store_bytes, 105'000'000U);
  EXPECT_EQ(small.threads, 1U);
  EXPECT_EQ(plan_link_memory(10'000'000, 20'000'000'000, 300'000'000, 2).portion_events, 93'750U);
  EXPECT_EQ(plan_link_memory(10'000'000, 1, std::nullopt, 2).portion_events, 50'000U);
  EXPECT_EQ(plan_link_memory(200'000'000, 6'000'000'000, std::nullopt, 2).threads, 2U);
}

TEST(LinkMemory, ReadsSizes) {
  EXPECT_EQ(parse_memory("300MB"), 300'000'000U);
  EXPECT_EQ(parse_memory("1.5 gib"), 1'610'612'736U);
  EXPECT_EQ(parse_memory("4096"), 4096U);
  EXPECT_EQ(parse_memory(""), std::nullopt);
  EXPECT_EQ(parse_memory("much"), std::nullopt);
  EXPECT_EQ(parse_memory("4 parsecs"), std::nullopt);
}

}  // namespace
}  // namespace clewline::engine
