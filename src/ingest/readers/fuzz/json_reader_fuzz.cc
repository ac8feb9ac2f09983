#include <cstddef>
#include <cstdint>

#include "ingest/readers/fuzz/reading_check.h"

// The first two bytes choose the format, the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace clewline::ingest;
  if (size < 2) return 0;
  constexpr RecordFormat kFormats[] = {RecordFormat::ndjson, RecordFormat::json_concatenated,
                                       RecordFormat::json_array, RecordFormat::json_document,
                                       RecordFormat::json_detect};
  ReaderOptions options;
  options.format = kFormats[(bytes[0] & 15) % 5];
  options.records_path = bytes[0] & 16 ? "$.a.b" : bytes[0] & 32 ? "$" : "$.a";
  const std::string text(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  const ProjectionPlan plan = {{"a", "a.b", "a.b.c", "a[0].b", "b.*", "*", "$", "c"},
                               {"a.b", "a", "", "c.a.b"},
                               (bytes[0] & 64) != 0};
  fuzz::check_reading(text, options, plan, 1 + bytes[1]);
  return 0;
}
