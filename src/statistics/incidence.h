#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clewline::statistics {

/// How long a unit was watched, and which of several events ended that: 0 none (censored), else 1
/// to the number of causes.
struct CompetingTime {
  double time = 0;
  std::uint8_t cause = 0;
  std::uint32_t cluster = 0;
};

/// Shares of units that had each event first until a time.
struct Incidence {
  std::vector<double> shares;  // by cause
  std::vector<double> errors;  // clusters independent: a twentieth of them left out at a time
};

/// Cumulative incidence of competing events (Aalen & Johansen 1978) at each of `moments`. Shares of
/// all causes and the Kaplan-Meier share without any make 1.
std::vector<Incidence> cumulative_incidence(std::span<const CompetingTime> times,
                                            std::size_t causes, std::span<const double> moments);

}  // namespace clewline::statistics
