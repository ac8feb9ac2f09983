#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace clewline::engine {

/// Files written beside their places: all take them, or none is left.
class NewFiles {
 public:
  NewFiles() = default;
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  ~NewFiles();

  /// Returns where to write the file that will take the path's place.
  const std::string& add(const std::string& path);
  /// Brings all to the disk, then puts them in their places.
  Status take_their_places();

 private:
  std::vector<std::pair<std::string, std::string>> files_;  // written, place
};

}  // namespace clewline::engine
