#include <algorithm>

#include "engine/config_reader_internal.h"
#include "engine/duration_text.h"
#include "model/enums.h"

namespace clewline::engine {
namespace {

void read_channels(MapReader& reader, std::vector<std::string>& channels) {
  reader.texts("channels", channels);
  for (const std::string& channel : channels) {
    if (!enum_value<Channel>(channel))
      reader.fault("channels", "there is no channel `" + channel + "`",
                   "e.g. voice, chat, messaging, email");
  }
}

void read_windows(MapReader& reader, std::vector<std::int64_t>& windows) {
  std::vector<std::string> texts;
  for (const std::int64_t window : windows) texts.push_back(duration_text(window));
  reader.texts("windows", texts);
  windows.clear();
  for (const std::string& text : texts) {
    const auto read = parse_duration_text(text);
    if (!read || *read <= 0 || (!windows.empty() && *read <= windows.back())) {
      reader.fault("windows", "`" + text + "` is no duration longer than the one before",
                   "write them as [1 d, 7 d, 30 d]");
      return;
    }
    windows.push_back(*read);
  }
}

// Words and patterns of the file come beside those that Clewline knows, or in their place.
template <typename Named>
Named& named_entry(std::vector<Named>& entries, const std::string& name) {
  const auto known = std::ranges::find(entries, name, &Named::name);
  if (known != entries.end()) return *known;
  entries.emplace_back().name = name;
  return entries.back();
}

void read_sequences(MapReader& reader, SequenceConfig& sequences) {
  MapReader words = reader.map("words");
  for (const std::string& name : words.keys())
    words.text(name, named_entry(sequences.words, name).condition);
  words.finish();
  MapReader named = reader.map("named");
  for (const std::string& name : named.keys()) {
    MapReader entry = named.map(name);
    NamedPattern& pattern = named_entry(sequences.named, name);
    entry.text("pattern", pattern.pattern);
    entry.text("level", pattern.level);
    entry.text("step", pattern.step);
    entry.text("same", pattern.same);
    entry.text("meaning", pattern.meaning);
    entry.require("pattern");
    entry.finish();
  }
  named.finish();
  reader.finish();
}

}  // namespace

void read_insight_settings(MapReader& reader, InsightConfig& insights) {
  reader.count("sample_min", insights.sample_min, 1, 1'000'000);
  MapReader service = reader.map("service");
  service.duration("level_within", insights.service.level_within_us, 0);
  service.number("level_target", insights.service.level_target, 0.01, 0.999);
  service.duration("short_handle", insights.service.short_handle_us, 0);
  read_channels(service, insights.service.channels);
  service.finish();
  MapReader resolution = reader.map("resolution");
  resolution.duration("window", insights.resolution.window_us, kUsPerHour);
  read_windows(resolution, insights.resolution.windows_us);
  resolution.number("identity_coverage_min", insights.resolution.identity_coverage_min, 0, 1);
  resolution.texts("not_in_one_contact", insights.resolution.not_in_one_contact);
  resolution.finish();
  MapReader sequences = reader.map("sequences");
  read_sequences(sequences, insights.sequences);
}

}  // namespace clewline::engine
