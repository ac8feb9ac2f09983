#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace clewline {

/// Scatters a number over all 64 bits: the last step of splitmix64.
inline std::uint64_t scatter(std::uint64_t number) {
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9ULL;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EBULL;
  return number ^ (number >> 31);
}

/// Splitmix64 (Steele, Lea, Flood 2014): the same numbers on every machine and library.
class SplitMix64 {
 public:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15ULL;

  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += kStep;
    return scatter(state_);
  }
  std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_;
};

/// Makes a number in [0, 1) of 64 random bits.
inline double unit_interval(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

/// Draws an index below `count`. The engine's numbers are laid down by the standard, its
/// distributions are not: this one is the same everywhere.
inline std::size_t draw_below(std::mt19937_64& random, std::size_t count) {
  return static_cast<std::size_t>(unit_interval(random()) * static_cast<double>(count));
}

/// Returns 0 … count - 1 in random order.
inline std::vector<std::uint32_t> shuffled(std::mt19937_64& random, std::size_t count) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[draw_below(random, i)]);
  return order;
}

}  // namespace clewline
