#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "hierarchy/build_hierarchy.h"

namespace clewline::hierarchy {

/// Events whose customers are known, and the rules to read them by. What it names must outlive it.
struct LinkedEvents {
  const LinkInput& input;
  std::span<const std::uint32_t> customer_of_event;
  std::size_t customers = 0;
  const LinkingConfig& config;
  const IntentDictionary& intents;
  const CountingConfig& counting;
};

/// A stretch of the customer's time in one channel that no choice of a gap may part: a session, or
/// the legs of a chain that `chain_gap` holds together, or else a single event.
struct ContactPresence {
  std::uint32_t customer = 0;
  Channel channel = Channel::other;
  TimeUs from = 0;
  TimeUs to = 0;
  std::uint64_t chain = 0;  // 0: none
};

/// Lists the presences of all customers, in order of customers and, in each, of begin, end and
/// channel. Records without a session key count one by one, whatever gap the configuration names:
/// a gap that is to be found must not be hidden by the one in force. Errors: as `build_hierarchy`.
Result<std::vector<ContactPresence>> list_presences(const LinkedEvents& events,
                                                    const HierarchyOptions& options = {});

/// One choice: the gap of a channel with itself (then also its transaction_gap) or of two channels.
struct GapTrial {
  Channel a = Channel::other;
  Channel b = Channel::other;
  std::int64_t gap_us = 0;
};

struct TrialCounts {
  std::uint64_t transactions = 0;
  std::uint64_t contacts = 0;
  bool operator==(const TrialCounts&) const = default;
};

/// Returns the configuration with the trial's gap in it.
LinkingConfig with_gap(LinkingConfig config, const GapTrial& trial);

/// Counts, for each trial, what `build_hierarchy` would make of all events if that one gap were
/// changed: the same rules, run up to the contacts. Errors: as `build_hierarchy`.
Result<std::vector<TrialCounts>> count_trials(const LinkedEvents& events,
                                              std::span<const GapTrial> trials,
                                              const HierarchyOptions& options = {});

}  // namespace clewline::hierarchy
