#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "evaluation/partition_sums.h"

namespace clewline::evaluation {

/// One event of a sequence in order of time: the numbers of its units.
struct PlacedEvent {
  std::uint32_t truth = 0;
  std::uint32_t found = 0;
};

/// Windows that slide over two rows of boundaries, and how many disagree.
struct WindowCounts {
  std::size_t windows = 0;
  std::size_t counted_wrong = 0;  // WindowDiff: Pevzner & Hearst 2002
  std::size_t judged_wrong = 0;   // Pk: Beeferman, Berger & Lafferty 1999
};

/// Slides a window of `width` places over two rows of boundaries (1: a boundary) of equal length; a
/// shorter row is one window. Counts as nltk.metrics.segmentation does. O(n).
WindowCounts count_windows(std::span<const std::uint8_t> truth, std::span<const std::uint8_t> found,
                           std::size_t width);

/// Returns half the mean length of a true segment, at least 1: the usual width of a window
/// (Pevzner & Hearst 2002).
std::size_t window_width(std::size_t events, std::size_t segments);

/// Adds one sequence's boundaries and windows: a boundary stands between two neighbours that belong
/// to different units.
void add_sequence(std::span<const PlacedEvent> events, std::size_t width, Sums& sums);

}  // namespace clewline::evaluation
