#include "engine/key_components.h"

#include <algorithm>
#include <limits>

namespace clewline::engine {
namespace {

/// Adds up to the greatest value, from which nothing more is learnt.
std::uint32_t add(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(std::uint64_t{a} + b, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

std::uint32_t KeyComponents::node_of(std::uint64_t key) {
  const auto [place, is_new] =
      nodes_[key >> (64 - kShardBits)].try_emplace(key, static_cast<std::uint32_t>(parent_.size()));
  if (is_new) {
    parent_.push_back(place->second);
    events_.push_back(0);
  }
  return place->second;
}

std::uint32_t KeyComponents::root_of(std::uint32_t node) {
  while (parent_[node] != node) {
    parent_[node] = parent_[parent_[node]];
    node = parent_[node];
  }
  return node;
}

void KeyComponents::reserve(std::size_t keys) {
  constexpr double kUneven = 1.1;
  for (auto& shard : nodes_)
    shard.reserve(static_cast<std::size_t>(static_cast<double>(keys >> kShardBits) * kUneven));
  parent_.reserve(keys);
  events_.reserve(keys);
}

void KeyComponents::join(std::span<const std::uint64_t> keys, std::uint32_t events) {
  if (keys.empty()) return;
  std::uint32_t root = root_of(node_of(keys.front()));
  for (const std::uint64_t key : keys.subspan(1)) {
    const std::uint32_t other = root_of(node_of(key));
    if (other == root) continue;
    const auto [kept, joined] = std::minmax(root, other);
    parent_[joined] = kept;
    events_[kept] = add(events_[kept], events_[joined]);
    root = kept;
  }
  events_[root] = add(events_[root], events);
}

// A parent has the smaller number, so that one pass forward may put portions in the place of
// parents: what a later node finds there is the portion of its parent.

void KeyComponents::divide(std::uint64_t events_max) {
  for (std::uint32_t node = 0; node < parent_.size(); ++node) {
    if (parent_[node] != node) {
      parent_[node] = parent_[parent_[node]];
      continue;
    }
    const std::uint64_t events = events_[node];
    if (portion_events_.empty() || portion_events_.back() + events > events_max)
      portion_events_.push_back(0);
    portion_events_.back() += events;
    parent_[node] = static_cast<std::uint32_t>(portion_events_.size() - 1);
  }
  if (portion_events_.empty()) portion_events_.push_back(0);
  std::vector<std::uint32_t>().swap(events_);
}

void KeyComponents::split(std::uint64_t key) {
  const std::uint32_t wanted = root_of(node_of(key));
  portion_events_.assign(2, 0);
  for (std::uint32_t node = 0; node < parent_.size(); ++node) {
    if (parent_[node] != node) {
      parent_[node] = parent_[parent_[node]];
      continue;
    }
    parent_[node] = node == wanted ? 1 : 0;
    portion_events_[parent_[node]] += events_[node];
  }
  std::vector<std::uint32_t>().swap(events_);
}

std::uint32_t KeyComponents::portion_of(std::uint64_t key) const {
  const auto& shard = nodes_[key >> (64 - kShardBits)];
  const auto found = shard.find(key);
  return found == shard.end() ? 0 : parent_[found->second];
}

}  // namespace clewline::engine
