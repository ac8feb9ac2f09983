#include "insights/menu/best_order.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string_view>

namespace clewline::insights {
namespace {

constexpr std::string_view kKeys = "1234567890*#";

std::size_t key_of(const OptionUse& option) { return kKeys.find(option.option.front()); }

std::vector<std::size_t> sorted_by(std::span<const OptionUse> options,
                                   const std::function<std::int64_t(const OptionUse&)>& uses) {
  std::vector<std::size_t> order(options.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    const std::int64_t first = uses(options[a]);
    const std::int64_t second = uses(options[b]);
    return first != second ? first > second : key_of(options[a]) < key_of(options[b]);
  });
  return order;
}

std::vector<std::int64_t> places(std::span<const std::size_t> order) {
  std::vector<std::int64_t> out(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) out[order[i]] = static_cast<std::int64_t>(i);
  return out;
}

}  // namespace

bool are_keys(std::span<const OptionUse> options) {
  return std::ranges::all_of(options, [](const OptionUse& option) {
    return option.option.size() == 1 && key_of(option) != std::string_view::npos;
  });
}

OptionPlaces option_places(std::span<const OptionUse> options) {
  OptionPlaces out;
  out.now = places(sorted_by(options, [](const OptionUse&) { return 0; }));
  out.in_order =
      sorted_by(options, [](const OptionUse& option) { return option.uses[0] + option.uses[1]; });
  out.best = places(out.in_order);
  for (std::size_t half = 0; half < 2; ++half)
    out.by[half] = places(
        sorted_by(options, [half](const OptionUse& option) { return option.uses[1 - half]; }));
  return out;
}

}  // namespace clewline::insights
