#include <algorithm>

#include "engine/config_reader_internal.h"
#include "engine/duration_text.h"
#include "engine/starter_texts_internal.h"
#include "render/cell_text.h"

namespace clewline::engine {
namespace {

constexpr std::string_view kSequencesComment =
    R"(
# Sequences (`clewline insight sequences`): what patterns may be made of; docs/methods/sequences.md has the grammar.
# words  names that patterns use for a condition on fields of a step (`--explain` lists the fields).
# named  patterns by name (`--named`): pattern; level, step and same where they differ from engagement, event and none; meaning.
)";

constexpr std::string_view kFunnelComment =
    R"(
# Funnel (`clewline insight funnel`): every stage comes within this time of the first.
)";

constexpr std::string_view kPatternsComment =
    R"(
# Patterns (`clewline insight patterns`): sequences of steps that many have.
# share_min     share of the units that must have a sequence for it to be listed.
# length_max    steps of the longest sequence looked for.
# patterns_max  with more than these an answer asks for a larger share instead.
)";

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
    if (entry.has("level")) entry.text("level", pattern.level);
    if (entry.has("step")) entry.text("step", pattern.step);
    if (entry.has("same")) entry.text("same", pattern.same);
    entry.text("meaning", pattern.meaning);
    entry.require("pattern");
    entry.finish();
  }
  named.finish();
  reader.finish();
}

std::string sequences_section(const SequenceConfig& sequences) {
  std::string out = "sequences:\n  words:\n";
  for (const SequenceWord& word : sequences.words)
    out += "    " + word.name + ": \"" + word.condition + "\"\n";
  out += "  named:\n";
  for (const NamedPattern& named : sequences.named) {
    out += "    " + named.name + ":\n      pattern: \"" + named.pattern + "\"\n";
    if (!named.level.empty()) out += "      level: " + named.level + "\n";
    if (!named.step.empty()) out += "      step: " + named.step + "\n";
    if (!named.same.empty()) out += "      same: " + named.same + "\n";
    out += "      meaning: \"" + named.meaning + "\"\n";
  }
  return out;
}

}  // namespace

void read_sequence_settings(MapReader& reader, InsightConfig& insights) {
  MapReader sequences = reader.map("sequences");
  read_sequences(sequences, insights.sequences);
  MapReader funnel = reader.map("funnel");
  funnel.duration("window", insights.funnel.window_us, 0);
  funnel.finish();
  MapReader patterns = reader.map("patterns");
  patterns.number("share_min", insights.patterns.share_min, 0, 1);
  patterns.count("length_max", insights.patterns.length_max, 1, 100);
  patterns.count("patterns_max", insights.patterns.patterns_max, 1, 1'000'000);
  patterns.finish();
}

std::string sequence_settings_text(const InsightConfig& insights) {
  std::string out;
  out += kSequencesComment;
  out += sequences_section(insights.sequences);
  out += kFunnelComment;
  out += "funnel:\n  window: " + duration_text(insights.funnel.window_us) + "\n";
  out += kPatternsComment;
  out += "patterns:\n  share_min: " + render::number_text(insights.patterns.share_min) +
         "\n  length_max: " + std::to_string(insights.patterns.length_max) +
         "\n  patterns_max: " + std::to_string(insights.patterns.patterns_max) + "\n";
  return out;
}

}  // namespace clewline::engine
