#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sha256.h"
#include "ingest/readers/reader_options.h"

namespace clewline::ingest {

/// Names the kept text of a file: the hash of its original bytes and, when it was not UTF-8, the
/// encoding it was read in ("<sha256>.zst", "<sha256>-latin1.zst").
std::string raw_file_name(const Sha256Digest& sha256, TextEncoding encoding);

/// Keeps the masked text of one input in a folder: independent zstd frames of about 1 MB and a seek
/// table (the zstd seekable format; `zstd -d` reads it too). Written beside its final place and
/// renamed after fsync, so that a file of the final name is whole. Used by one thread.
class RawKeeper {
 public:
  static Result<std::unique_ptr<RawKeeper>> create(const std::string& folder);
  /// Removes the unfinished file.
  ~RawKeeper();
  RawKeeper(const RawKeeper&) = delete;
  RawKeeper& operator=(const RawKeeper&) = delete;

  /// Adds the next bytes of the text, after all masking.
  Status append(std::string_view bytes);
  /// Writes the rest and gives the file its name; returns its path. When the same input was kept
  /// before, what either text has masked stays masked.
  Result<std::string> finish(const Sha256Digest& sha256, TextEncoding encoding);

 private:
  struct State;
  explicit RawKeeper(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Reads stretches of a kept text. Used by one thread.
class RawReader {
 public:
  static Result<std::unique_ptr<RawReader>> open(const std::string& path);
  ~RawReader();
  RawReader(const RawReader&) = delete;
  RawReader& operator=(const RawReader&) = delete;

  /// Returns the length of the whole text.
  std::uint64_t text_bytes() const;
  /// Returns `length` bytes from `offset`, unpacking only the frames that hold them.
  Result<std::string> read(std::uint64_t offset, std::uint64_t length);

 private:
  struct State;
  explicit RawReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace clewline::ingest
