#include "simulation/simulate.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/sha256.h"

namespace clewline::simulation {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class SimulateTest : public ::testing::Test {
 protected:
  std::filesystem::path folder(const char* name) {
    const auto path = std::filesystem::path(::testing::TempDir()) / name;
    std::filesystem::remove_all(path);
    return path;
  }
};

TEST_F(SimulateTest, SameSeedSameBytesOtherSeedOtherBytes) {
  SimulationOptions options;
  options.customers = 50;
  options.days = 30;
  const auto first = simulate(folder("first"), options);
  const auto again = simulate(folder("again"), options);
  options.seed = 2;
  const auto other = simulate(folder("other"), options);
  ASSERT_TRUE(first.ok() && again.ok() && other.ok());
  for (const SimulatedFile& file : first->files) {
    const std::string bytes =
        read_file(std::filesystem::path(::testing::TempDir()) / "first" / file.name);
    EXPECT_EQ(bytes, read_file(std::filesystem::path(::testing::TempDir()) / "again" / file.name))
        << file.name;
  }
  EXPECT_NE(read_file(std::filesystem::path(::testing::TempDir()) / "first" / "truth.csv"),
            read_file(std::filesystem::path(::testing::TempDir()) / "other" / "truth.csv"));
}

TEST_F(SimulateTest, EveryFileHasRecordsAndTruthNamesEachOnce) {
  SimulationOptions options;
  options.customers = 200;
  options.noise = Noise::none;
  const auto path = folder("all");
  const auto summary = simulate(path, options);
  ASSERT_TRUE(summary.ok());
  std::uint64_t with_truth = 0;
  for (const SimulatedFile& file : summary->files) {
    EXPECT_GT(file.records, 0U) << file.name;
    if (file.name != "crm_customers.csv" && file.name != "connect_flow_logs.jsonl")
      with_truth += file.records;
  }
  std::istringstream truth(read_file(path / "truth.csv"));
  std::string line;
  std::uint64_t rows = 0;
  while (std::getline(truth, line)) ++rows;
  EXPECT_EQ(rows, with_truth + 1);
  EXPECT_GE(summary->interactions, summary->engagements);
}

TEST_F(SimulateTest, NoiseSendsRecordsAgainWithoutNewTruth) {
  SimulationOptions options;
  options.customers = 200;
  options.noise = Noise::none;
  const auto quiet = simulate(folder("quiet"), options);
  options.noise = Noise::high;
  const auto noisy = simulate(folder("noisy"), options);
  ASSERT_TRUE(quiet.ok() && noisy.ok());
  EXPECT_GT(noisy->records, quiet->records);
  EXPECT_EQ(read_file(std::filesystem::path(::testing::TempDir()) / "quiet" / "truth.csv"),
            read_file(std::filesystem::path(::testing::TempDir()) / "noisy" / "truth.csv"));
}

TEST_F(SimulateTest, RefusesNothingToDo) {
  SimulationOptions options;
  options.customers = 0;
  EXPECT_EQ(simulate(folder("none"), options).error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace clewline::simulation
