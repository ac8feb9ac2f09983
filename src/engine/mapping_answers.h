#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/unit_rows.h"
#include "engine/workspace.h"
#include "render/result_table.h"
#include "render/tree.h"

namespace clewline::engine {

/// What the tests of a mapping said.
struct MappingTestAnswer {
  render::ResultTable summary;  // one row: passed, failed
  std::uint64_t failed = 0;
  std::vector<std::string> messages;  // failures, files rewritten
};

/// Runs the tests of a mapping file; `rewrite` fills the expected files with what the mapping
/// makes.
Result<MappingTestAnswer> test_mapping(const std::string& mapping, bool rewrite);

/// A first mapping made from a sample, and why it looks as it does.
struct MappingDraft {
  std::string mapping;                // YAML that loads
  render::ResultTable roles;          // field, role, reason
  std::vector<std::string> warnings;  // what a person should look at
  std::uint64_t sampled = 0;
};

struct SuggestRequest {
  std::string file;
  std::string name;  // of the mapping; empty: from the file's name
  std::string zone;
  std::string region;
};

/// Drafts a mapping from the first records of a file.
Result<MappingDraft> suggest_mapping(const SuggestRequest& request);

struct TryRequest {
  std::string mapping;
  std::string file;
  std::uint64_t row = 1;
  std::string zone = "UTC";
  std::string region;
  Masking masking = Masking::none;
};

/// Shows what a mapping makes of one record: the record, its events, and the place those take in
/// the tree of the file's records (files up to 32 MB: they are imported and linked in a workspace
/// that is thrown away).
Result<render::TreeNode> try_mapping(const TryRequest& request);

/// Checks a time zone and a country as a command line gives them; empty means none. Errors:
/// `usage`.
Status check_zone_and_region(const std::string& zone, const std::string& region);

}  // namespace clewline::engine
