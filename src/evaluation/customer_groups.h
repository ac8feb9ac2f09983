#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace clewline::evaluation {

/// Customers that cannot be drawn one without the other, because a true unit has events of both.
class CustomerGroups {
 public:
  explicit CustomerGroups(std::size_t customers);

  /// Puts customers that stand beside the same unit into one group: `customers[i]` has an event of
  /// the unit `units[i]`; units from `none` upwards are passed over.
  void join(std::span<const std::uint32_t> customers, std::span<const std::uint32_t> units,
            std::uint32_t none);
  /// Returns the group of each customer, numbered from 0 in the order of customers.
  std::vector<std::uint32_t> numbers();

 private:
  std::uint32_t root(std::uint32_t customer);
  std::vector<std::uint32_t> parent_;
};

}  // namespace clewline::evaluation
