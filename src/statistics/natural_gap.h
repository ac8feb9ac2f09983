#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "statistics/crossing_interval.h"

namespace clewline::statistics {

/// Whether gaps between visits fall into short ones, inside a visit, and long ones, between visits.
enum class GapVerdict : std::uint8_t {
  natural,      // they do, and the crossing of both parts them
  too_few,      // fewer gaps than `gaps_min`
  none_short,   // no component of the mixture lies below an hour
  none_long,    // all of them do
  overlapping,  // Ashman's D below 2, or the bells do not cross
};

/// The name of a verdict in answers.
std::string_view verdict_name(GapVerdict verdict);

struct NaturalGapOptions {
  std::size_t gaps_min = 500;
  std::size_t components_max = 4;
  MixtureOptions fitting = {};
  CrossingOptions resampling = {};
};

/// What the gaps of one channel, or of two, say. Times in seconds; mixtures are of log10 seconds.
struct NaturalGap {
  GapVerdict verdict = GapVerdict::too_few;
  std::size_t gaps = 0;           // above 0; only these are fitted
  std::vector<Mixture> mixtures;  // of 1, 2 … components; none when there are too few gaps
  std::size_t best = 0;           // by BIC
  /// The last component below an hour, counted in `mixtures[best]`; that after it is the first
  /// above. Set when there are both.
  std::optional<std::size_t> within;
  double ashman_d = 0;                       // of those two
  std::optional<double> seconds;             // where both sides cross; also told when they overlap
  std::optional<CrossingInterval> interval;  // of `seconds`, when natural
  std::optional<double> valley_seconds;      // deepest valley of a kernel density, to compare
};

/// Fits mixtures to the logarithms of gaps and finds where the components whose middle lies below
/// an hour (inside a visit: Halfaker et al., WWW 2015) cross those above.
/// `seconds` holds each gap with its customer; gaps of 0 say nothing and are left out.
NaturalGap find_natural_gap(std::span<const GroupedValue> seconds,
                            const NaturalGapOptions& options = {});

}  // namespace clewline::statistics
