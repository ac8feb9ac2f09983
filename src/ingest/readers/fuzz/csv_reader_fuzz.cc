#include <cstddef>
#include <cstdint>

#include "ingest/readers/fuzz/reading_check.h"

// The first three bytes choose the dialect, the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace clewline::ingest;
  if (size < 3) return 0;
  ReaderOptions options;
  options.csv.delimiter = ",;\t|"[bytes[0] & 3];
  options.csv.quote = bytes[0] & 4 ? '\0' : '"';
  options.csv.escape = bytes[0] & 8 ? '\\' : '"';
  options.csv.comment = bytes[0] & 16 ? '#' : '\0';
  options.csv.header = (bytes[0] & 32) == 0;
  options.csv.ragged = bytes[0] & 64 ? RaggedRows::pad : RaggedRows::reject;
  options.csv.skip_lines = bytes[1] & 3;
  options.encoding = static_cast<TextEncoding>((bytes[1] >> 2) % 5);
  const std::string text(reinterpret_cast<const char*>(bytes) + 3, size - 3);
  fuzz::check_reading(text, options, {{"a", "b", "column_1", "*", "$"}, {}, (bytes[1] & 32) != 0},
                      1 + bytes[2]);
  return 0;
}
