#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

namespace clewline::simulation {

/// A seeded generator whose numbers are the same on every machine and library: splitmix64 (Steele,
/// Lea, Flood 2014) with distributions of our own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// Uniform in [0, count).
  std::size_t below(std::size_t count) {
    return static_cast<std::size_t>(uniform() * static_cast<double>(count));
  }
  bool chance(double probability) { return uniform() < probability; }
  double exponential(double mean) { return -mean * std::log1p(-uniform()); }
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }
  /// Log-normal given by its median and the standard deviation of its logarithm.
  double log_normal(double median, double sigma) { return median * std::exp(sigma * normal()); }
  /// Picks an index with the given weights.
  std::size_t pick(std::span<const double> weights) {
    double total = 0;
    for (const double weight : weights) total += weight;
    double at = uniform() * total;
    for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
      if (at < weights[i]) return i;
      at -= weights[i];
    }
    return weights.size() - 1;
  }
  /// Starts an independent stream for a part of the work, e.g. one customer.
  Random fork(std::uint64_t part) const {
    return Random(Random(state_ ^ (part * 0xD1B54A32D192ED03ULL)).next());
  }

 private:
  std::uint64_t state_;
};

}  // namespace clewline::simulation
