#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace clewline::insights {

/// Numbers pairs of activities from 0 as they come: by a square table while activities are few, by
/// hashing beyond.
class EdgeTable {
 public:
  std::uint32_t number(std::uint32_t from, std::uint32_t to) {
    if (from < kSquare && to < kSquare) {
      std::uint32_t& slot = square_[from * kSquare + to];
      if (slot == 0) slot = add(from, to) + 1;
      return slot - 1;
    }
    const auto [found, is_new] = others_.try_emplace(std::uint64_t{from} << 32 | to, 0);
    if (is_new) found->second = add(from, to);
    return found->second;
  }
  std::size_t size() const { return ends_.size(); }
  std::pair<std::uint32_t, std::uint32_t> ends(std::size_t number) const { return ends_[number]; }

 private:
  static constexpr std::uint32_t kSquare = 512;

  std::uint32_t add(std::uint32_t from, std::uint32_t to) {
    ends_.emplace_back(from, to);
    return static_cast<std::uint32_t>(ends_.size() - 1);
  }

  std::vector<std::uint32_t> square_ = std::vector<std::uint32_t>(kSquare * kSquare);
  absl::flat_hash_map<std::uint64_t, std::uint32_t> others_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends_;
};

}  // namespace clewline::insights
