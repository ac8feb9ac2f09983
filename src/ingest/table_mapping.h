#pragma once

#include <string>

#include "base/result.h"
#include "ingest/mapping.h"
#include "store/database.h"

namespace clewline::ingest {

/// Writes the mapping of a reference table from a file's columns: `import --table agents FILE`.
Result<Mapping> mapping_for_table(const std::string& table, const std::string& file,
                                  std::string& note);

/// Fills store.block_list from the rows of the reference table block_list, values normalised by
/// kind. Changes nothing when it already holds them.
Status settle_block_list(store::Connection& connection, const std::string& region);

}  // namespace clewline::ingest
