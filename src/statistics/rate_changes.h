#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "statistics/share_change.h"

namespace clewline::statistics {

/// A share that moved to another level and stayed there.
struct RateChange {
  std::size_t first = 0;  // index of the first period of the new level
  std::size_t until = 0;  // index after its last
  Share before;           // sums over the level before
  Share after;
  double gain = 0;  // in twice the log-likelihood, after dispersion, over no change at this place
};

/// Finds where the share of a series of periods (days) changes: the cut into levels with the
/// greatest binomial likelihood less a price for each change (optimal partitioning: Jackson et al.,
/// IEEE Signal Process. Lett. 12, 2005; Killick, Fearnhead & Eckley, JASA 107, 2012, §3.1). The
/// price in twice the log-likelihood is 3 ln n (Zhang & Siegmund, Biometrics 63, 2007) plus
/// 2 ln `series`, as many series as are searched for one answer, so that more of them alarm no more
/// often. Likelihoods are divided by the dispersion between neighbouring periods where that is
/// above 1: cases of one customer come together. A level lasts two periods at least; more than
/// 1,000 periods are put together in equal numbers.
std::vector<RateChange> rate_changes(std::span<const Share> periods, std::size_t series);

/// Returns how many times the squared difference of neighbouring shares is what independent cases
/// give, at least 1; the largest twentieth is left out, so that changes do not count.
double dispersion_of_neighbours(std::span<const Share> periods);

}  // namespace clewline::statistics
