#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "ingest/mapping_check.h"

namespace clewline::ingest {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> mapping_files() {
  std::vector<std::string> files;
  for (const auto& entry :
       fs::recursive_directory_iterator(std::string(CLEWLINE_SOURCE_DIR) + "/mappings")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Preset : public ::testing::TestWithParam<std::string> {};

TEST_P(Preset, MakesTheEventsWrittenByHand) {
  auto report = test_mapping(GetParam(), {{std::string(CLEWLINE_SOURCE_DIR) + "/mappings"}},
                             {"UTC", ""}, Rewrite::no);
  ASSERT_TRUE(report.ok()) << describe(report.error());
  for (const std::string& failure : report->failures) ADD_FAILURE() << failure;
}

INSTANTIATE_TEST_SUITE_P(All, Preset, ::testing::ValuesIn(mapping_files()),
                         [](const auto& info) { return fs::path(info.param).stem().string(); });

}  // namespace
}  // namespace clewline::ingest
