#include <algorithm>

#include "engine/closest_name.h"
#include "engine/config_reader_internal.h"
#include "engine/duration_text.h"

namespace clewline::engine {
namespace {

constexpr double kWeightMax = 50;

void read_channels(MapReader channels, LinkingConfig& linking) {
  for (std::size_t i = 0; i < kChannelCount; ++i) {
    ChannelRule& rule = linking.channels[i];
    MapReader channel = channels.map(std::string(enum_names<Channel>()[i]));
    channel.duration("transaction_gap", rule.transaction_gap_us);
    channel.duration("max_presence", rule.max_presence_us, kUsPerSecond);
    channel.flag("momentary", rule.momentary);
    channel.finish();
    linking.interaction_gap_us[i][i] = rule.transaction_gap_us;
  }
  channels.finish();
}

// Two channels as positions; `wrong` is the part that is not a channel when there are none.
struct ChannelPair {
  bool good = false;
  std::size_t first = 0;
  std::size_t second = 0;
  std::string wrong;
};

ChannelPair read_pair(const std::string& key) {
  ChannelPair pair;
  const auto names = enum_names<Channel>();
  const auto position = [&names](std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const std::size_t dash = key.find('-');
  if (dash == std::string::npos) {
    pair.wrong = key;
    return pair;
  }
  pair.first = position(std::string_view(key).substr(0, dash));
  pair.second = position(std::string_view(key).substr(dash + 1));
  pair.good = pair.first < names.size() && pair.second < names.size();
  if (!pair.good)
    pair.wrong = pair.first < names.size() ? key.substr(dash + 1) : key.substr(0, dash);
  return pair;
}

// Keys are `any_other_pair` and pairs of channels, "web-voice".
void read_interaction_gaps(MapReader gaps, LinkingConfig& linking) {
  auto& table = linking.interaction_gap_us;
  if (gaps.has("any_other_pair")) {
    std::int64_t other = 10 * kUsPerMinute;
    gaps.duration("any_other_pair", other);
    for (std::size_t a = 0; a < kChannelCount; ++a) {
      for (std::size_t b = 0; b < kChannelCount; ++b) {
        if (a != b) table[a][b] = other;
      }
    }
  }
  const auto names = enum_names<Channel>();
  const std::vector<std::string> known(names.begin(), names.end());
  for (const std::string& key : gaps.keys()) {
    if (key == "any_other_pair") continue;
    const ChannelPair pair = read_pair(key);
    std::int64_t gap = pair.good ? table[pair.first][pair.second] : 0;
    gaps.duration(key, gap);
    if (!pair.good) {
      gaps.fault(key, "`" + key + "` is not a pair of channels",
                 did_you_mean(pair.wrong, known,
                              "write two channels and a hyphen, e.g. `web-voice: 20 min`"));
      continue;
    }
    table[pair.first][pair.second] = gap;
    table[pair.second][pair.first] = gap;
  }
  gaps.finish();
}

void read_gap_bins(MapReader& weights, EngagementWeights& target) {
  MapReader bins = weights.map("gap_bins");
  if (!weights.has("gap_bins")) return;
  std::vector<std::pair<std::int64_t, double>> read;
  for (const std::string& key : bins.keys()) {
    double weight = 0;
    bins.number(key, weight, -kWeightMax, kWeightMax);
    const auto edge = parse_duration_text(key);
    if (!edge || *edge <= 0) {
      bins.fault(key, "`" + key + "` is not a duration",
                 "each bin is `upper edge: weight`, e.g. `3 d: 0.8`");
      continue;
    }
    read.emplace_back(*edge, weight);
  }
  bins.finish();
  std::sort(read.begin(), read.end());
  if (read.empty()) {
    weights.fault("gap_bins", "`gap_bins` is empty", "write at least one `upper edge: weight`");
    return;
  }
  target.gap_bins = std::move(read);
}

void read_engagement(MapReader engagement, LinkingConfig& linking) {
  engagement.duration("idle", linking.engagement_idle_us, kUsPerMinute);
  engagement.duration("reopen_window", linking.reopen_window_us);
  engagement.duration("max_span", linking.engagement_span_us_max, kUsPerMinute);
  engagement.number("threshold", linking.weights.threshold, 0.0, 1.0);
  MapReader weights = engagement.map("weights");
  EngagementWeights& target = linking.weights;
  for (const auto& [name, weight] : kNamedWeights)
    weights.number(std::string(name), target.*weight, -kWeightMax, kWeightMax);
  read_gap_bins(weights, target);
  weights.finish();
  engagement.finish();
}

void read_rules(MapReader rules, LinkingConfig& linking) {
  rules.list("agent_time", [&](MapReader& item) {
    AgentTimeRule rule;
    for (const char* key : {"name", "case_source", "call_source"}) item.require(key);
    item.text("name", rule.name);
    item.text("case_source", rule.case_source);
    item.text("call_source", rule.call_source);
    item.duration("wrap", rule.wrap_us);
    item.duration("clock_offset", rule.clock_offset_us, -kUsPerDay);
    linking.agent_time_rules.push_back(std::move(rule));
  });
  rules.list("customer_time", [&](MapReader& item) {
    CustomerTimeRule rule;
    for (const char* key : {"name", "from_source", "to_source"}) item.require(key);
    item.text("name", rule.name);
    item.text("from_source", rule.from_source);
    item.text("to_source", rule.to_source);
    item.duration("window", rule.window_us);
    linking.customer_time_rules.push_back(std::move(rule));
  });
  rules.finish();
}

}  // namespace

void read_linking_yaml(MapReader& reader, ConfigReading& reading) {
  LinkingConfig& linking = reading.config.linking;
  read_channels(reader.map("channels"), linking);
  read_interaction_gaps(reader.map("interaction_gaps"), linking);
  reader.duration("chain_gap", linking.chain_gap_us);
  reader.duration("wrap_window", linking.wrap_window_us);
  reader.duration("caused_by_window", linking.caused_by_window_us);
  read_engagement(reader.map("engagement"), linking);
  MapReader hubs = reader.map("hubs");
  hubs.count("max_sessions_day", linking.sessions_per_day_max, 1, 1'000'000);
  hubs.count("overlapping_calls", linking.overlapping_calls_max, 1, 1'000'000);
  hubs.count("session_values", linking.session_values_max, 1, 1'000'000);
  hubs.finish();
  MapReader spaces = reader.map("key_spaces");
  spaces.texts("shared_chain_sources", linking.shared_chain_sources);
  spaces.texts("shared_case_sources", linking.shared_case_sources);
  spaces.texts("inclusive_case_sources", linking.inclusive_case_sources);
  spaces.finish();
  read_rules(reader.map("rules"), linking);
  reader.finish();
}

}  // namespace clewline::engine
