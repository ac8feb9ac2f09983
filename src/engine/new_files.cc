#include "engine/new_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace clewline::engine {
namespace fs = std::filesystem;
namespace {

Status to_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (synced) return {};
  return Error{ErrorCode::io, "cannot bring " + path + " to the disk",
               "check the free space on the disk"};
}

}  // namespace

NewFiles::~NewFiles() {
  std::error_code ignored;
  for (const auto& [written, path] : files_) fs::remove(written, ignored);
}

const std::string& NewFiles::add(const std::string& path) {
  files_.emplace_back(path + ".unfinished-" + std::to_string(::getpid()), path);
  return files_.back().first;
}

Status NewFiles::take_their_places() {
  for (const auto& [written, path] : files_) CLEW_TRY_VOID(to_disk(written));
  for (const auto& [written, path] : files_) {
    std::error_code failed;
    fs::rename(written, path, failed);
    if (failed)
      return Error{ErrorCode::io, "cannot replace " + path + ": " + failed.message(),
                   "move what is there away, or name another folder"};
  }
  files_.clear();
  return {};
}

}  // namespace clewline::engine
