#pragma once

#include <span>
#include <vector>

namespace clewline::statistics {

/// Returns p-values adjusted so that among those below a limit at most that share are false on
/// average (Benjamini & Hochberg, JRSS B 57, 1995), in the order given.
std::vector<double> benjamini_hochberg(std::span<const double> p_values);

/// Returns p-values adjusted so that the chance of any false one is below the limit (Holm 1979).
std::vector<double> holm(std::span<const double> p_values);

}  // namespace clewline::statistics
