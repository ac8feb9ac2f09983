#include "evaluation/customer_groups.h"

#include <limits>
#include <numeric>

namespace clewline::evaluation {

constexpr std::uint32_t kUnset = std::numeric_limits<std::uint32_t>::max();

CustomerGroups::CustomerGroups(std::size_t customers) : parent_(customers) {
  std::iota(parent_.begin(), parent_.end(), 0U);
}

std::uint32_t CustomerGroups::root(std::uint32_t customer) {
  while (parent_[customer] != customer) {
    parent_[customer] = parent_[parent_[customer]];
    customer = parent_[customer];
  }
  return customer;
}

void CustomerGroups::join(std::span<const std::uint32_t> customers,
                          std::span<const std::uint32_t> units, std::uint32_t none) {
  std::vector<std::uint32_t> first;
  for (std::size_t i = 0; i < customers.size(); ++i) {
    if (units[i] >= none) continue;
    if (units[i] >= first.size()) first.resize(units[i] + 1, kUnset);
    std::uint32_t& before = first[units[i]];
    if (before == kUnset) {
      before = customers[i];
      continue;
    }
    const std::uint32_t a = root(before);
    const std::uint32_t b = root(customers[i]);
    if (a < b)
      parent_[b] = a;
    else
      parent_[a] = b;
  }
}

std::vector<std::uint32_t> CustomerGroups::numbers() {
  std::vector<std::uint32_t> out(parent_.size());
  std::uint32_t next = 0;
  for (std::uint32_t customer = 0; customer < parent_.size(); ++customer) {
    const std::uint32_t of = root(customer);
    out[customer] = of == customer ? next++ : out[of];  // roots come before what they hold
  }
  return out;
}

}  // namespace clewline::evaluation
