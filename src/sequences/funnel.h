#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sequences/matcher.h"

namespace clewline::sequences {

/// Stages of a funnel at most.
inline constexpr std::size_t kStagesMax = 32;

/// How a funnel counts. Without flags: the longest chain of stages in their order, each at most
/// `window_us` after the first; other steps may lie between, and one step may be several stages.
struct FunnelRules {
  std::vector<std::uint64_t> stages;  // marks of which a step of the stage has at least one
  std::uint64_t excluded = 0;         // a step with one of these ends every chain under way
  std::int64_t window_us = 0;
  bool strict_deduplication = false;  // a stage met again ends the count
  bool strict_order = false;          // so does any other step between
  bool strict_increase = false;       // times must ascend
  bool strict_once = false;           // a step is one stage only
  bool allow_reentry = false;         // with strict_order: the first stage met again is skipped
  bool any_order = false;             // most different stages within the window
};

/// How far one unit came.
struct FunnelDepth {
  std::uint32_t level = 0;      // stages reached; 0: never began
  std::int64_t begun_us = 0;    // first stage of the chain that came so far, at the earliest
  std::int64_t reached_us = 0;  // its last stage
  std::uint32_t entries = 0;    // begun anew after a chain was complete or its window over

  bool operator==(const FunnelDepth&) const = default;
};

/// Runs a funnel over units, one after another; for one thread. Memory: a few numbers a stage.
class Funnel {
 public:
  explicit Funnel(FunnelRules rules);

  FunnelDepth depth(const Elements& elements);

 private:
  /// A chain that reached a stage: where it began.
  struct Chain {
    std::int64_t begun_us = 0;
    bool is_there = false;
  };
  enum class Next : std::uint8_t { go_on, stop };

  FunnelDepth in_order(const Elements& elements);
  FunnelDepth in_any_order(const Elements& elements);
  void count_entries(const Elements& elements, FunnelDepth& depth) const;
  Next take(std::uint64_t marks, std::int64_t at, FunnelDepth& best);
  Next take_stage(std::size_t stage, std::int64_t at, FunnelDepth& best);
  void settle();
  void forget();

  FunnelRules rules_;
  std::vector<Chain> chains_;   // by stage, the one that began last
  std::vector<Chain> settled_;  // the same of the steps before: what a step may continue
};

}  // namespace clewline::sequences
