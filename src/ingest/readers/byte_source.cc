#include "ingest/readers/byte_source.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "ingest/readers/decoder_internal.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kMagicBytes = 4;
constexpr std::size_t kDrainBytes = std::size_t{1} << 16;

Compression recognise(std::string_view magic) {
  if (magic.starts_with("\x1f\x8b")) return Compression::gzip;
  if (magic.starts_with("\x28\xb5\x2f\xfd")) return Compression::zstd;
  // A skippable frame, as tools put in front: 0x184D2A50 to 0x184D2A5F, little-endian.
  if (magic.size() == 4 && (magic[0] & 0xF0) == 0x50 && magic.substr(1) == "\x2a\x4d\x18") {
    return Compression::zstd;
  }
  return Compression::none;
}

Error open_error(const std::string& path, int error) {
  if (error == ENOENT) {
    return {ErrorCode::not_found, "there is no file " + path,
            "Check the spelling; patterns such as 'exports/*.csv' work too."};
  }
  if (error == EACCES || error == EPERM) {
    return {ErrorCode::not_allowed, "no permission to read " + path,
            "Make the file readable for this user."};
  }
  return {ErrorCode::io, "cannot read " + path + ": " + std::strerror(error),
          "Check the disk and try again."};
}

bool is_device(const struct stat& status) {
  return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode);
}

Error device_error(const std::string& path) {
  return {ErrorCode::usage, path + " is a device, not a file",
          "Name files, or - for standard input."};
}

Error folder_error(const std::string& path) {
  return {ErrorCode::usage, path + " is a folder",
          "Name its files, for instance '" + path + "/*'."};
}

}  // namespace

OriginalBytes::~OriginalBytes() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

std::size_t OriginalBytes::read_new(std::span<char> out) {
  std::size_t size = 0;
  if (descriptor_ < 0) {
    size = std::min(out.size(), memory_.size() - memory_place_);
    std::memcpy(out.data(), memory_.data() + memory_place_, size);
    memory_place_ += size;
  } else if (failure_.empty()) {
    ssize_t got = 0;
    do {
      got = ::read(descriptor_, out.data(), out.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) failure_ = std::strerror(errno);
    size = got < 0 ? 0 : static_cast<std::size_t>(got);
  }
  hash_.update({out.data(), size});
  return size;
}

std::size_t OriginalBytes::read(std::span<char> out) {
  std::size_t size = 0;
  if (peeked_place_ < peeked_.size()) {
    size = std::min(out.size(), peeked_.size() - peeked_place_);
    std::memcpy(out.data(), peeked_.data() + peeked_place_, size);
    peeked_place_ += size;
  } else {
    size = read_new(out);
  }
  count_ += size;
  return size;
}

std::string_view OriginalBytes::peek(std::size_t size) {
  peeked_.resize(size);
  std::size_t filled = 0;
  while (filled < size) {
    const std::size_t got = read_new({peeked_.data() + filled, size - filled});
    if (got == 0) break;
    filled += got;
  }
  peeked_.resize(filled);
  return peeked_;
}

Sha256Digest OriginalBytes::finish() {
  std::string block(kDrainBytes, '\0');
  while (read(block) > 0) {
  }
  return hash_.finish();
}

struct ByteSource::State {
  explicit State(int descriptor) : original(descriptor), file(descriptor) {
    ::fstat(file, &at_open);
    start();
  }
  explicit State(std::string bytes) : original(std::move(bytes)) { start(); }

  void start() {
    compression = recognise(original.peek(kMagicBytes));
    if (compression == Compression::gzip) decoder = make_gzip_decoder(original);
    if (compression == Compression::zstd) decoder = make_zstd_decoder(original);
  }

  /// Whether a regular file has another size or time of change than when it was opened.
  bool has_changed() const {
    struct stat now{};
    return file > STDIN_FILENO && S_ISREG(at_open.st_mode) && ::fstat(file, &now) == 0 &&
           (now.st_size != at_open.st_size || now.st_mtim.tv_sec != at_open.st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != at_open.st_mtim.tv_nsec);
  }

  OriginalBytes original;
  int file = -1;  // `original` closes it
  struct stat at_open{};
  Compression compression = Compression::none;
  std::unique_ptr<Decoder> decoder;
  InputEnd end = InputEnd::complete;
  std::string trouble;
};

std::string_view input_end_name(InputEnd end) {
  switch (end) {
    case InputEnd::complete: return "complete";
    case InputEnd::truncated_input: return "truncated_input";
    case InputEnd::corrupt_input: return "corrupt_input";
    case InputEnd::read_failed: return "read_failed";
  }
  return "";
}

ByteSource::ByteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteSource::~ByteSource() = default;

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path) {
  if (path == "-")
    return std::unique_ptr<ByteSource>(new ByteSource(std::make_unique<State>(STDIN_FILENO)));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return open_error(path, errno);
  struct stat status{};
  const bool known = ::fstat(descriptor, &status) == 0;
  if (known && (S_ISDIR(status.st_mode) || is_device(status))) {
    ::close(descriptor);
    return S_ISDIR(status.st_mode) ? folder_error(path) : device_error(path);
  }
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::unique_ptr<ByteSource>(new ByteSource(std::make_unique<State>(descriptor)));
}

std::unique_ptr<ByteSource> ByteSource::from_bytes(std::string bytes) {
  return std::unique_ptr<ByteSource>(new ByteSource(std::make_unique<State>(std::move(bytes))));
}

std::size_t ByteSource::read(std::span<char> out) {
  if (out.empty()) return 0;
  State& state = *state_;
  const std::size_t size = state.decoder ? state.decoder->read(out) : state.original.read(out);
  if (size > 0) return size;
  if (!state.original.failure().empty()) {
    state.end = InputEnd::read_failed;
    state.trouble = "reading stopped at byte " + std::to_string(state.original.count()) + ": " +
                    state.original.failure();
  } else if (state.decoder) {
    state.end = state.decoder->end;
    state.trouble = state.decoder->trouble;
  }
  if (state.trouble.empty() && state.has_changed())
    state.trouble = "the file changed while it was read; import it again once it is complete";
  return 0;
}

Compression ByteSource::compression() const { return state_->compression; }
InputEnd ByteSource::end() const { return state_->end; }
const std::string& ByteSource::trouble() const { return state_->trouble; }
std::uint64_t ByteSource::original_bytes() const { return state_->original.count(); }
Sha256Digest ByteSource::original_sha256() { return state_->original.finish(); }

bool is_read_once(const std::string& path) {
  struct stat status{};
  return path == "-" || (::stat(path.c_str(), &status) == 0 &&
                         (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)));
}

Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& patterns) {
  std::vector<std::string> inputs;
  std::set<std::string> known;
  for (const std::string& pattern : patterns) {
    std::vector<std::string> found;
    if (pattern.find_first_of("*?[") == std::string::npos || ::access(pattern.c_str(), F_OK) == 0) {
      found.push_back(pattern);
    } else {
      glob_t matches{};
      ::glob(pattern.c_str(), 0, nullptr, &matches);
      for (std::size_t i = 0; i < matches.gl_pathc; ++i) found.emplace_back(matches.gl_pathv[i]);
      ::globfree(&matches);
      if (found.empty()) {
        return Error{ErrorCode::not_found, "no file matches " + pattern,
                     "Check the folder and the pattern; '*' does not cross folders."};
      }
    }
    for (std::string& path : found) {
      struct stat status{};
      if (path != "-" && ::stat(path.c_str(), &status) != 0) return open_error(path, errno);
      if (path != "-" && S_ISDIR(status.st_mode)) {
        if (found.size() > 1) continue;
        return folder_error(path);
      }
      if (path != "-" && is_device(status)) return device_error(path);
      if (known.insert(path).second) inputs.push_back(std::move(path));
    }
  }
  return inputs;
}

}  // namespace clewline::ingest
