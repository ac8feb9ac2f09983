#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

#include "base/random.h"

namespace clewline::simulation {

/// A seeded generator whose numbers are the same on every machine and library: splitmix64 with
/// distributions of our own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}

  std::uint64_t next() { return bits_.next(); }
  /// Uniform in [0, 1).
  double uniform() { return unit_interval(next()); }
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
    return Random(Random(bits_.state() ^ (part * 0xD1B54A32D192ED03ULL)).next());
  }

 private:
  SplitMix64 bits_;
};

}  // namespace clewline::simulation
