#include <simdjson.h>

#include <cstddef>
#include <cstdint>

#include "ingest/readers/fuzz/reading_check.h"
#include "ingest/readers/json_tape.h"

namespace {

/// Errors of simdjson about values that are JSON by RFC 8259: numbers out of its range, lone
/// surrogates.
bool is_lenient(simdjson::error_code error) {
  return error == simdjson::NUMBER_ERROR || error == simdjson::STRING_ERROR;
}

}  // namespace

// Judges every text as simdjson's DOM does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace clewline::ingest;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  if (find_invalid_utf8(text)) return 0;
  JsonTape tape;
  const bool valid = tape.parse(text);
  if (!valid) fuzz::require(tape.error().place <= text.size() && !tape.error().reason.empty());
  if (text.find('*') == std::string::npos) {
    simdjson::dom::parser parser;
    const auto error = parser.parse(text).error();
    if (error == simdjson::SUCCESS) fuzz::require(valid);
    if (valid) fuzz::require(error == simdjson::SUCCESS || is_lenient(error));
  }
  if (!valid) return 0;
  TextArena arena;
  const std::string canonical(tape.canonical(arena));
  const std::string json(tape.json_text(tape.node(0), arena));
  for (const JsonNode& node : tape.nodes()) {
    if (node.kind == JsonKind::string || node.kind == JsonKind::key)
      fuzz::require(!find_invalid_utf8(tape.unescaped(node, arena)));
  }
  JsonTape again;
  fuzz::require(again.parse(canonical) && !again.has_space() &&
                again.nodes().size() == tape.nodes().size());
  fuzz::require(again.parse(json) && !again.has_space() && !again.has_masked());
  return 0;
}
