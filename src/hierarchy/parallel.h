#pragma once

#include <cstddef>
#include <thread>
#include <vector>

namespace clewline::hierarchy {

/// Runs `work(part)` for part = 0..parts-1, each on a thread of its own (the last on the caller's),
/// and waits for all.
template <typename Work>
void run_parts(int parts, const Work& work) {
  std::vector<std::jthread> threads;
  for (int part = 0; part + 1 < parts; ++part) threads.emplace_back([&work, part] { work(part); });
  if (parts > 0) work(parts - 1);
}

/// Returns where part `part` of `parts` begins in `size` items.
inline std::size_t part_begin(std::size_t size, int part, int parts) {
  return size * static_cast<std::size_t>(part) / static_cast<std::size_t>(parts);
}

}  // namespace clewline::hierarchy
