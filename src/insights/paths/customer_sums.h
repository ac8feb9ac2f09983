#pragma once

#include <cstdint>
#include <vector>

#include "statistics/clustered_ratio.h"

namespace clewline::insights {

/// What a ratio's numerator adds up to, over customers: with the sums of the denominator, which
/// many ratios share, it gives the ratio with its error between customers.
struct NumeratorSums {
  double total = 0;
  double squares = 0;   // of the customers' sums
  double products = 0;  // with the customers' denominators

  void add(double numerator, double denominator) {
    total += numerator;
    squares += numerator * numerator;
    products += numerator * denominator;
  }
};

/// The same of a denominator.
struct DenominatorSums {
  double customers = 0;
  double total = 0;
  double squares = 0;

  void add(double denominator) {
    if (denominator <= 0) return;
    customers += 1;
    total += denominator;
    squares += denominator * denominator;
  }
};

/// Puts both together. `units` are those of the denominator.
inline statistics::RatioSums ratio_sums(const NumeratorSums& numerator,
                                        const DenominatorSums& denominator) {
  statistics::RatioSums sums;
  sums.clusters = denominator.customers;
  sums.units = denominator.total;
  sums.numerator = numerator.total;
  sums.denominator = denominator.total;
  sums.numerator_squares = numerator.squares;
  sums.products = numerator.products;
  sums.denominator_squares = denominator.squares;
  sums.unit_squares = numerator.total;  // units count 0 or 1
  return sums;
}

/// Counts of one customer for many things, of which most are 0: adding and clearing cost as much
/// as the customer has of them.
class CustomerCounts {
 public:
  void add(std::uint32_t thing, std::int64_t value = 1) {
    if (thing >= values_.size()) values_.resize(thing + 1 + thing / 2);
    if (values_[thing] == 0 && value != 0) touched_.push_back(thing);
    values_[thing] += value;
  }
  std::int64_t value(std::uint32_t thing) const { return values_[thing]; }
  /// Hands each count to `take(thing, value)` and forgets it.
  template <typename Take>
  void clear(const Take& take) {
    for (const std::uint32_t thing : touched_) {
      take(thing, values_[thing]);
      values_[thing] = 0;
    }
    touched_.clear();
  }

 private:
  std::vector<std::int64_t> values_;
  std::vector<std::uint32_t> touched_;
};

}  // namespace clewline::insights
