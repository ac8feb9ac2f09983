#include "store/lock_holder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace clewline::store {
namespace {

/// Reads a process's command line; its name when the arguments are hidden.
std::string command_of(int process_id) {
  const std::string folder = "/proc/" + std::to_string(process_id);
  std::ifstream arguments(folder + "/cmdline", std::ios::binary);
  std::string command{std::istreambuf_iterator<char>(arguments), {}};
  while (!command.empty() && command.back() == '\0') command.pop_back();
  for (char& character : command)
    if (static_cast<unsigned char>(character) < 0x20) character = ' ';
  if (command.empty()) {
    std::ifstream name(folder + "/comm");
    std::getline(name, command);
  }
  constexpr std::size_t kShown = 160;
  if (command.size() > kShown) command = command.substr(0, kShown) + "…";
  return command;
}

/// Looks for the file's inode among the locks of this machine ("1: POSIX ADVISORY WRITE 123
/// fe:00:4711 0 EOF").
std::optional<int> holder_by_inode(const struct stat& file) {
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream fields(line);
    std::string number, kind, mode, access, process, place;
    fields >> number >> kind;
    if (kind == "->") continue;  // waits for a lock
    fields >> mode >> access >> process >> place;
    const auto colon = place.rfind(':');
    if (colon == std::string::npos || place.substr(colon + 1) != std::to_string(file.st_ino))
      continue;
    const int id = std::atoi(process.c_str());
    if (id > 0 && id != getpid()) return id;
  }
  return std::nullopt;
}

}  // namespace

std::optional<LockHolder> find_lock_holder(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct flock probe{};
  probe.l_type = F_RDLCK;
  probe.l_whence = SEEK_SET;
  int process_id = 0;
  if (::fcntl(file, F_GETLK, &probe) == 0 && probe.l_type != F_UNLCK) process_id = probe.l_pid;
  struct stat status{};
  if (process_id <= 0 && ::fstat(file, &status) == 0)
    process_id = holder_by_inode(status).value_or(0);
  ::close(file);
  if (process_id <= 0) return std::nullopt;
  return LockHolder{process_id, command_of(process_id)};
}

Error file_in_use_error(const std::string& path, const std::optional<LockHolder>& holder) {
  if (!holder) {
    return Error{ErrorCode::busy, "Another process is using " + path,
                 "Wait until it has finished, or stop it, then run the command again."};
  }
  const std::string id = std::to_string(holder->process_id);
  const std::string name =
      holder->command.empty() ? "process " + id : holder->command + " (process " + id + ")";
  return Error{
      ErrorCode::busy, "Another process is using " + path + ": " + name,
      "Wait until it has finished, or stop it with `kill " + id + "`, then run the command again."};
}

}  // namespace clewline::store
