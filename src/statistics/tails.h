#pragma once

namespace clewline::statistics {

/// Returns the share of a normal distribution further than |z| from its middle, on both sides.
double normal_tails(double z);

/// Returns the share of the chi-square distribution of `degrees` ≥ 1 above `value` ≥ 0 (Abramowitz
/// & Stegun 26.4.4 and 26.4.5).
double chi_square_tail(double value, int degrees);

}  // namespace clewline::statistics
