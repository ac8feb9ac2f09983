#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/dedupe_settings.h"
#include "matching/records.h"
#include "store/database.h"

namespace clewline::engine {

/// Rows to be compared: something that may follow FROM, and its columns.
struct DedupeSource {
  std::string label;                     // for messages: the file
  std::string relation;                  // SQL
  std::vector<std::string> columns;      // trimmed
  std::vector<std::string> sql_columns;  // as SQL knows them
  std::uint64_t rows = 0;
};

/// Describes a CSV, TSV or Parquet file. `separator` empty: found out. Errors: `not_found`,
/// `bad_input` when it is no table.
Result<DedupeSource> file_source(store::Connection& connection, const std::string& path,
                                 const std::string& separator);

/// Describes the newest version of every profile: columns for the identifiers email, phone, address
/// and for every attribute. The id is source/profile_id (source/stream/profile_id beside the
/// default stream). Error: `bad_input` when there are no profiles.
Result<DedupeSource> profile_source(store::Connection& connection);

/// Records made ready for comparison, with the names they go by.
struct DedupeRecords {
  matching::Records records;
  std::vector<std::string> names;
};

/// Reads the columns that the settings name, in the order of the unique id (of rows without one),
/// the second source after the first; values are written as their kind says. Errors: `bad_input`
/// for a column that is not there, an id that is missing or stands twice.
Result<DedupeRecords> read_dedupe_records(store::Connection& connection,
                                          const std::vector<DedupeSource>& sources,
                                          const DedupeSettings& settings);

/// Writes a value as its kind says: blanks and capital letters do not tell people apart.
std::string prepared_value(FieldKind kind, std::string_view value, std::string_view region);

}  // namespace clewline::engine
