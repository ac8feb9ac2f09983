#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hierarchy/presences.h"

namespace clewline::hierarchy {

/// interval: start of the later minus end of the earlier presence, never below 0 (LINKING's own).
/// start_to_start: start minus start, as studies of call logs count.
enum class GapDefinition : std::uint8_t { interval, start_to_start };

struct PresenceGap {
  std::uint32_t customer = 0;
  std::int64_t us = 0;
};

/// The gaps of one channel with itself, or of two channels.
struct ChannelGaps {
  std::uint64_t customers = 0;  // present in the channel, in both of two
  std::uint64_t presences = 0;  // of these customers, in these channels
  std::vector<PresenceGap> gaps;

  /// Returns the sessions when gaps longer than `gap_us` part them: one a customer, and one more
  /// for each such gap.
  std::uint64_t sessions(std::int64_t gap_us) const;
};

/// Lists the gaps between successive presences of each customer. Of one channel: from the furthest
/// end so far to the next start. Of two: where one follows the other, from the furthest end in the
/// other channel; two of one chain within `chain_gap_us` have none, since the chain joins them.
/// `presences` as `list_presences` orders them.
ChannelGaps gaps_between(std::span<const ContactPresence> presences, Channel a, Channel b,
                         GapDefinition definition, std::int64_t chain_gap_us);

}  // namespace clewline::hierarchy
