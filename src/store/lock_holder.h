#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace clewline::store {

/// A process that holds a lock on a file.
struct LockHolder {
  int process_id = 0;
  std::string command;  // as it was started; empty when the system does not tell
};

/// Finds the process whose lock on the file would refuse one of ours. Must not be called for a file
/// this process has open: closing the probe would drop this process's own lock.
std::optional<LockHolder> find_lock_holder(const std::string& path);

/// Says that the file is in use, by whom, and what to do.
Error file_in_use_error(const std::string& path, const std::optional<LockHolder>& holder);

}  // namespace clewline::store
