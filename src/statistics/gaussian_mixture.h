#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace clewline::statistics {

/// A value and how often it was seen.
struct WeightedValue {
  double value = 0;
  double weight = 1;
};

/// One bell of a mixture.
struct GaussianComponent {
  double weight = 1;
  double mean = 0;
  double deviation = 1;
};

/// A mixture of Gaussians that was fitted to values.
struct Mixture {
  std::vector<GaussianComponent> components;  // by mean, ascending
  double log_likelihood = 0;
  double bic = 0;          // (3k − 1) ln n − 2 ln L; the least is best
  bool converged = false;  // one step of EM moves no parameter by more than the tolerance
};

struct MixtureOptions {
  std::uint32_t restarts = 20;  // random starts, beside the one from quantiles
  std::uint64_t seed = 1;
  double tolerance = 1e-10;
  std::uint32_t steps_max = 3'000;  // of EM
  /// No bell is narrower: a single value seen often is no component.
  double deviation_min = 0.02;
};

/// Sorts values and counts equal ones; above 16,384 distinct ones, counts and means of 4,096 bins
/// of equal width.
std::vector<WeightedValue> condense(std::vector<double> values);

/// Fits `components` ≥ 1 bells by maximum likelihood: EM, accelerated by squared extrapolation
/// (Varadhan & Roland, Scand. J. Stat. 35, 2008), from the quantiles and from random starts, of
/// which the best is brought to convergence. `values` are distinct and ascending, their weights
/// sum to more than 0. The same on every machine for one seed.
Mixture fit_mixture(std::span<const WeightedValue> values, std::size_t components,
                    const MixtureOptions& options = {});

/// Goes on from known components on other values, for resamples. Components keep their order.
Mixture refit_mixture(std::span<const WeightedValue> values,
                      std::span<const GaussianComponent> start, const MixtureOptions& options = {});

/// Returns the index of the mixture with the least BIC; of equal ones the first.
std::size_t best_by_bic(std::span<const Mixture> mixtures);

/// Returns where the weighted densities of two bells are equal, between their means; null when one
/// outweighs the other all the way.
std::optional<double> crossing(const GaussianComponent& lower, const GaussianComponent& upper);

/// Returns where the components up to `lower` together are as dense as all those above together,
/// between the means of `lower` and the next: a value there belongs to either side alike. Of two
/// components the same as `crossing`; of more, a broad one further off counts too. Null when one
/// side outweighs the other all the way.
std::optional<double> crossing_of_sides(std::span<const GaussianComponent> components,
                                        std::size_t lower);

/// Returns Ashman's D = √2 |μ₁ − μ₂| / √(σ₁² + σ₂²); below 2 two bells do not stand apart
/// (Ashman, Bird & Zepf, AJ 108, 1994).
double ashman_d(const GaussianComponent& a, const GaussianComponent& b);

/// Returns the place of the deepest valley of a Gaussian kernel density (Silverman's width): where
/// it lies deepest, in proportion, below the lower of the highest points on its two sides. Null
/// when there is one peak.
std::optional<double> deepest_valley(std::span<const WeightedValue> values);

}  // namespace clewline::statistics
