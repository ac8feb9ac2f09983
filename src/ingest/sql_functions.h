#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "text/timestamp.h"

namespace clewline::ingest {

/// The time formats that `clew_ts` finds by number. Filled before the first row, then only read.
using TimeFormats = std::vector<text::TimeFormat>;

/// Registers the functions that the generated SELECT calls:
/// - `clew_ts(text, format)`, `clew_ts_near(text, format, near, same_moment)` → STRUCT(t TIMESTAMP,
/// q, p UTINYINT, i UBIGINT):
///   time (UTC), TimeQuality + 1, Precision + 1, issue bits
/// - `clew_rules(live, BOOLEAN…)` → INTEGER[]: numbers of the rules that fire; [-1] when none does
/// or `live` is false
/// - `clew_key`, `clew_key_issue`, `clew_duration_ms`, `clew_item`, `clew_json`, `clew_url_decode`
Status register_sql_functions(store::Database& database,
                              std::shared_ptr<const TimeFormats> formats);

/// The two halves of it, each in a file of its own.
Status register_time_functions(store::Database& database,
                               std::shared_ptr<const TimeFormats> formats);
Status register_text_functions(store::Database& database);

}  // namespace clewline::ingest
