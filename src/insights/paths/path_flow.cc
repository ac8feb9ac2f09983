#include "insights/paths/path_flow.h"

#include <algorithm>

namespace clewline::insights {

PathFlow::PathFlow(FlowPlan plan)
    : plan_(plan),
      steps_(plan_.steps + 1),
      links_(plan_.steps + 1),
      cells_(plan_.steps + 1),
      counts_(plan_.steps + 1),
      ended_(plan_.steps + 1) {}

void PathFlow::add_anchor(std::uint32_t activity) {
  if (activity >= anchors_.size()) anchors_.resize(activity + 1);
  anchors_[activity] = true;
}

std::optional<std::size_t> PathFlow::anchor_of(const PathCase& path) const {
  if (!plan_.anchored)
    return plan_.direction == FlowDirection::forward ? 0 : path.activities.size() - 1;
  const auto found = std::ranges::find_if(path.activities, [&](std::uint32_t activity) {
    return activity < anchors_.size() && anchors_[activity];
  });
  if (found == path.activities.end()) return {};
  return static_cast<std::size_t>(found - path.activities.begin());
}

void PathFlow::add(const PathCase& path) {
  const auto anchor = anchor_of(path);
  if (!anchor) {
    ++without_;
    return;
  }
  if (has_customer_ && path.customer != customer_) end_customer();
  has_customer_ = true;
  customer_ = path.customer;
  ++customer_paths_;
  const bool forward = plan_.direction == FlowDirection::forward;
  const std::size_t there = forward ? path.activities.size() - 1 - *anchor : *anchor;
  std::uint32_t before = 0;  // cell of the step before
  for (std::size_t k = 0; k <= plan_.steps; ++k) {
    FlowStep& step = steps_[k];
    if (k > there) {
      ++ended_[k];
      if (k > there + 1) continue;
      step.ended_after.resize(std::max<std::size_t>(step.ended_after.size(), before + 1));
      ++step.ended_after[before];
      continue;
    }
    const std::uint32_t activity = path.activities[forward ? *anchor + k : *anchor - k];
    const std::uint32_t cell = cells_[k].number(0, activity);
    if (cell == step.cells.size()) step.cells.push_back({activity, {}});
    counts_[k].add(cell);
    if (k > 0) {
      const std::uint32_t link = links_[k].number(before, cell);
      if (link == step.links.size()) step.links.push_back({before, cell, 0});
      ++step.links[link].paths;
    }
    before = cell;
  }
}

void PathFlow::end_customer() {
  const auto paths = static_cast<double>(customer_paths_);
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    counts_[k].clear([&](std::uint32_t cell, std::int64_t count) {
      steps_[k].cells[cell].paths.add(static_cast<double>(count), paths);
    });
    steps_[k].ended.add(static_cast<double>(ended_[k]), paths);
    ended_[k] = 0;
  }
  paths_.add(paths);
  customer_paths_ = 0;
}

void PathFlow::finish() {
  if (has_customer_) end_customer();
  has_customer_ = false;
}

}  // namespace clewline::insights
