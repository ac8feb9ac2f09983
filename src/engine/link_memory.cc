#include "engine/link_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>

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
      fmt::format("linking {} events takes about {:.1f} GB of memory; {:.1f} GB are free", events,
                  static_cast<double>(wanted) / kBytesPerGigabyte,
                  static_cast<double>(*available) / kBytesPerGigabyte),
      "Link on a machine with more memory, end other programs, or forget imports that are not "
      "needed (`clewline imports`). Nothing was changed."};
}

}  // namespace clewline::engine
