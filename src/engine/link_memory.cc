#include "engine/link_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

namespace clewline::engine {
namespace {

constexpr double kBytesPerGigabyte = 1e9;

/// Reads a file that holds one number; null for "max" or where there is none.
std::optional<std::uint64_t> read_number(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::uint64_t number = 0;
  if (!(in >> number)) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> machine_memory(const std::filesystem::path& root) {
  std::ifstream in(root / "proc/meminfo");
  std::string name;
  std::uint64_t kilobytes = 0;
  std::string unit;
  while (in >> name >> kilobytes) {
    std::getline(in, unit);
    if (name == "MemAvailable:") return kilobytes * 1024;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> group_memory(const std::filesystem::path& root) {
  const auto most = read_number(root / "sys/fs/cgroup/memory.max");
  const auto used = read_number(root / "sys/fs/cgroup/memory.current");
  if (!most || !used) return std::nullopt;
  return *most - std::min(*most, *used);
}

}  // namespace

std::optional<std::uint64_t> memory_available(const std::filesystem::path& root) {
  const auto machine = machine_memory(root);
  const auto group = group_memory(root);
  if (machine && group) return std::min(*machine, *group);
  return machine ? machine : group;
}

Status check_link_memory(std::uint64_t events, std::optional<std::uint64_t> available) {
  const std::uint64_t wanted = events * kLinkBytesPerEvent;
  if (!available || wanted <= *available) return {};
  return Error{
      ErrorCode::limit,
      fmt::format("reading {} events at once takes about {:.1f} GB of memory; {:.1f} GB are free",
                  events, static_cast<double>(wanted) / kBytesPerGigabyte,
                  static_cast<double>(*available) / kBytesPerGigabyte),
      "Ask on a machine with more memory, end other programs, or forget imports that are not "
      "needed (`clewline imports`)."};
}

LinkMemoryPlan plan_link_memory(std::uint64_t events, std::optional<std::uint64_t> limit,
                                std::optional<std::uint64_t> available, unsigned threads) {
  // The store gets most; of the rest, part holds the keys of all events, later the events of a
  // portion, and the program itself needs some. Measured: `./dev bench link --memory`.
  constexpr double kStoreShare = 0.35;
  constexpr std::uint64_t kPortionShare = 8;
  constexpr std::uint64_t kPortionEventsMin = 50'000;
  constexpr std::uint64_t kStoreThreadBytes = 105'000'000;
  const std::optional<std::uint64_t> most = limit && available ? std::min(*limit, *available)
                                            : limit            ? limit
                                                               : available;
  if (!most || events * kLinkBytesPerEvent <= *most)
    return {std::max<std::uint64_t>(events, 1), 0, threads};
  const auto store = static_cast<std::uint64_t>(static_cast<double>(*most) * kStoreShare);
  return {std::max(*most / kPortionShare / kLinkBytesPerEvent, kPortionEventsMin), store,
          static_cast<unsigned>(std::clamp<std::uint64_t>(store / kStoreThreadBytes, 1, threads))};
}

std::optional<std::uint64_t> parse_memory(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str() || !(number > 0)) return std::nullopt;
  std::string unit;
  for (; *end != 0; ++end) {
    if (*end != ' ') unit += static_cast<char>(std::toupper(static_cast<unsigned char>(*end)));
  }
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"", 1},      {"B", 1},         {"KB", 1e3},      {"MB", 1e6},      {"GB", 1e9},
      {"TB", 1e12}, {"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"TIB", 1099511627776.0}};
  for (const auto& [name, bytes] : kUnits) {
    if (unit == name) return static_cast<std::uint64_t>(number * bytes);
  }
  return std::nullopt;
}

}  // namespace clewline::engine
