#pragma once

#include <vector>

namespace clewline::statistics {

/// Solves a · x = b for a symmetric positive definite matrix given by its rows (Cholesky). A pivot
/// below 1e-12 is taken for 1e-12, so that a matrix of lower rank gives a finite answer.
std::vector<double> solve_positive_definite(std::vector<std::vector<double>> a,
                                            std::vector<double> b);

}  // namespace clewline::statistics
