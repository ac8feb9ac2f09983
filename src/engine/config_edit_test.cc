#include "engine/config_edit.h"

#include <gtest/gtest.h>

namespace clewline::engine {
namespace {

const ConfigChange kVoice{{"channels", "voice", "transaction_gap"}, "503 s"};
const ConfigChange kPair{{"interaction_gaps", "web-voice"}, "26 min"};

struct EditRow {
  const char* what;
  const ConfigChange* change;
  const char* before;
  const char* after;  // null: refused
};

class ConfigEdit : public testing::TestWithParam<EditRow> {};

TEST_P(ConfigEdit, ChangesOneSettingAndNothingElse) {
  const auto changed = change_setting(GetParam().before, *GetParam().change);
  if (GetParam().after == nullptr) {
    ASSERT_FALSE(changed.ok()) << *changed;
    EXPECT_FALSE(changed.error().hint.empty());
  } else {
    ASSERT_TRUE(changed.ok()) << changed.error().message;
    EXPECT_EQ(*changed, GetParam().after);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ConfigEdit,
    testing::Values(
        EditRow{"braces and comments", &kVoice,
                "# mine\nchannels:\n  voice: {transaction_gap: 10 min, momentary: false}  # é\n",
                "# mine\nchannels:\n  voice: {transaction_gap: 503 s, momentary: false}  # é\n"},
        EditRow{
            "lines", &kVoice,
            "channels:\n  # ö\n  voice:\n    max_presence: 4 h\n    transaction_gap: 10 min # x\n",
            "channels:\n  # ö\n  voice:\n    max_presence: 4 h\n    transaction_gap: 503 s # x\n"},
        EditRow{"quotes", &kVoice, "channels: {voice: {transaction_gap: \"10 min\"}}\n",
                "channels: {voice: {transaction_gap: 503 s}}\n"},
        EditRow{"line ends of Windows", &kVoice,
                "a: 1\r\nchannels:\r\n  voice: {transaction_gap: 10 min}\r\n",
                "a: 1\r\nchannels:\r\n  voice: {transaction_gap: 503 s}\r\n"},
        EditRow{"a channel that is not there", &kVoice,
                "channels:\n  web: {momentary: false}\nchain_gap: 2 h\n",
                "channels:\n  voice: {transaction_gap: 503 s}\n  web: {momentary: "
                "false}\nchain_gap: 2 h\n"},
        EditRow{"a gap that is not there", &kVoice, "channels:\n  voice: {momentary: false}\n",
                "channels:\n  voice: {transaction_gap: 503 s, momentary: false}\n"},
        EditRow{"empty braces", &kVoice, "channels:\n  voice: {}\n",
                "channels:\n  voice: {transaction_gap: 503 s}\n"},
        EditRow{"an empty file", &kVoice, "", "channels:\n  voice: {transaction_gap: 503 s}\n"},
        EditRow{"comments alone", &kPair, "# nothing yet",
                "# nothing yet\ninteraction_gaps:\n  web-voice: 26 min\n"},
        EditRow{"another pair", &kPair, "interaction_gaps:\n  any_other_pair: 10 min\n",
                "interaction_gaps:\n  web-voice: 26 min\n  any_other_pair: 10 min\n"},
        EditRow{"a key without a value", &kVoice, "channels:\nchain_gap: 2 h\n", nullptr},
        EditRow{"an alias", &kVoice,
                "chain_gap: &gap 2 h\nchannels: {voice: {transaction_gap: *gap}}\n", nullptr},
        EditRow{"a list", &kVoice, "channels: [voice]\n", nullptr},
        EditRow{"no YAML", &kVoice, "channels: {voice\n", nullptr}),
    [](const auto& row) {
      std::string name = row.param.what;
      for (char& c : name) c = c == ' ' ? '_' : c;
      return name;
    });

}  // namespace
}  // namespace clewline::engine
