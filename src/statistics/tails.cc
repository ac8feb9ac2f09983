#include "statistics/tails.h"

#include <cmath>
#include <numbers>

namespace clewline::statistics {

double normal_tails(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }

double chi_square_tail(double value, int degrees) {
  if (value <= 0) return 1;
  const double half = value / 2;
  const bool even = degrees % 2 == 0;
  // Every second degree adds a term (x/2)^k e^(−x/2) / Γ(k + 1), from k = 0 or 1/2.
  double tail = even ? 0 : std::erfc(std::sqrt(half));
  double order = even ? 0 : 0.5;
  for (; 2 * order + 1 < degrees; order += 1)
    tail += std::exp(order * std::log(half) - half - std::lgamma(order + 1));
  return std::fmin(tail, 1.0);
}

}  // namespace clewline::statistics
