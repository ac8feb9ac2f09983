#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "render/row_writer.h"

namespace clewline::engine {

/// A path in the temporary folder for a library that only writes files; what stands there is
/// removed at the end.
class ScratchFile {
 public:
  explicit ScratchFile(std::string_view ending);
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile();

  const std::string& path() const { return path_; }
  /// Hands the bytes that were written there to the sink.
  Status copy_to(const render::Sink& sink) const;

 private:
  std::string path_;
};

}  // namespace clewline::engine
