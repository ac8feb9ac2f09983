#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "insights/paths/customer_sums.h"
#include "insights/paths/edge_table.h"
#include "insights/paths/path_case.h"

namespace clewline::insights {

enum class FlowDirection : std::uint8_t { forward, backward };

/// Where a flow begins, and which way it goes.
struct FlowPlan {
  /// Whether it begins at an activity (`add_anchor`), else at the first step of a path (backward:
  /// the last).
  bool anchored = false;
  FlowDirection direction = FlowDirection::forward;
  std::uint32_t steps = 5;  // after the anchor
};

/// An activity at one step of the flow.
struct FlowCell {
  std::uint32_t activity = 0;
  NumeratorSums paths;  // with the customers' paths that have the anchor
};

/// From an activity of one step to one of the next.
struct FlowLink {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::int64_t paths = 0;
};

/// All paths at one step away from the anchor: Σ cells + ended = those at the step before.
struct FlowStep {
  std::vector<FlowCell> cells;
  NumeratorSums ended;                    // paths that had ended before this step
  std::vector<std::int64_t> ended_after;  // the same by their last cell of the step before
  std::vector<FlowLink> links;            // from the step before
};

/// What comes after, or before, the first anchor of each path, step by step.
class PathFlow {
 public:
  explicit PathFlow(FlowPlan plan);
  /// Makes an activity one of the anchors.
  void add_anchor(std::uint32_t activity);
  /// Adds a path. Paths of one customer must come one after another.
  void add(const PathCase& path);
  void finish();

  /// Step 0 holds the anchors.
  const std::vector<FlowStep>& steps() const { return steps_; }
  const DenominatorSums& paths() const { return paths_; }  // that have the anchor
  std::int64_t paths_without() const { return without_; }
  bool has_anchors() const { return !plan_.anchored || !anchors_.empty(); }

 private:
  std::optional<std::size_t> anchor_of(const PathCase& path) const;
  void end_customer();

  FlowPlan plan_;
  std::vector<bool> anchors_;
  std::vector<FlowStep> steps_;
  std::vector<EdgeTable> links_;  // between cells
  std::vector<EdgeTable> cells_;  // as pairs (0, activity)
  std::vector<CustomerCounts> counts_;
  std::vector<std::int64_t> ended_;
  DenominatorSums paths_;
  std::int64_t without_ = 0;
  bool has_customer_ = false;
  std::uint32_t customer_ = 0;
  std::int64_t customer_paths_ = 0;
};

}  // namespace clewline::insights
