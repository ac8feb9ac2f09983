#include "hierarchy/presence_gaps.h"

#include <algorithm>
#include <limits>

namespace clewline::hierarchy {
namespace {

constexpr TimeUs kNever = std::numeric_limits<TimeUs>::min();

/// Walks through the presences of one customer in two channels (or twice the same).
class GapWalk {
 public:
  GapWalk(Channel a, Channel b, GapDefinition definition, std::int64_t chain_gap_us)
      : a_(a), b_(b), definition_(definition), chain_gap_us_(chain_gap_us) {}

  void add(const ContactPresence& presence, std::vector<PresenceGap>& gaps) {
    if (presence.channel != a_ && presence.channel != b_) return;
    TimeUs& own = presence.channel == a_ ? reach_a_ : reach_b_;
    const TimeUs other = presence.channel == a_ ? reach_b_ : reach_a_;
    const TimeUs before = a_ == b_ ? own : other;
    if (previous_ != nullptr && (a_ == b_ || previous_->channel != presence.channel)) {
      const std::int64_t apart = definition_ == GapDefinition::interval
                                     ? std::max<std::int64_t>(0, presence.from - before)
                                     : presence.from - previous_->from;
      if (!chain_joins(presence, before)) gaps.push_back({presence.customer, apart});
    }
    own = std::max(own, presence.to);
    previous_ = &presence;
    ++presences_;
  }

  bool complete() const {
    return a_ == b_ ? reach_a_ != kNever : reach_a_ != kNever && reach_b_ != kNever;
  }
  std::uint64_t presences() const { return presences_; }

 private:
  bool chain_joins(const ContactPresence& presence, TimeUs before) const {
    return a_ != b_ && presence.chain != 0 && presence.chain == previous_->chain &&
           presence.from - before <= chain_gap_us_;
  }

  Channel a_;
  Channel b_;
  GapDefinition definition_;
  std::int64_t chain_gap_us_;
  TimeUs reach_a_ = kNever;
  TimeUs reach_b_ = kNever;
  const ContactPresence* previous_ = nullptr;
  std::uint64_t presences_ = 0;
};

}  // namespace

std::uint64_t ChannelGaps::sessions(std::int64_t gap_us) const {
  return customers + static_cast<std::uint64_t>(std::ranges::count_if(
                         gaps, [gap_us](const PresenceGap& gap) { return gap.us > gap_us; }));
}

ChannelGaps gaps_between(std::span<const ContactPresence> presences, Channel a, Channel b,
                         GapDefinition definition, std::int64_t chain_gap_us) {
  ChannelGaps out;
  for (std::size_t begin = 0; begin < presences.size();) {
    GapWalk walk(a, b, definition, chain_gap_us);
    std::size_t end = begin;
    for (; end < presences.size() && presences[end].customer == presences[begin].customer; ++end)
      walk.add(presences[end], out.gaps);
    begin = end;
    if (!walk.complete()) continue;
    ++out.customers;
    out.presences += walk.presences();
  }
  return out;
}

}  // namespace clewline::hierarchy
