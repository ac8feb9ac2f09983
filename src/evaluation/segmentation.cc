#include "evaluation/segmentation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/assert.h"

namespace clewline::evaluation {

WindowCounts count_windows(std::span<const std::uint8_t> truth, std::span<const std::uint8_t> found,
                           std::size_t width) {
  CLEW_ASSERT(truth.size() == found.size() && width > 0);
  WindowCounts counts;
  const std::size_t size = std::min(width, truth.size());
  if (size == 0) return counts;
  std::size_t in_truth = 0;
  std::size_t in_found = 0;
  for (std::size_t end = 0; end < truth.size(); ++end) {
    in_truth += truth[end];
    in_found += found[end];
    if (end + 1 < size) continue;
    ++counts.windows;
    if (in_truth != in_found) ++counts.counted_wrong;
    if ((in_truth > 0) != (in_found > 0)) ++counts.judged_wrong;
    in_truth -= truth[end + 1 - size];
    in_found -= found[end + 1 - size];
  }
  return counts;
}

std::size_t window_width(std::size_t events, std::size_t segments) {
  if (segments == 0) return 1;
  const double half = static_cast<double>(events) / (2.0 * static_cast<double>(segments));
  return static_cast<std::size_t>(std::max(1.0, std::nearbyint(half)));
}

void add_sequence(std::span<const PlacedEvent> events, std::size_t width, Sums& sums) {
  if (events.size() < 2) return;
  std::vector<std::uint8_t> truth(events.size() - 1);
  std::vector<std::uint8_t> found(events.size() - 1);
  for (std::size_t i = 0; i + 1 < events.size(); ++i) {
    truth[i] = events[i].truth != events[i + 1].truth ? 1 : 0;
    found[i] = events[i].found != events[i + 1].found ? 1 : 0;
    at(sums, Sum::true_boundaries) += truth[i];
    at(sums, Sum::found_boundaries) += found[i];
    at(sums, Sum::joint_boundaries) += truth[i] & found[i];
  }
  const WindowCounts counts = count_windows(truth, found, width);
  at(sums, Sum::windows) += static_cast<double>(counts.windows);
  at(sums, Sum::windows_counted_wrong) += static_cast<double>(counts.counted_wrong);
  at(sums, Sum::windows_judged_wrong) += static_cast<double>(counts.judged_wrong);
}

}  // namespace clewline::evaluation
