#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>

#include "identity/attribution_internal.h"

namespace clewline::identity {

inline constexpr std::int64_t kAnyDistance = std::numeric_limits<std::int64_t>::max();

/// The sighting nearest in time that names somebody.
struct Nearest {
  Node anchor = kNoIndex;
  Rank rank = kNoIndex;
  TimeUs at = 0;
  std::int64_t distance = 0;

  bool found() const { return anchor != kNoIndex; }
};

/// Finds, among sightings in ascending time, the one at the smallest |Δt| ≤ limit for which
/// `anchor_of(rank)` is not kNoIndex; of two equally near the earlier; of several at one instant
/// the least anchor by `less`.
template <typename AnchorOf, typename Less>
Nearest find_nearest(std::span<const Sighted> sighted, TimeUs at, std::int64_t limit,
                     const AnchorOf& anchor_of, const Less& less) {
  const auto first =
      std::lower_bound(sighted.begin(), sighted.end(), at,
                       [](const Sighted& item, TimeUs time) { return item.at < time; });
  auto left = static_cast<std::ptrdiff_t>(first - sighted.begin()) - 1;
  auto right = left + 1;
  const auto count = static_cast<std::ptrdiff_t>(sighted.size());
  while (left >= 0 || right < count) {
    const std::int64_t to_left = left >= 0 ? at - sighted[left].at : kAnyDistance;
    const std::int64_t to_right = right < count ? sighted[right].at - at : kAnyDistance;
    const bool take_left = left >= 0 && to_left <= to_right;
    Nearest nearest;
    nearest.distance = take_left ? to_left : to_right;
    if (nearest.distance > limit) return {};
    nearest.at = take_left ? sighted[left].at : sighted[right].at;
    const std::ptrdiff_t step = take_left ? -1 : 1;
    std::ptrdiff_t& place = take_left ? left : right;
    for (; place >= 0 && place < count && sighted[place].at == nearest.at; place += step) {
      const Rank rank = sighted[place].rank;
      const Node anchor = anchor_of(rank);
      if (anchor == kNoIndex) continue;
      const bool better = !nearest.found() || less(anchor, nearest.anchor) ||
                          (anchor == nearest.anchor && rank < nearest.rank);
      if (!better) continue;
      nearest.anchor = anchor;
      nearest.rank = rank;
    }
    if (nearest.found()) return nearest;
  }
  return {};
}

}  // namespace clewline::identity
