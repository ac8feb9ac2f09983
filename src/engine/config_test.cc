#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/closest_name.h"
#include "engine/duration_text.h"
#include "engine/workspace_config.h"

namespace clewline::engine {
namespace {

/// A workspace folder with starter files, removed at the end.
class ConfigFolder : public testing::Test {
 protected:
  ConfigFolder() {
    folder_ = std::filesystem::temp_directory_path() /
              ("clewline_config_" + std::to_string(::getpid()) + "_" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    EXPECT_TRUE(write_starter_config(folder_.string(), "Europe/Berlin", "DE").ok());
  }
  ~ConfigFolder() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  ConfigReading read() const { return read_workspace_config(folder_.string()); }
  /// Reads one file's text and returns its only fault as "file:line:column message".
  std::string fault_of(const std::string& name, const std::string& text) const {
    write(name, text);
    const ConfigReading reading = read();
    if (reading.faults.size() != 1) return std::to_string(reading.faults.size()) + " faults";
    const ConfigFault& fault = reading.faults.front();
    return fault.file + ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column) +
           " " + fault.message + " | " + fault.hint;
  }

  std::filesystem::path folder_;
};

TEST_F(ConfigFolder, StarterFilesSayExactlyTheDefaults) {
  const ConfigReading reading = read();
  for (const ConfigFault& fault : reading.faults)
    ADD_FAILURE() << fault.file << ":" << fault.line << " " << fault.message;
  const LinkingConfig expected;
  const LinkingConfig& linking = reading.config.linking;
  EXPECT_EQ(linking.interaction_gap_us, expected.interaction_gap_us);
  EXPECT_EQ(linking.weights.gap_bins, expected.weights.gap_bins);
  for (std::size_t i = 0; i < kChannelCount; ++i) {
    EXPECT_EQ(linking.channels[i].transaction_gap_us, expected.channels[i].transaction_gap_us);
    EXPECT_EQ(linking.channels[i].max_presence_us, expected.channels[i].max_presence_us);
    EXPECT_EQ(linking.channels[i].momentary, expected.channels[i].momentary);
  }
  for (std::size_t i = 0; i < kIdentifierKindCount; ++i) {
    EXPECT_EQ(linking.kinds[i].kind_class, expected.kinds[i].kind_class);
    EXPECT_EQ(linking.kinds[i].exclusive, expected.kinds[i].exclusive);
    EXPECT_EQ(linking.kinds[i].priority, expected.kinds[i].priority);
    EXPECT_EQ(linking.kinds[i].ttl_us, expected.kinds[i].ttl_us);
    EXPECT_EQ(linking.kinds[i].hub_guard, expected.kinds[i].hub_guard);
  }
  EXPECT_EQ(linking.zone, "Europe/Berlin");
  EXPECT_EQ(reading.config.counting.result_rules.size(), CountingConfig().result_rules.size());
  EXPECT_EQ(reading.config.hash.size(), 64U);
}

TEST_F(ConfigFolder, EverySettingStandsInTheStarterFiles) {
  for (const SettingRow& row : read().settings) {
    // Kinds leave out what has no meaning for their class; intents their optional windows.
    if (row.name.starts_with("kinds.") || row.name.starts_with("intents.") ||
        row.name.starts_with("counting.results"))
      continue;
    EXPECT_NE(row.origin, "default") << row.name;
  }
}

TEST_F(ConfigFolder, EmptyFilesGiveTheSameAsStarterFiles) {
  const ConfigReading full = read();
  write("config/linking.yaml", "");
  write("config/kinds.yaml", "# nothing\n");
  const ConfigReading empty = read();
  EXPECT_TRUE(empty.faults.empty());
  EXPECT_EQ(empty.config.linking.interaction_gap_us, full.config.linking.interaction_gap_us);
  EXPECT_EQ(empty.config.linking.weights.threshold, full.config.linking.weights.threshold);
  EXPECT_NE(empty.config.hash, full.config.hash);
}

TEST_F(ConfigFolder, OtherValuesAreTaken) {
  write("config/linking.yaml",
        "chain_gap: 90 min\nchannels:\n  voice: {transaction_gap: 5 min}\ninteraction_gaps:\n  "
        "voice-email: 1 h\n");
  const ConfigReading reading = read();
  ASSERT_TRUE(reading.faults.empty());
  const auto voice = static_cast<std::size_t>(Channel::voice);
  const auto email = static_cast<std::size_t>(Channel::email);
  EXPECT_EQ(reading.config.linking.chain_gap_us, 90 * kUsPerMinute);
  EXPECT_EQ(reading.config.linking.interaction_gap_us[voice][voice], 5 * kUsPerMinute);
  EXPECT_EQ(reading.config.linking.interaction_gap_us[email][voice], kUsPerHour);
  EXPECT_EQ(reading.config.linking.interaction_gap_us[voice][email], kUsPerHour);
}

TEST_F(ConfigFolder, UnknownSettingsAreNamedWithPlaceAndSuggestion) {
  EXPECT_EQ(
      fault_of("config/linking.yaml", "wrap_window: 30 min\n\nchain_gpa: 2 h\n"),
      "config/linking.yaml:3:1 `linking.chain_gpa` is not a setting | did you mean `chain_gap`?");
}

TEST_F(ConfigFolder, WrongTypesAreFaults) {
  EXPECT_EQ(fault_of("config/linking.yaml", "chain_gap: 30\n"),
            "config/linking.yaml:1:12 `linking.chain_gap` must be a duration, found `30` | write a "
            "whole number and a unit: ms, s, min, h or d, e.g. `30 min`");
  EXPECT_EQ(fault_of("config/linking.yaml", "channels: [voice]\n"),
            "config/linking.yaml:1:11 `linking.channels` must be a mapping of `name: value` lines, "
            "found a list | see the comments that `clewline init` writes into a new workspace");
  EXPECT_NE(fault_of("config/linking.yaml", "engagement: {threshold: 1.5}\n")
                .find("must be a number from 0 to 1, found `1.5`"),
            std::string::npos);
  EXPECT_NE(
      fault_of("config/linking.yaml", "chain_gap: 1 h\nchain_gap: 2 h\n").find("stands twice"),
      std::string::npos);
  EXPECT_NE(fault_of("config/linking.yaml", "a: [1\n").find("this is not YAML"), std::string::npos);
}

TEST_F(ConfigFolder, OneNativeValueHasOneIntent) {
  const std::string text = "intents:\n  a: {values: {intent: [x]}}\n  b: {values: {intent: [x]}}\n";
  EXPECT_NE(fault_of("config/intents.yaml", text).find("already means `a`"), std::string::npos);
}

TEST_F(ConfigFolder, TheDictionaryFindsBySourceFirst) {
  write("config/intents.yaml",
        "intents:\n  a: {goal: payment, values: {intent: [x]}}\n  b: {at: {crm: {intent: [x]}}}\n");
  const ConfigReading reading = read();
  ASSERT_TRUE(reading.faults.empty());
  EXPECT_EQ(reading.config.intents.find("crm", "intent", "x")->name, "b");
  EXPECT_EQ(reading.config.intents.find("web", "intent", "x")->name, "a");
  EXPECT_EQ(reading.config.intents.find("web", "intent", "y"), nullptr);
}

TEST_F(ConfigFolder, CountingNamesAreChecked) {
  EXPECT_NE(
      fault_of("config/counting.yaml", "results:\n  - {event_type: order.place, result: sold}\n")
          .find("did you mean `order.placed`?"),
      std::string::npos);
}

TEST_F(ConfigFolder, ZonesAreChecked) {
  EXPECT_NE(fault_of("workspace.yaml", "zone: Europe/Belin\n").find("workspace.yaml:1:1"),
            std::string::npos);
  EXPECT_NE(fault_of("workspace.yaml", "region: DE\n").find("`zone` is missing"),
            std::string::npos);
}

TEST(Durations, ReadAndWriteTheSame) {
  for (const char* text : {"10 min", "2 h", "14 d", "1500 ms", "30 s", "0 s", "90 min", "-5 s"}) {
    ASSERT_TRUE(parse_duration_text(text)) << text;
    EXPECT_EQ(duration_text(*parse_duration_text(text)), text);
  }
  EXPECT_EQ(parse_duration_text("2h"), 2 * kUsPerHour);
  for (const char* text : {"", "5", "min", "5 m", "5.5 h", "1 h 30 min", "99999999999999999999 d",
                           "9223372036854775807 d"}) {
    EXPECT_FALSE(parse_duration_text(text)) << text;
  }
}

TEST(ClosestName, FindsSlipsAndLeavesStrangersAlone) {
  const std::vector<std::string> names = {"import", "imports", "link", "linking", "show"};
  EXPECT_EQ(closest_name("improt", names), "import");
  EXPECT_EQ(closest_name("lnik", names), "link");
  EXPECT_EQ(closest_name("SHOW", names), "show");
  EXPECT_EQ(closest_name("export-everything", names), "");
  EXPECT_EQ(closest_name("xy", names), "");
}

}  // namespace
}  // namespace clewline::engine
