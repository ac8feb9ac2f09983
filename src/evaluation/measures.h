#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "evaluation/partition_sums.h"

namespace clewline::evaluation {

/// What is measured, in the order of answers. All lie in 0..1 (adjusted Rand may be below 0) and
/// are 1 when truth and found agree; `window_diff` and `pk` are shares of errors, 0 then.
enum class Measure : std::uint8_t {
  pairwise_precision,
  pairwise_recall,
  pairwise_f1,
  bcubed_precision,
  bcubed_recall,
  bcubed_f1,
  rand,
  adjusted_rand,
  fowlkes_mallows,
  homogeneity,
  completeness,
  v_measure,
  boundary_precision,
  boundary_recall,
  boundary_f1,
  window_diff,
  pk,
};
inline constexpr std::size_t kMeasures = 17;
/// The first ones need no order of events.
inline constexpr std::size_t kUnorderedMeasures = 12;

/// Returns the name in answers, e.g. "pairwise_f1".
std::string_view measure_name(Measure measure);

/// A share whose whole is 0 is 1 (nothing was claimed, nothing is wrong), of `window_diff` and `pk`
/// 0.
using Measures = std::array<double, kMeasures>;

inline double at(const Measures& measures, Measure measure) {
  return measures[static_cast<std::size_t>(measure)];
}

/// Computes every measure.
/// - pairwise precision, recall, F1: pairs together in both ÷ together as found, ÷ in truth
///   (Manning, Raghavan & Schütze 2008, §16.3);
/// - B-cubed: mean over events of |C∩L|/|C| and |C∩L|/|L|; F1 their harmonic mean (Bagga & Baldwin
///   1998; Amigó et al. 2009);
/// - Rand: share of all pairs on which both agree (Rand 1971); adjusted Rand: Hubert & Arabie 1985,
///   eq. 5; Fowlkes & Mallows 1983: geometric mean of pairwise precision and recall;
/// - homogeneity, completeness, V (β = 1): Rosenberg & Hirschberg 2007;
/// - boundaries: precision, recall and F1 of places where the unit changes;
/// - WindowDiff: Pevzner & Hearst 2002; Pk: Beeferman, Berger & Lafferty 1999.
Measures measures_of(const Sums& sums);

/// Adds the sums of all groups.
Sums total_of(std::span<const Sums> groups);

}  // namespace clewline::evaluation
