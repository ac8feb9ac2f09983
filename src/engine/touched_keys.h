#pragma once

#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/key_components.h"
#include "engine/key_groups.h"

namespace clewline::engine {

/// Finds whatever shares a key with something touched, directly or from key to key. Where little
/// is touched this is far cheaper than all components: a few passes over the edges, with a filter
/// that stays in the processor's cache. Memory: 16 bytes an edge. Not thread-safe.
class TouchedKeys final : public KeyGroups {
 public:
  /// Makes room for so many edges: growing copies.
  void reserve(std::size_t edges) { edges_.reserve(edges); }

  void join(std::span<const std::uint64_t> keys, std::uint32_t events) override;
  void touch(std::uint64_t key);

  /// Ends joining.
  void close();

  /// After `close`: portion 1 is what was touched, portion 0 all others.
  std::uint32_t portion_of(std::uint64_t key) const override;

 private:
  struct Edge {
    std::uint64_t a, b;
  };

  bool holds(std::uint64_t key) const;
  bool pass();

  static constexpr unsigned kFilterBits = 22;  // half a megabyte
  std::vector<Edge> edges_;
  absl::flat_hash_set<std::uint64_t> touched_;
  std::vector<std::uint64_t> filter_ = std::vector<std::uint64_t>((1U << kFilterBits) / 64);
  std::unique_ptr<KeyComponents> components_;  // when passes did not come to an end
};

}  // namespace clewline::engine
