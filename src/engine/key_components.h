#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/key_groups.h"

namespace clewline::engine {

/// Which events have to be linked together: those that share a key, and so on from key to key.
/// Keys are 64-bit hashes; two keys of one hash only make a component larger than it need be.
/// Memory: about 30 bytes a key. Not thread-safe.
class KeyComponents final : public KeyGroups {
 public:
  /// Makes room for so many keys: growing copies.
  void reserve(std::size_t keys);

  void join(std::span<const std::uint64_t> keys, std::uint32_t events) override;

  /// Ends joining: puts whole components into portions of at most `events_max` events; a larger
  /// component is a portion of its own. The same keys and events give the same components in any
  /// order; which portion one gets depends on the order.
  void divide(std::uint64_t events_max);

  /// Ends joining: portion 1 is the component of `key`, portion 0 all others.
  void split(std::uint64_t key);

  /// After `divide` or `split`. The portion of a key that was joined; 0 for any other.
  std::uint32_t portion_of(std::uint64_t key) const override;
  /// After `divide` or `split`. Events of each portion.
  const std::vector<std::uint64_t>& portion_events() const { return portion_events_; }

  std::size_t keys() const { return parent_.size(); }

 private:
  std::uint32_t node_of(std::uint64_t key);
  std::uint32_t root_of(std::uint32_t node);

  static constexpr unsigned kShardBits = 8;  // shards grow one by one, not all at once
  std::array<absl::flat_hash_map<std::uint64_t, std::uint32_t>, 1U << kShardBits> nodes_;
  std::vector<std::uint32_t> parent_;  // in the end: the node's portion
  std::vector<std::uint32_t> events_;
  std::vector<std::uint64_t> portion_events_;
};

}  // namespace clewline::engine
