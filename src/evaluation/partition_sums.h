#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace clewline::evaluation {

/// Events that one true unit and one found unit have in common. Units and customers are numbered
/// from 0 without great gaps; `example` is any of the events, by the caller's number.
struct SharedEvents {
  std::uint32_t truth = 0;
  std::uint32_t found = 0;
  std::uint32_t customer = 0;  // the one the found unit belongs to
  std::uint32_t example = 0;
  std::uint64_t events = 0;
};

/// What is added up over the units; every measure is a function of these sums alone.
enum class Sum : std::uint8_t {
  events,
  joint_pairs,       // pairs of events together in truth and found
  true_pairs,        // together in truth
  found_pairs,       // together as found
  joint_logs,        // Σ n ln n over what true and found units share
  true_logs,         // Σ n ln n over true units
  found_logs,        // Σ n ln n over found units
  bcubed_precision,  // Σ over events of |C∩L| / |C|
  bcubed_recall,     // Σ over events of |C∩L| / |L|
  joint_boundaries,
  true_boundaries,
  found_boundaries,
  windows,
  windows_counted_wrong,  // the numbers of boundaries differ (WindowDiff)
  windows_judged_wrong,   // one has a boundary, the other none (Pk)
};
inline constexpr std::size_t kSums = 15;
using Sums = std::array<double, kSums>;

inline double& at(Sums& sums, Sum sum) { return sums[static_cast<std::size_t>(sum)]; }
inline double at(const Sums& sums, Sum sum) { return sums[static_cast<std::size_t>(sum)]; }

/// Adds what a contingency table holds to the sums of each group; `group_of[customer]` is the place
/// in `groups`. No unit may have events in two groups. O(n log n) in the number of rows; rows of
/// the same two units are added up first.
void add_partition_sums(std::span<const SharedEvents> table,
                        std::span<const std::uint32_t> group_of, std::span<Sums> groups);

}  // namespace clewline::evaluation
