#include "engine/scratch_file.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace clewline::engine {

ScratchFile::ScratchFile(std::string_view ending)
    : path_((std::filesystem::temp_directory_path() /
             ("clewline_answer_" + std::to_string(::getpid()) + "." + std::string(ending)))
                .string()) {}

ScratchFile::~ScratchFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Status ScratchFile::copy_to(const render::Sink& sink) const {
  std::ifstream file(path_, std::ios::binary);
  std::array<char, 1 << 16> buffer{};
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
    sink({buffer.data(), static_cast<std::size_t>(file.gcount())});
  }
  if (file.eof()) return {};
  return Error{ErrorCode::io, "cannot read " + path_, "check the temporary folder"};
}

}  // namespace clewline::engine
