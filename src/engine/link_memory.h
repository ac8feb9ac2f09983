#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/result.h"

namespace clewline::engine {

/// What linking holds in memory for one event, in bytes, with its share of the units, the names and
/// the rows on their way to the store. Measured: `./dev bench link`, 4 to 20 million events.
inline constexpr std::uint64_t kLinkBytesPerEvent = 400;

/// Returns how many bytes this machine, or the control group around this process, can still give;
/// null where neither says so. `root` is "/" but for tests.
std::optional<std::uint64_t> memory_available(const std::filesystem::path& root = "/");

/// Fails with a plain error when so many events cannot be linked within the memory: better than
/// being killed half way.
Status check_link_memory(std::uint64_t events, std::optional<std::uint64_t> available);

}  // namespace clewline::engine
