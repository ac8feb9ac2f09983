#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <type_traits>
#include <vector>

namespace clewline {

/// Cuts 0..count into consecutive blocks and calls `work(begin, end)`, or `work(thread, begin,
/// end)`, once for each, on up to `threads` threads. Which thread takes which block, and when, is
/// left to chance: results must not depend on it.
template <typename Work>
void for_each_block(int threads, std::size_t count, std::size_t block, const Work& work) {
  const std::size_t blocks = (count + block - 1) / block;
  std::atomic<std::size_t> next{0};
  const auto run = [&](std::size_t thread) {
    for (std::size_t i = next++; i < blocks; i = next++) {
      const std::size_t end = std::min(count, (i + 1) * block);
      if constexpr (std::is_invocable_v<const Work&, std::size_t, std::size_t, std::size_t>)
        work(thread, i * block, end);
      else
        work(i * block, end);
    }
  };
  std::vector<std::jthread> others;
  const auto most = std::min<std::size_t>(static_cast<std::size_t>(std::max(threads, 1)), blocks);
  for (std::size_t thread = 1; thread < most; ++thread) others.emplace_back(run, thread);
  run(0);
}

/// Calls independent pieces of work, at once when there are threads for it.
template <typename... Work>
void run_together(int threads, const Work&... work) {
  if (threads <= 1) {
    (work(), ...);
    return;
  }
  std::vector<std::jthread> others;
  (others.emplace_back(work), ...);
}

}  // namespace clewline
