#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"

namespace clewline::ingest {

/// How the bytes of an input were packed; recognised by their first bytes, never by the file's
/// name.
enum class Compression : std::uint8_t { none, gzip, zstd };

/// How an input ended.
enum class InputEnd : std::uint8_t {
  complete,         // every byte was read and unpacked
  truncated_input,  // a gzip or zstd file stops in the middle of a frame
  corrupt_input,    // packed bytes contradict themselves or their checksum
  read_failed,      // the operating system said no in the middle
};

/// Returns "complete", "truncated_input", "corrupt_input" or "read_failed".
std::string_view input_end_name(InputEnd end);

/// Delivers the unpacked bytes of one input in order and hashes the original ones on the way.
/// Used by one thread.
class ByteSource {
 public:
  /// Opens a file, or standard input for "-". Fails with not_found, not_allowed or io.
  static Result<std::unique_ptr<ByteSource>> open(const std::string& path);
  /// Serves bytes held in memory (a request's body, a test); they may be packed too.
  static std::unique_ptr<ByteSource> from_bytes(std::string bytes);

  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Fills the front of `out` and returns how many bytes; 0 means the end, whose kind `end` then
  /// tells. Everything before a cut or a damaged place is delivered first. A trouble is an end, not
  /// an error: the caller keeps what came before it.
  std::size_t read(std::span<char> out);

  Compression compression() const;
  /// Tells how the input ended; meaningful after `read` returned 0.
  InputEnd end() const;
  /// Says in words what went wrong, with the offset in the packed file; empty when complete.
  const std::string& trouble() const;
  /// Returns how many original (packed) bytes were read.
  std::uint64_t original_bytes() const;
  /// Hashes the original bytes, those after a damaged place included; call once, after the end.
  Sha256Digest original_sha256();

 private:
  struct State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Whether an input can be read only once, from its beginning to its end: "-" and pipes.
bool is_read_once(const std::string& path);

/// Expands paths, glob patterns (`*`, `?`, `[…]`) and "-" to the list of inputs, sorted within each
/// pattern, each once. A pattern that matches nothing, a folder or a device is an error that says
/// what to write.
Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& patterns);

}  // namespace clewline::ingest
