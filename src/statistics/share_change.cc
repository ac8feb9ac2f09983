#include "statistics/share_change.h"

#include <cmath>

namespace clewline::statistics {

double share_change_z(const Share& before, const Share& after) {
  if (before.whole == 0 || after.whole == 0) return 0;
  const Share pooled{before.part + after.part, before.whole + after.whole};
  const double variance =
      pooled.value() * (1 - pooled.value()) *
      (1 / static_cast<double>(before.whole) + 1 / static_cast<double>(after.whole));
  return variance > 0 ? (after.value() - before.value()) / std::sqrt(variance) : 0;
}

}  // namespace clewline::statistics
