#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id128.h"
#include "base/time.h"
#include "ingest/event_batch.h"
#include "ingest/readers/text_arena.h"

namespace clewline::ingest {

/// What a record's content makes under its mapping.
enum class Usable : std::uint8_t { events, skip, reject };

/// What the import core needs to know of one record. Texts point into the batch.
struct RecordFacts {
  std::string_view source;
  std::string_view stream;
  std::string_view record_id;  // no memory: rejected before a key was found
  bool keyless = false;  // record_id is the content's hash; twins get ordinals from the import core
  std::optional<std::int64_t> version;
  Id128 content_hash;
  Usable usable = Usable::events;
  std::string reject_reason;
  std::string reject_field;
  std::uint32_t first_row = 0;  // of MappedBatch::rows
  std::uint32_t row_count = 0;
  std::uint32_t issues = 0;  // entries in the issues of its events
};

/// The records of one batch and the rows they make.
struct MappedBatch {
  TextArena arena;
  std::vector<RecordFacts> records;       // as RecordBatch::records
  RowTable rows;                          // of `events`, `profiles` or `reference_rows`
  std::vector<std::uint32_t> row_record;  // record of each row
};

/// What is the same for all records of one delivered file.
struct DeliveryFacts {
  std::string source;
  std::string stream;
  std::string file_name;  // without folders
  std::string mapping_label;
  std::int64_t file_id = 0;
  TimeUs ingested_at = 0;
};

}  // namespace clewline::ingest
