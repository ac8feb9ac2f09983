// Any text is a mapping or an error with a place; a mapping's resolved text loads to the same
// mapping; its expressions compile or are refused, and whatever compiles binds.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "ingest/mapping.h"
#include "ingest/mapping_compiler.h"
#include "ingest/sql_functions.h"
#include "store/database.h"

namespace {

using namespace clewline;

store::Connection& parser() {
  static store::Database* database = [] {
    auto opened = store::Database::open(":memory:");
    if (!opened.ok()) std::abort();
    auto* kept = new store::Database(std::move(*opened));
    if (!ingest::register_sql_functions(*kept, std::make_shared<ingest::TimeFormats>()).ok())
      std::abort();
    return kept;
  }();
  static store::Connection* connection = [] {
    auto opened = database->connect();
    if (!opened.ok()) std::abort();
    return new store::Connection(std::move(*opened));
  }();
  return *connection;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.find("extends") != std::string_view::npos) return 0;  // would read files
  const auto mapping = ingest::parse_mapping(text, "fuzz.yaml", {});
  if (!mapping.ok()) {
    if (mapping.error().message.empty() || mapping.error().hint.empty()) std::abort();
    return 0;
  }
  const auto again = ingest::parse_mapping(mapping->resolved_text, "resolved", {});
  if (!again.ok() || again->hash != mapping->hash) std::abort();
  const auto shared = std::make_shared<const ingest::Mapping>(*mapping);
  for (const auto shape : {ingest::RecordShape::csv, ingest::RecordShape::json}) {
    const auto compiled = ingest::compile_mapping(shared, shape, {}, parser(), "rows");
    if (!compiled.ok() && compiled.error().code == ErrorCode::internal) std::abort();
  }
  return 0;
}
