#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "store/database.h"

namespace clewline::store {

/// A folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "clew_store_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string name() const { return path_.filename().string(); }

 private:
  std::filesystem::path path_;
};

inline Database opened(const std::string& path, const OpenOptions& options = {}) {
  auto database = Database::open(path, options);
  if (!database.ok()) ADD_FAILURE() << describe(database.error());
  return std::move(database).value();
}

inline Connection connected(Database& database) {
  auto connection = database.connect();
  if (!connection.ok()) ADD_FAILURE() << describe(connection.error());
  return std::move(connection).value();
}

}  // namespace clewline::store
