#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/event_batch.h"

namespace clewline::ingest {

/// Writes one row as a JSON object of its filled columns, without those that differ with every
/// import (event_id, mapping, raw_ref, ingested_at).
std::string row_json(std::string_view table, const RowTable& rows, std::uint32_t row);

/// Says how an actual JSON object fails to hold what an expected one names; empty when it holds all
/// of it. Lists must have the same length; objects in them are compared by the keys expected.
std::string json_difference(std::string_view expected, std::string_view actual);

}  // namespace clewline::ingest
