#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "ingest/import.h"

namespace clewline::ingest {

/// What a replay makes again.
struct ReplayOptions {
  std::string mapping;  // only imports of this mapping (its name, or a path to the mended file);
                        // empty: of every mapping
  bool dry_run = false;
};

/// Makes the records of earlier imports again from their kept bytes, under their mappings as they
/// stand: what was rejected and can be read is taken in, what the mended mapping makes
/// differently is replaced. Afterwards the tables equal those of a first import with the mended
/// mappings. Imports whose mapping has not changed and that have nothing rejected are left alone.
/// One transaction. Fails when a file was imported without keeping its bytes. The summary counts
/// the records read again.
Result<ImportSummary> replay_imports(const ImportEnvironment& environment,
                                     const ReplayOptions& options,
                                     const ImportObserver& observer = {});

/// Takes an import back, so that the tables are as if it had never been: where another import
/// delivered a version of the same record, the best of those comes into force again. Kept bytes
/// that no other import needs are removed. The summary counts the records of the import (records)
/// and those made again from other imports (accepted). Fails with not_found for a number that is
/// none, or is forgotten already.
Result<ImportSummary> forget_import(const ImportEnvironment& environment, std::int64_t import_id);

/// Takes everything back that came after a moment: afterwards the records are those that the
/// imports begun until then delivered, each in the best version delivered until then, under the
/// mappings as they stand. Forgotten imports stay forgotten. Kept bytes stay. Returns how many
/// records came back in an earlier version. Fails when such a version's bytes were not kept.
Result<std::uint64_t> keep_known_at(const ImportEnvironment& environment, TimeUs known_at);

/// Takes back what came after a moment of some records alone. `keys`: a SELECT of their source,
/// stream and record_id over the store's tables.
Status take_back_later(const ImportEnvironment& environment, TimeUs known_at,
                       const std::string& keys);

}  // namespace clewline::ingest
