#include <cstddef>
#include <cstdint>

#include "ingest/readers/fuzz/reading_check.h"

// Reads packed bytes to their end, in blocks of a size the first byte chooses; at most 16 MB.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace clewline::ingest;
  if (size < 1) return 0;
  const std::string packed(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  auto source = ByteSource::from_bytes(packed);
  std::string block(1 + bytes[0] * 257U, '\0');
  std::size_t total = 0;
  while (const std::size_t read = source->read(block)) {
    fuzz::require(read <= block.size());
    total += read;
    if (total > (std::size_t{16} << 20)) return 0;
  }
  fuzz::require((source->end() == InputEnd::complete) == source->trouble().empty());
  if (source->compression() == Compression::none) fuzz::require(total == packed.size());
  fuzz::require(source->original_sha256() == clewline::sha256(packed));
  return 0;
}
