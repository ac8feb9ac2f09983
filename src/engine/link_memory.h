#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace clewline::engine {

/// What linking holds in memory for one event, in bytes, with its share of the units, the names and
/// the rows on their way to the store. Measured: `./dev bench link`, 4 to 20 million events.
inline constexpr std::uint64_t kLinkBytesPerEvent = 400;

/// Returns how many bytes this machine, or the control group around this process, can still give;
/// null where neither says so. `root` is "/" but for tests.
std::optional<std::uint64_t> memory_available(const std::filesystem::path& root = "/");

/// Fails with a plain error when so many events cannot be held at once: better than being killed
/// half way.
Status check_link_memory(std::uint64_t events, std::optional<std::uint64_t> available);

/// How one link run divides the memory it may use.
struct LinkMemoryPlan {
  /// Most events to link at once; an input of no more is linked whole.
  std::uint64_t portion_events = 0;
  /// For the store while portions are linked, in bytes; 0: leave it as it is.
  std::uint64_t store_bytes = 0;
  /// Each thread of the store holds row groups of its own.
  unsigned threads = 1;
};

/// Plans for `events` events within `limit` bytes, or, where no limit was given, within what is
/// available; null: nobody knows, link as a whole. `threads` are those there are.
LinkMemoryPlan plan_link_memory(std::uint64_t events, std::optional<std::uint64_t> limit,
                                std::optional<std::uint64_t> available, unsigned threads);

/// Reads "300MB", "4GB", "2GiB", "1.5 TB" or plain bytes; null for anything else.
std::optional<std::uint64_t> parse_memory(std::string_view text);

}  // namespace clewline::engine
