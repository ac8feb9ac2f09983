#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "insights/frame/insight.h"
#include "insights/paths/paths_internal.h"

namespace clewline::insights {

/// A share or mean with its interval as three cells: value, low, high.
struct EstimateCells {
  render::Cell value;
  render::Cell low;
  render::Cell high;
};
EstimateCells cells_of(const Estimate& estimate);

/// The numbers 0 … `count` − 1 in an order.
template <typename Less>
std::vector<std::size_t> ordered(std::size_t count, const Less& less) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, less);
  return order;
}

inline Estimate share_of(const statistics::RatioSums& sums) {
  return estimate(MeasureKind::share, sums);
}

/// A line of the table that shows that nothing was cut: all = shown + other + drop_off.
struct Reconciled {
  std::string what;
  std::int64_t all = 0;
  std::int64_t shown = 0;
  std::int64_t other = 0;
  std::int64_t drop_off = 0;
};
render::ResultTable reconcile_table(const std::vector<Reconciled>& lines);

}  // namespace clewline::insights
