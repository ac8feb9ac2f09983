#include <algorithm>
#include <numeric>

#include "identity/lists_internal.h"

namespace clewline::identity {

Lists Lists::group(std::span<const std::uint32_t> keys, std::size_t key_count) {
  std::vector<std::uint32_t> begin(key_count + 1, 0);
  for (const std::uint32_t key : keys) {
    if (key != kNoIndex) ++begin[key + 1];
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  std::vector<std::uint32_t> items(begin.back());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] != kNoIndex) items[next[keys[i]]++] = static_cast<std::uint32_t>(i);
  }
  return Lists(std::move(begin), std::move(items));
}

Lists Lists::invert(const Lists& lists, std::size_t item_bound) {
  std::vector<std::uint32_t> begin(item_bound + 1, 0);
  for (const std::uint32_t item : lists.items_) ++begin[item + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  std::vector<std::uint32_t> items(begin.back());
  for (std::size_t list = 0; list < lists.size(); ++list) {
    for (const std::uint32_t item : lists.of(list))
      items[next[item]++] = static_cast<std::uint32_t>(list);
  }
  return Lists(std::move(begin), std::move(items));
}

std::uint32_t PairNumbers::number(std::uint32_t space, std::uint32_t value) {
  const std::uint32_t found = find(space, value);
  if (found != kNoIndex) return found;
  const auto number = static_cast<std::uint32_t>(pairs_.size());
  pairs_.push_back({space, value, first_[value]});
  first_[value] = number;
  return number;
}

void PairNumbers::number_all(std::span<const std::uint32_t> spaces,
                             std::span<const std::uint32_t> values,
                             std::span<std::uint32_t> numbers) {
  constexpr std::size_t kAhead = 16;  // look-ups under way at once: each is a cache miss on its own
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i + kAhead < values.size()) prefetch(values[i + kAhead]);
    numbers[i] = values[i] == 0 ? kNoIndex : number(spaces[i], values[i]);
  }
}

std::uint32_t PairNumbers::find(std::uint32_t space, std::uint32_t value) const {
  if (value >= first_.size()) return kNoIndex;
  std::uint32_t number = first_[value];
  while (number != kNoIndex && pairs_[number].space != space) number = pairs_[number].next;
  return number;
}

DisjointSets::DisjointSets(std::size_t size) : parent_(size) {
  std::iota(parent_.begin(), parent_.end(), 0U);
}

std::uint32_t DisjointSets::find(std::uint32_t item) {
  while (parent_[item] != item) {
    parent_[item] = parent_[parent_[item]];
    item = parent_[item];
  }
  return item;
}

std::uint32_t DisjointSets::join(std::uint32_t a, std::uint32_t b) {
  a = find(a);
  b = find(b);
  const std::uint32_t root = std::min(a, b);
  parent_[std::max(a, b)] = root;
  return root;
}

}  // namespace clewline::identity
