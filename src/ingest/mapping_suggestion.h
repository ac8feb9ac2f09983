#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/mapping.h"
#include "ingest/mapping_compiler.h"

namespace clewline::ingest {

/// What a field of a sample seems to be, and why.
struct SuggestedRole {
  std::string field;
  std::string role;  // time, end time, session, case, customer phone, agent, actor, type, outcome …
  std::string reason;  // in words, with the figures it rests on
};

/// A first mapping made from a sample.
struct MappingSuggestion {
  std::string mapping;                // YAML that loads
  std::vector<SuggestedRole> roles;   // of every field that was given one
  std::vector<std::string> warnings;  // what a person should look at
  std::uint64_t sampled = 0;          // records looked at
};

/// Reads the first records of a file and writes a mapping for it. `name` becomes the mapping's name
/// and source; empty: from the file's name.
Result<MappingSuggestion> suggest_mapping(const std::string& file, const std::string& name,
                                          const MappingFolders& folders,
                                          const WorkspaceDefaults& defaults);

}  // namespace clewline::ingest
