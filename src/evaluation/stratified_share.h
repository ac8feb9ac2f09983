#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/interval.h"

namespace clewline::evaluation {

/// Cases of one kind, of which some were drawn at random and judged.
struct Stratum {
  std::int64_t cases = 0;   // all there are
  std::int64_t judged = 0;  // drawn and judged, at most `cases`
  std::int64_t right = 0;   // of those judged
};

struct StratifiedShare {
  double value = 0;  // each stratum's share, weighted by its cases
  Interval interval;
  double covered = 0;  // share of all cases that lie in strata of which at least one was judged
};

/// The interval of one stratum's share at 95 %: Wilson's; a point when every case was judged, 0 … 1
/// when none was.
Interval stratum_interval(const Stratum& stratum);

/// Estimates the share of right cases over all strata of which at least one case was judged. The
/// interval puts the strata's Wilson intervals together by the squares of their arms (MOVER: Zou &
/// Donner, Statistics in Medicine 27, 2008), and is Wilson's own for one stratum. Null share (0,
/// covering 0) when nothing was judged.
StratifiedShare stratified_share(std::span<const Stratum> strata);

/// Returns how many further cases of each stratum are to be judged so that the interval is expected
/// to be no wider than `width`, shared out by Neyman's rule (cases · standard deviation; the
/// deviation from (right + 2) ÷ (judged + 4)). All zero when it is already; every case that is left
/// when no sample can do it.
std::vector<std::int64_t> further_cases(std::span<const Stratum> strata, double width);

}  // namespace clewline::evaluation
