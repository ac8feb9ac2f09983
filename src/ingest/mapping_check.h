#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/mapping.h"
#include "ingest/mapping_compiler.h"

namespace clewline::ingest {

/// The outcome of a mapping's tests.
struct MappingTestReport {
  std::uint64_t passed = 0;  // samples whose events are as expected
  std::uint64_t failed = 0;
  std::vector<std::string> failures;   // what differs, one text a line that differs
  std::vector<std::string> rewritten;  // files that were filled
};

enum class Rewrite : std::uint8_t { no, yes };

/// Runs the tests of a mapping file. An expected line is compared by the columns it has; with
/// `Rewrite::yes` the lines get every filled column of what the mapping makes.
Result<MappingTestReport> test_mapping(const std::string& name_or_path,
                                       const MappingFolders& folders,
                                       const WorkspaceDefaults& defaults, Rewrite rewrite);

/// What becomes of one record.
struct TriedRecord {
  std::uint64_t line = 0;
  std::string raw;
  std::string outcome;  // events, skip, reject
  std::string reason;   // of a rejection
  std::string field;
  std::string record_id;
  std::string version;              // empty: none
  std::vector<std::string> events;  // JSON objects of the filled columns, in emit order
};

/// Shows what a mapping makes of record number `row` (from 1, rejected ones counted) of a file.
Result<TriedRecord> try_mapping(const std::string& name_or_path, const MappingFolders& folders,
                                const WorkspaceDefaults& defaults, const std::string& file,
                                std::uint64_t row);

/// Makes every record of a delivery into one TriedRecord, in order. `limit` 0: all.
Result<std::vector<TriedRecord>> try_records(std::shared_ptr<const Mapping> mapping,
                                             const WorkspaceDefaults& defaults,
                                             const std::string& file, const std::string& source,
                                             std::uint64_t limit);

}  // namespace clewline::ingest
