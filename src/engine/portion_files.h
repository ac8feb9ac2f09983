#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "engine/link_read_internal.h"

namespace clewline::engine {

/// Takes a part apart by portions: `portion_of_event` names one for every event,
/// `portion_of_profile` for each of `profiles`, then of `withdrawn`. Only portions that get
/// something are listed.
struct PortionSlice {
  std::uint32_t portion = 0;
  InputPart part;
};
std::vector<PortionSlice> slice_part(const InputPart& part,
                                     const std::vector<std::uint32_t>& portion_of_event,
                                     const std::vector<std::uint32_t>& portion_of_profile);

/// Input of link that waits on disk, one file a portion, in a folder that lives as long as this
/// object. The files are this program's own and of this run: they are never read by another.
class PortionFiles {
 public:
  /// Makes the folder anew; what a killed run left there is removed.
  static Result<PortionFiles> create(std::filesystem::path folder);
  PortionFiles(PortionFiles&& other) noexcept;
  PortionFiles& operator=(PortionFiles&&) = delete;
  ~PortionFiles();

  /// Puts a slice behind those of its portion. Callable from several threads.
  Status append(const PortionSlice& slice);
  /// Reads all slices of a portion, and removes its file. No slices: an empty list.
  Result<std::vector<InputPart>> take(std::uint32_t portion);

 private:
  explicit PortionFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path file_of(std::uint32_t portion) const;

  std::filesystem::path folder_;
  std::mutex mutex_;
};

}  // namespace clewline::engine
