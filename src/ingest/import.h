#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ingest/mapping.h"
#include "ingest/mapping_compiler.h"
#include "ingest/readers/projector.h"
#include "store/database.h"

namespace clewline::ingest {

/// The workspace as the import sees it.
struct ImportEnvironment {
  store::Database& database;
  std::string raw_folder;  // where masked bytes and mappings are kept
  MappingFolders mappings;
  WorkspaceDefaults defaults;
  const Clock& clock;
  unsigned threads = 2;
  /// Called at named points between steps; tests end the process there. Empty in production.
  std::function<void(std::string_view point)> reached;
};

struct ImportOptions {
  std::vector<std::string> files;  // paths, patterns, or "-"
  std::string mapping;             // preset or path; empty with `table`
  std::string source;              // overrides the mapping's source name
  std::string table;               // a reference table, or block_list, instead of a mapping
  bool dry_run = false;
  bool keep_raw = true;
};

/// What became of one file.
struct ImportedFile {
  std::string name;
  std::string sha256;
  std::string outcome;  // complete, empty, truncated_input, …
  std::string trouble;  // one sentence, or empty
  std::uint64_t records = 0;
  bool seen_before = false;  // the same bytes were imported before
};

struct ImportSummary {
  std::int64_t import_id = 0;  // 0: dry run
  std::uint64_t records = 0;   // = accepted + updated + duplicates + skipped + rejected
  std::uint64_t accepted = 0;
  std::uint64_t updated = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t skipped = 0;
  std::uint64_t rejected = 0;
  std::uint64_t events = 0;  // rows made (events, profiles or reference rows)
  std::uint64_t issues = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;
  std::string mapping;  // name@version#hash
  std::vector<ImportedFile> files;
  KeyReport unmapped;              // with `unmapped: report`
  std::vector<std::string> notes;  // sentences for the person who imports
};

/// How far an import is.
struct ImportProgress {
  std::uint64_t records = 0;
  std::uint64_t rejected = 0;
  std::uint64_t bytes = 0;        // read so far, unpacked
  std::uint64_t bytes_total = 0;  // of all files as they lie on disk; 0: unknown
  std::string_view file;
};

/// Called after every batch from the importing thread; false stops the import, which then leaves
/// nothing behind.
using ImportObserver = std::function<bool(const ImportProgress&)>;

/// Imports files under one mapping, in one transaction: all or nothing.
Result<ImportSummary> import_files(const ImportEnvironment& environment,
                                   const ImportOptions& options,
                                   const ImportObserver& observer = {});

}  // namespace clewline::ingest
