#include "ingest/readers/raw_keeper.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "ingest/readers/encoding.h"

namespace clewline::ingest {
namespace {

constexpr std::size_t kFrameBytes = std::size_t{1} << 20;
/// Speed matters more than the last tenth of space: the text is written while it is imported.
constexpr int kLevel = 1;
// zstd seekable format, version 0.1.0.
constexpr std::uint32_t kSkippableMagic = 0x184D2A5E;
constexpr std::uint32_t kSeekableMagic = 0x8F92EAB1;
constexpr std::size_t kFooterBytes = 9;
constexpr std::size_t kEntryBytes = 8;
constexpr std::size_t kSkippableHeaderBytes = 8;

void append_uint32(std::uint32_t number, std::string& out) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
}

std::uint32_t read_uint32(const char* bytes) {
  std::uint32_t number = 0;
  for (int i = 3; i >= 0; --i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

Error write_error(const std::string& path, int error) {
  return {ErrorCode::io, "cannot write " + path + ": " + std::strerror(error),
          "Free space on the disk, or import with --no-keep-raw."};
}

Status write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return write_error(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return write_error(folder, errno);
  const int code = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (code != 0) return write_error(folder, error);
  return {};
}

Error damaged(const std::string& path) {
  return {ErrorCode::io, "the kept text " + path + " is damaged",
          "Restore it from a backup, or import the original file again."};
}

}  // namespace

std::string raw_file_name(const Sha256Digest& sha256, TextEncoding encoding) {
  std::string name = sha256.to_hex();
  if (encoding != TextEncoding::utf8) name += "-" + std::string(text_encoding_name(encoding));
  return name + ".zst";
}

struct RawKeeper::State {
  ~State() {
    if (descriptor >= 0) ::close(descriptor);
    if (!path.empty()) ::unlink(path.c_str());
    ZSTD_freeCCtx(context);
  }

  Status add(std::string_view bytes);
  Status write_frame();
  Status close();

  std::string folder;
  std::string path;  // of the unfinished file; empty once renamed
  int descriptor = -1;
  ZSTD_CCtx* context = ZSTD_createCCtx();
  std::string text;  // of the frame in the making
  std::string packed = std::string(ZSTD_compressBound(kFrameBytes), '\0');
  std::string table;  // entries of the seek table
  std::uint32_t frames = 0;
  std::uint64_t text_bytes = 0;
};

Status RawKeeper::State::write_frame() {
  if (text.empty()) return {};
  const std::size_t size =
      ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size());
  if (ZSTD_isError(size))
    return Error{ErrorCode::internal, std::string("zstd cannot pack: ") + ZSTD_getErrorName(size),
                 ""};
  append_uint32(static_cast<std::uint32_t>(size), table);
  append_uint32(static_cast<std::uint32_t>(text.size()), table);
  ++frames;
  text_bytes += text.size();
  text.clear();
  return write_all(descriptor, {packed.data(), size}, path);
}

Status RawKeeper::State::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kFrameBytes - text.size());
    text.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (text.size() == kFrameBytes) CLEW_TRY_VOID(write_frame());
  }
  return {};
}

Status RawKeeper::State::close() {
  CLEW_TRY_VOID(write_frame());
  std::string end;
  append_uint32(kSkippableMagic, end);
  append_uint32(static_cast<std::uint32_t>(table.size() + kFooterBytes), end);
  end += table;
  append_uint32(frames, end);
  end += '\0';  // the seek table holds no checksums, each frame has its own
  append_uint32(kSeekableMagic, end);
  CLEW_TRY_VOID(write_all(descriptor, end, path));
  if (::fsync(descriptor) != 0) return write_error(path, errno);
  ::close(descriptor);
  descriptor = -1;
  return {};
}

RawKeeper::RawKeeper(std::unique_ptr<State> state) : state_(std::move(state)) {}
RawKeeper::~RawKeeper() = default;

Result<std::unique_ptr<RawKeeper>> RawKeeper::create(const std::string& folder) {
  auto state = std::make_unique<State>();
  ZSTD_CCtx_setParameter(state->context, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(state->context, ZSTD_c_checksumFlag, 1);
  std::string path = folder + "/unfinished-XXXXXX";
  state->descriptor = ::mkostemp(path.data(), O_CLOEXEC);
  if (state->descriptor < 0) return write_error(path, errno);
  ::fchmod(state->descriptor, S_IRUSR | S_IWUSR | S_IRGRP);
  state->folder = folder;
  state->path = path;
  return std::unique_ptr<RawKeeper>(new RawKeeper(std::move(state)));
}

Status RawKeeper::append(std::string_view bytes) { return state_->add(bytes); }

namespace {

/// Writes to `merged` the text of two files with what either has masked; false when that is the
/// first one.
Result<bool> merge_masks(const std::string& kept_path, const std::string& fresh_path,
                         RawKeeper& merged) {
  CLEW_TRY(auto kept, RawReader::open(kept_path));
  CLEW_TRY(auto fresh, RawReader::open(fresh_path));
  if (kept->text_bytes() != fresh->text_bytes())
    return Error{ErrorCode::conflict, "lengths differ", ""};
  bool changed = false;
  for (std::uint64_t place = 0; place < kept->text_bytes(); place += kFrameBytes) {
    const std::uint64_t size = std::min<std::uint64_t>(kFrameBytes, kept->text_bytes() - place);
    CLEW_TRY(std::string old_text, kept->read(place, size));
    CLEW_TRY(const std::string new_text, fresh->read(place, size));
    for (std::size_t i = 0; i < old_text.size(); ++i) {
      if (new_text[i] != '*' || old_text[i] == '*') continue;
      old_text[i] = '*';
      changed = true;
    }
    CLEW_TRY_VOID(merged.append(old_text));
  }
  return changed;
}

}  // namespace

Result<std::string> RawKeeper::finish(const Sha256Digest& sha256, TextEncoding encoding) {
  CLEW_TRY_VOID(state_->close());
  const std::string path = state_->folder + "/" + raw_file_name(sha256, encoding);
  std::unique_ptr<RawKeeper> merged;
  std::string source = state_->path;
  if (::access(path.c_str(), F_OK) == 0) {
    CLEW_TRY(merged, create(state_->folder));
    const auto changed = merge_masks(path, state_->path, *merged);
    if (changed.ok() && !changed.value()) return path;
    if (changed.ok()) {
      CLEW_TRY_VOID(merged->state_->close());
      source = merged->state_->path;
    }
  }
  if (::rename(source.c_str(), path.c_str()) != 0) return write_error(path, errno);
  if (source == state_->path) {
    state_->path.clear();
  } else {
    merged->state_->path.clear();
  }
  CLEW_TRY_VOID(sync_folder(state_->folder));
  return path;
}

struct RawReader::State {
  ~State() {
    if (descriptor >= 0) ::close(descriptor);
  }

  Result<std::string> pread_all(std::uint64_t offset, std::size_t size) const;
  Status load_table();
  Status load_frame(std::size_t frame);

  std::string path;
  int descriptor = -1;
  std::vector<std::uint64_t> packed_begin;  // by frame, and the end
  std::vector<std::uint64_t> text_begin;    // by frame, and the end
  std::size_t frame = SIZE_MAX;             // unpacked in `text`
  std::string text;
};

Result<std::string> RawReader::State::pread_all(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::pread(descriptor, bytes.data() + filled, size - filled,
                                static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return damaged(path);
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

Status RawReader::State::load_table() {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return damaged(path);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size < kFooterBytes + kSkippableHeaderBytes) return damaged(path);
  CLEW_TRY(const std::string footer, pread_all(size - kFooterBytes, kFooterBytes));
  const std::uint64_t frames = read_uint32(footer.data());
  const std::uint64_t table_bytes = frames * kEntryBytes;
  if (read_uint32(footer.data() + 5) != kSeekableMagic ||
      size < kFooterBytes + kSkippableHeaderBytes + table_bytes)
    return damaged(path);
  CLEW_TRY(const std::string table, pread_all(size - kFooterBytes - table_bytes, table_bytes));
  packed_begin = {0};
  text_begin = {0};
  for (std::uint64_t i = 0; i < frames; ++i) {
    packed_begin.push_back(packed_begin.back() + read_uint32(table.data() + i * kEntryBytes));
    text_begin.push_back(text_begin.back() + read_uint32(table.data() + i * kEntryBytes + 4));
  }
  if (packed_begin.back() != size - kFooterBytes - table_bytes - kSkippableHeaderBytes)
    return damaged(path);
  return {};
}

Status RawReader::State::load_frame(std::size_t wanted) {
  if (wanted == frame) return {};
  CLEW_TRY(const std::string packed,
           pread_all(packed_begin[wanted], packed_begin[wanted + 1] - packed_begin[wanted]));
  const std::size_t size = text_begin[wanted + 1] - text_begin[wanted];
  if (size > kFrameBytes) return damaged(path);
  text.resize(size);
  frame = SIZE_MAX;
  if (ZSTD_decompress(text.data(), size, packed.data(), packed.size()) != size)
    return damaged(path);
  frame = wanted;
  return {};
}

RawReader::RawReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
RawReader::~RawReader() = default;

Result<std::unique_ptr<RawReader>> RawReader::open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (state->descriptor < 0) {
    return Error{
        ErrorCode::not_found,
        "the kept text " + path + " cannot be opened: " + std::strerror(errno),
        "It is missing when the import ran with --no-keep-raw; import the original file again."};
  }
  CLEW_TRY_VOID(state->load_table());
  return std::unique_ptr<RawReader>(new RawReader(std::move(state)));
}

std::uint64_t RawReader::text_bytes() const { return state_->text_begin.back(); }

Result<std::string> RawReader::read(std::uint64_t offset, std::uint64_t length) {
  const auto& begins = state_->text_begin;
  if (offset > begins.back() || length > begins.back() - offset) {
    return Error{ErrorCode::bad_input,
                 "the kept text ends before byte " + std::to_string(offset + length),
                 "The reference does not belong to this file."};
  }
  std::string bytes;
  bytes.reserve(length);
  auto frame = static_cast<std::size_t>(std::upper_bound(begins.begin(), begins.end(), offset) -
                                        begins.begin()) -
               1;
  for (; bytes.size() < length; ++frame) {
    CLEW_TRY_VOID(state_->load_frame(frame));
    const std::uint64_t place = offset + bytes.size() - begins[frame];
    bytes.append(state_->text, place, length - bytes.size());
  }
  return bytes;
}

}  // namespace clewline::ingest
