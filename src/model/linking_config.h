#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/enums.h"
#include "model/event_types.h"
#include "model/identifier_kinds.h"

namespace clewline {

/// Gaps and limits of one channel. Times in microseconds.
struct ChannelRule {
  std::int64_t transaction_gap_us = 10 * kUsPerMinute;
  std::int64_t max_presence_us = 4 * kUsPerHour;
  /// Momentary channels have presence at points; a burst within the gap is one transaction.
  bool momentary = false;
};

/// Weights of the default engagement score, in natural-log units (METHODS.md §2).
/// docs/methods/levels.md says what each pair of contacts comes to: at 0.9 a sum of 2.2 joins.
struct EngagementWeights {
  double prior_log_odds = -0.3;
  double same_intent = 4.6;
  double other_intent = -6.5;  // nothing outweighs it: different issues join by hard links only
  double unknown_intent = 0.0;
  double last_unresolved = 2.0;
  double last_resolved = -1.0;
  double same_object = 3.5;
  double other_object = -2.5;
  double same_channel = 0.3;
  /// Bins of the time since the engagement's last presence: upper edge and weight, ascending.
  std::vector<std::pair<std::int64_t, double>> gap_bins = {
      {2 * kUsPerHour, 3.0},  {kUsPerDay, 1.5},       {3 * kUsPerDay, 1.0},  {7 * kUsPerDay, 0.0},
      {14 * kUsPerDay, -0.5}, {30 * kUsPerDay, -1.0}, {90 * kUsPerDay, -3.0}};
  double threshold = 0.9;  // probability
};

/// The single weights by their names in `linking.yaml`, in the file's order.
struct NamedWeight {
  std::string_view name;
  double EngagementWeights::* weight;
};
inline constexpr NamedWeight kNamedWeights[] = {
    {"prior_log_odds", &EngagementWeights::prior_log_odds},
    {"same_intent", &EngagementWeights::same_intent},
    {"other_intent", &EngagementWeights::other_intent},
    {"unknown_intent", &EngagementWeights::unknown_intent},
    {"last_unresolved", &EngagementWeights::last_unresolved},
    {"last_resolved", &EngagementWeights::last_resolved},
    {"same_object", &EngagementWeights::same_object},
    {"other_object", &EngagementWeights::other_object},
    {"same_channel", &EngagementWeights::same_channel}};

/// A declared rule of `linking.yaml` that links a record of one system to a session of another by
/// agent and time (LINKING.md §5).
struct AgentTimeRule {
  std::string name;
  std::string case_source;  // source whose cases name a customer
  std::string call_source;  // source whose agent legs name none
  std::int64_t wrap_us = 30 * kUsPerMinute;
  std::int64_t clock_offset_us = 0;  // frozen: add to the case source's times
};

/// A declared session-level rule: events of both sources that carry the same identifier value and
/// lie within the window belong to one interaction.
struct CustomerTimeRule {
  std::string name;
  std::string from_source;
  std::string to_source;
  std::int64_t window_us = 30 * kUsPerMinute;
};

/// Everything that decides links, frozen (LINKING.md §1). Written by people and by fitting
/// commands, only read by link. `hash` is the SHA-256 of the files it was read from.
struct LinkingConfig {
  std::array<IdentifierKindRow, kIdentifierKindCount> kinds = default_kinds();
  std::array<ChannelRule, kChannelCount> channels = default_channels();
  /// Largest gap that joins presences of two channels, microseconds, symmetric.
  std::array<std::array<std::int64_t, kChannelCount>, kChannelCount> interaction_gap_us =
      default_interaction_gaps();
  std::int64_t chain_gap_us = 2 * kUsPerHour;
  std::int64_t wrap_window_us = 30 * kUsPerMinute;
  std::int64_t engagement_idle_us = 14 * kUsPerDay;
  std::int64_t reopen_window_us = 30 * kUsPerDay;
  std::int64_t engagement_span_us_max = 90 * kUsPerDay;
  std::int64_t caused_by_window_us = 3 * kUsPerDay;
  EngagementWeights weights;
  std::uint32_t sessions_per_day_max = 20;  // a shareable value busier than this is a hub that day
  std::uint32_t overlapping_calls_max = 2;  // pairs of live calls at once
  std::uint32_t session_values_max =
      50;  // distinct anchor values of one kind on one session/chain/case key
  /// Key spaces whose chain or case keys mean the same in every source.
  std::vector<std::string> shared_chain_sources;
  std::vector<std::string> shared_case_sources;
  /// Sources whose case keys are not exclusive (default: tickets are).
  std::vector<std::string> inclusive_case_sources;
  std::vector<AgentTimeRule> agent_time_rules;
  std::vector<CustomerTimeRule> customer_time_rules;
  /// Workspace zone as IANA name: hub days and day roll-ups use it.
  std::string zone = "UTC";
  std::string hash;

  static std::array<IdentifierKindRow, kIdentifierKindCount> default_kinds();
  static std::array<ChannelRule, kChannelCount> default_channels();
  static std::array<std::array<std::int64_t, kChannelCount>, kChannelCount>
  default_interaction_gaps();
};

/// What a customer came for, and what it means for linking (DESIGN.md §6, intent dictionary).
struct Intent {
  std::string name;
  std::string goal =
      "resolution";  // purchase, upgrade, resolution, cancellation, information, payment …
  bool exclusive_object = false;  // a different order or product is a different issue
  std::optional<std::int64_t> idle_us;
  std::optional<std::int64_t> reopen_us;
};

/// Native values of sources → intents. Key: source, field (`intent`, `disposition`, `node_result`,
/// `queue_name` …), native value; an empty source matches every source.
struct IntentDictionary {
  struct Key {
    std::string source;
    std::string field;
    std::string value;
    auto operator<=>(const Key&) const = default;
  };
  std::map<std::string, Intent> intents;
  std::map<Key, std::string> mapped;
  std::string version;

  /// Returns the intent of a native value, first for the source itself, then for any source.
  const Intent* find(std::string_view source, std::string_view field, std::string_view value) const;
};

/// Rules that read an engagement's end: dispositions, outcomes, event types → result. First match
/// wins.
struct ResultRule {
  std::string event_type;   // empty: any
  std::string outcome;      // empty: any
  std::string disposition;  // empty: any
  std::string intent;       // empty: any
  EngagementResult result = EngagementResult::unknown;
};

/// Definitions of what is counted (`counting.yaml`).
struct CountingConfig {
  std::vector<ResultRule> result_rules = default_result_rules();
  std::int64_t short_abandon_us = 10 * kUsPerSecond;

  static std::vector<ResultRule> default_result_rules();
};

}  // namespace clewline
