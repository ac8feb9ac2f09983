#pragma once

#include <cstdint>
#include <span>

namespace clewline::engine {

/// Learns which keys belong together, then says which portion of the work a key is in.
class KeyGroups {
 public:
  virtual ~KeyGroups() = default;
  /// Notes `events` events that hold these keys; no keys: nothing.
  virtual void join(std::span<const std::uint64_t> keys, std::uint32_t events) = 0;
  /// The portion of a key; 0 for one never joined.
  virtual std::uint32_t portion_of(std::uint64_t key) const = 0;
};

}  // namespace clewline::engine
