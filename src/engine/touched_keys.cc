#include "engine/touched_keys.h"

namespace clewline::engine {
namespace {

constexpr int kPassesMax = 12;  // longer chains of keys are quicker joined whole
constexpr unsigned kWordBits = 6;

}  // namespace

void TouchedKeys::join(std::span<const std::uint64_t> keys, std::uint32_t /*events*/) {
  for (std::size_t i = 1; i < keys.size(); ++i) edges_.push_back({keys.front(), keys[i]});
}

void TouchedKeys::touch(std::uint64_t key) {
  const std::uint64_t bit = key >> (64 - kFilterBits);
  filter_[bit >> kWordBits] |= std::uint64_t{1} << (bit & ((1U << kWordBits) - 1));
  touched_.insert(key);
}

bool TouchedKeys::holds(std::uint64_t key) const {
  const std::uint64_t bit = key >> (64 - kFilterBits);
  const bool maybe =
      ((filter_[bit >> kWordBits] >> (bit & ((1U << kWordBits) - 1))) & std::uint64_t{1}) != 0;
  return maybe && touched_.contains(key);
}

/// Carries the touch over every edge once; false when nothing was new. Edges all touched are
/// looked at no more.
bool TouchedKeys::pass() {
  bool found = false;
  std::size_t kept = 0;
  for (const Edge& edge : edges_) {
    const bool a = holds(edge.a);
    const bool b = holds(edge.b);
    if (a != b) {
      touch(a ? edge.b : edge.a);
      found = true;
    } else if (!a) {
      edges_[kept++] = edge;
    }
  }
  edges_.resize(kept);
  return found;
}

void TouchedKeys::close() {
  int passes = 0;
  while (pass()) {
    if (++passes < kPassesMax || touched_.empty()) continue;
    components_ = std::make_unique<KeyComponents>();
    components_->reserve(edges_.size());
    const std::uint64_t first = *touched_.begin();
    for (const std::uint64_t key : touched_) {
      const std::uint64_t both[] = {first, key};
      components_->join(both, 0);
    }
    for (const Edge& edge : edges_) {
      const std::uint64_t both[] = {edge.a, edge.b};
      components_->join(both, 0);
    }
    components_->split(first);
    break;
  }
  std::vector<Edge>().swap(edges_);
}

std::uint32_t TouchedKeys::portion_of(std::uint64_t key) const {
  return components_ != nullptr ? components_->portion_of(key) : (holds(key) ? 1 : 0);
}

}  // namespace clewline::engine
