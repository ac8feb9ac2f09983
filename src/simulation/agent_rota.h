#pragma once

#include <cstdint>
#include <vector>

#include "simulation/centre_plan.h"
#include "simulation/random.h"

namespace clewline::simulation {

/// Who is on the line when, in slots of five minutes: an agent is given one call at a time.
class AgentRota {
 public:
  explicit AgentRota(const CentrePlan& plan)
      : main_(plan.main_agents),
        agents_(plan.agents.size()),
        start_at_(plan.start_at),
        slots_(static_cast<std::size_t>((plan.end_at - plan.start_at) / kSlotUs) + kSlotsAfter),
        busy_(agents_ * slots_, false) {}

  /// Picks a free agent of a site at random; of a full house anybody.
  std::size_t pick(bool hotline, TimeUs at, Random& random) const {
    const std::size_t first = hotline ? main_ : 0;
    const std::size_t count = hotline ? agents_ - main_ : main_;
    std::size_t agent = first;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      agent = first + random.below(count);
      if (!busy_[place(agent, at)]) break;
    }
    return agent;
  }
  void occupy(std::size_t agent, TimeUs from, TimeUs to) {
    for (TimeUs at = from; at < to + kSlotUs; at += kSlotUs) busy_[place(agent, at)] = true;
  }

 private:
  static constexpr std::int64_t kSlotUs = 5 * kUsPerMinute;
  static constexpr std::size_t kSlotsAfter =
      30 * 24 * 12;  // issues that outlast the time simulated
  static constexpr int kAttempts = 24;

  std::size_t place(std::size_t agent, TimeUs at) const {
    const auto slot = static_cast<std::size_t>(at < start_at_ ? 0 : (at - start_at_) / kSlotUs);
    return agent * slots_ + (slot < slots_ ? slot : slots_ - 1);
  }

  std::size_t main_;
  std::size_t agents_;
  TimeUs start_at_;
  std::size_t slots_;
  std::vector<bool> busy_;
};

}  // namespace clewline::simulation
