#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace clewline::identity {

/// Calls `work(begin, end)` for blocks that cover 0..count once each, on up to `threads` threads.
/// Blocks run in any order, so `work` must write only to places that belong to its block.
template <typename Work>
void for_each_block(int threads, std::size_t count, std::size_t block, const Work& work) {
  const std::size_t blocks = (count + block - 1) / block;
  if (threads <= 1 || blocks <= 1) {
    for (std::size_t i = 0; i < blocks; ++i) work(i * block, std::min(count, (i + 1) * block));
    return;
  }
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < blocks; i = next++)
      work(i * block, std::min(count, (i + 1) * block));
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min<std::size_t>(static_cast<std::size_t>(threads), blocks);
       ++i) {
    others.emplace_back(run);
  }
  run();
  for (std::thread& other : others) other.join();
}

/// Calls independent pieces of work, at once when there are threads for it.
template <typename... Work>
void run_together(int threads, const Work&... work) {
  if (threads <= 1) {
    (work(), ...);
    return;
  }
  std::vector<std::thread> others;
  (others.emplace_back(work), ...);
  for (std::thread& other : others) other.join();
}

}  // namespace clewline::identity
